"""The page in a browser: nothing is asked of anybody, nothing is complained of, and the choice works without scripts."""

import base64
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from snowconf.report.html_page import render_html
from snowconf.report.issues import Subject
from tests.reviewing.browsing import CHROMIUM, FLAGS, browsing
from tests.reviewing.test_hostile import about


def test_the_page_allows_nothing_but_its_own_style(subject: Subject) -> None:
    """Its policy names the style by what is in it; there is no script, no handler, no address."""
    text = render_html(subject)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:;" in text
    assert re.findall(r"<script|<link|<iframe|\son\w+=|href=|src=(?!\"data:)|url\(|@import", text) == []


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
def test_a_page_works_without_scripts_on_a_desk_and_on_a_phone(subject: Subject, tmp_path: Path) -> None:
    """Each button leaves its changes alone, nothing is wider than the screen, and the browser has nothing to say."""
    page = tmp_path / "plan.html"
    page.write_text(render_html(subject), encoding="utf-8")
    with browsing(tmp_path / "profile") as tab:
        for width in (1200, 390):
            tab.open(page, width=width)
            for choice in ("create", "delete", "hazard", "all"):
                tab.click(f"label[for=only-{choice}]")
                alone = tab.find(".change" if choice == "all" else f".is-{choice}")
                assert [each for each in tab.find(".change") if tab.is_seen(each)] == alone
            assert tab.ask("Page.getLayoutMetrics")["cssContentSize"]["width"] <= width
            assert [each for each in tab.methods() if each.startswith(("Log.", "Runtime.console"))] == []
            assert tab.methods().count("Network.requestWillBeSent") == 1


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
def test_a_browser_has_nothing_to_say_and_nothing_to_ask(subject: Subject, tmp_path: Path) -> None:
    """No message on the console, no request but the file itself, and the style is taken."""
    for name, text in (
        ("rich", render_html(subject)),
        ("bad", render_html(about("<img src=http://127.0.0.1:9/x>"))),
    ):
        page, log = tmp_path / f"{name}.html", tmp_path / f"{name}.json"
        page.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [
                str(CHROMIUM),
                *FLAGS,
                "--enable-logging=stderr",
                f"--log-net-log={log}",
                f"--user-data-dir={tmp_path / name}",
                "--dump-dom",
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        assert "CONSOLE" not in done.stderr
        assert "127.0.0.1:9" not in log.read_text("utf-8", "replace")
        assert "</html>" in done.stdout
