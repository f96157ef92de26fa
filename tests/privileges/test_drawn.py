"""The three forms of what an account may do: for a terminal, for machines, and as a picture."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from snowconf.model.plan_json import dump
from snowconf.model.privilege import Privileges
from snowconf.model.privilege_json import privileges_document
from snowconf.report.page import Page
from snowconf.report.styled import cells, to_plain
from snowconf.report.svg_access import draw_privileges
from snowconf.report.terminal_access import render_privileges
from tests.privileges.pictures import HOSTILE, crowded, everything, modest

GOLDEN = Path(__file__).parent / "golden"
# Asked for here, before the tests of commands clear the environment.
REWRITE = bool(os.environ.get("SNOWCONF_REWRITE_GOLDEN"))
SVG = "{http://www.w3.org/2000/svg}"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ACCOUNTS: Mapping[str, Callable[[], Privileges]] = {
    "everything": everything,
    "modest": modest,
    "crowded": crowded,
}


def golden(name: str, text: str) -> None:
    """Compare with a file; SNOWCONF_REWRITE_GOLDEN=1 writes it instead, for a person to review."""
    path = GOLDEN / name
    if REWRITE:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def plain(privileges: Privileges, *, width: int = 80, everything: bool = False) -> str:
    """As a terminal of that width shows it, without colours."""
    return to_plain(render_privileges(privileges, Page(width=width), everything=everything))


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", ["everything", "modest"])
def test_as_a_person_reads_it(name: str, width: int) -> None:
    """Roles, what is asked, what that rests on, what is open besides, and the sum."""
    golden(f"{name}-{width}.txt", plain(ACCOUNTS[name](), width=width))


@pytest.mark.parametrize("name", ["everything", "modest"])
def test_as_a_machine_reads_it(name: str) -> None:
    """Whole, in ASCII."""
    golden(f"{name}.json", dump(privileges_document(ACCOUNTS[name]())))


@pytest.mark.parametrize("name", ["everything", "modest"])
def test_as_a_picture(name: str) -> None:
    """The same picture every time."""
    golden(f"{name}.svg", draw_privileges(ACCOUNTS[name]()))


def test_lines_keep_to_80_columns() -> None:
    """However much there is to say."""
    assert [line for line in plain(crowded()).splitlines() if cells(line) > 80] == []


def test_a_long_part_is_cut_unless_everything_is_wanted() -> None:
    """The first twenty, and how many there are besides."""
    cut, whole = plain(crowded()), plain(crowded(), everything=True)
    assert len(cut.splitlines()) < 60
    assert "  … and 2,980 more: --all lists them." in cut
    assert ("u_table_2999" in cut, "u_table_2999" in whole) == (False, True)


@pytest.mark.parametrize("name", sorted(ACCOUNTS))
def test_nothing_in_a_picture_acts(name: str) -> None:
    """It is XML, without scripts, handlers, links or anything that is fetched; names stay text."""
    text = draw_privileges(ACCOUNTS[name]())
    root = ET.fromstring(text)
    tags = {each.tag.removeprefix(SVG) for each in root.iter()}
    attributes = {attribute for each in root.iter() for attribute in each.attrib}
    assert tags == {"svg", "title", "style", "rect", "text", "path", "g"}
    assert [each for each in attributes if each.startswith("on") or "href" in each] == []
    assert re.findall(r"url\(|@import|://(?!www\.w3\.org/2000/svg)", text) == []
    assert HOSTILE not in text


def test_a_picture_of_very_much_is_folded() -> None:
    """It stays readable: few boxes, all of them within the picture, the last one says what is left."""
    root = ET.fromstring(draw_privileges(crowded()))
    boxes = root.findall(f".//{SVG}rect[@height='40']")
    texts = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    height = int(root.attrib["height"])
    assert len(boxes) < 100
    assert max(int(each.attrib["y"]) for each in boxes) + 40 < height < 1_600
    assert {"… 41 more roles", "… 2,973 more", "… 2,973 more tables"} <= {*texts}


def test_a_picture_has_both_lights() -> None:
    """Colours follow what the reader's system prefers."""
    assert "@media (prefers-color-scheme: dark)" in draw_privileges(modest())


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
@pytest.mark.parametrize("name", sorted(ACCOUNTS))
def test_a_browser_shows_the_picture(name: str, tmp_path: Path) -> None:
    """Its text fits into its boxes, as a browser lays it out."""
    svg = draw_privileges(ACCOUNTS[name]())
    measure = (
        "const over = [...document.querySelectorAll('g')].filter(g => { const r = g.querySelector('rect').getBBox();"
        " return [...g.querySelectorAll('text')].some(t => { const b = t.getBBox();"
        " return b.x + b.width > r.x + r.width || b.y < r.y || b.y + b.height > r.y + r.height; }); });"
        "document.body.dataset.over = over.length; document.body.dataset.boxes = document.querySelectorAll('g').length;"
    )
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body>{svg}<script>{measure}</script>", "utf-8")
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        f"--user-data-dir={tmp_path}",
    ]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, check=True, timeout=100)
    assert re.findall(r'data-over="(\d+)"', done.stdout) == ["0"]
    assert re.findall(r'data-boxes="(\d+)"', done.stdout) == [str(svg.count("<g>"))]


def test_the_document_names_what_is_too_much() -> None:
    """And what is open although it must not be."""
    document = json.loads(dump(privileges_document(everything())))
    assert document["format_version"] == "1.0"
    assert document["surplus"] == ["security_admin", "Operations"]
    assert [each["reach"] for each in document["no_access"] if each["broken"]] == ["task"]
