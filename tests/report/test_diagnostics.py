from collections.abc import Callable
from dataclasses import replace

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.origin import Origin
from snowconf.report.diagnostics import render_diagnostic, render_diagnostics, tally
from snowconf.report.page import Page
from snowconf.report.quoting import quote
from snowconf.report.styled import to_plain

Golden = Callable[[str, str], None]


def at(line: str, detail: str, *, column: int = 1) -> str:
    """The quoted line of a diagnostic in a file that has only this line."""
    diagnostic = Diagnostic(code="SNC124", summary="X", detail=detail, origin=Origin("a.toml", 1, column))
    shown = to_plain(quote(diagnostic, Page(sources={"a.toml": [line]}))).splitlines()
    return shown[0].removeprefix("  1 | ") if shown else ""


UNKNOWN_CHOICE = Diagnostic(
    code="SNC127",
    summary="Unknown choice",
    detail="client_type = 'integration' is none of its choices. Did you mean 'integration_as_a_service'?\n\n"
    "    snowconf explain SNC127",
    origin=Origin("finout.toml", 2, 15),
    address=Address("oauth_app", "finout"),
)


@pytest.mark.parametrize("width", [80, 40])
def test_diagnostics_read_as_agreed(golden: Golden, width: int) -> None:
    """What, where, the line with a caret, the detail with commands on lines of their own; then the counts."""
    page = Page(width=width, sources={"finout.toml": ["[oauth_app.finout]", 'client_type = "integration"']})
    header = replace(UNKNOWN_CHOICE, origin=Origin("finout.toml", 1), severity=Severity.WARNING)
    nowhere = replace(UNKNOWN_CHOICE, origin=None, address=None, detail="Nothing more is known.")
    listed = (UNKNOWN_CHOICE, header, nowhere)
    golden(f"diagnostics-{width}.txt", to_plain((*render_diagnostics(listed, page), *tally(listed))))


def test_caret_stands_below_the_column() -> None:
    """The caret counts columns of the terminal."""
    page = Page(sources={"finout.toml": ["", 'client_type = "integration"']})
    line, caret = to_plain(quote(UNKNOWN_CHOICE, page)).splitlines()
    assert line.index('"integration"') == caret.index("^")


@pytest.mark.parametrize(
    ("line", "detail", "shown"),
    [
        ('password = "hunter2"', "A secret is written out.", 'password = "………"'),
        ('pasword = "hunter2"', "Unknown attribute 'pasword'.", 'pasword = "………"'),
        ("password = hunter2", "Not valid TOML.", "password = …"),
        ('password = "hunter2', "Not valid TOML.", 'password = "………"'),
        ("password = 'hunter2", "Not valid TOML.", 'password = "………"'),
        ("password = 20261121", "Wrong type.", "password = …"),
        ("password = true", "Wrong type.", "password = true"),
        ('password = { env = "PW" }', "env 'PW' is not set.", 'password = { env = "PW" }'),
        ('auth = { password = "hunter2" }', "Unknown key.", 'auth = { password = "………" }'),
        ('roles = ["itil", "admim"]', "There is no role 'admim'.", 'roles = ["………", "admim"]'),
        ('name = "" # hunter2', "Empty.", 'name = ""'),
        ("[user.svc]", "Duplicate.", "[user.svc]"),
        ("aHVudGVyMg==", "Not valid TOML.", ""),
        ("hunter2", "Not valid TOML.", ""),
        ("hunter2\\q", "Not valid TOML.", ""),
    ],
)
def test_a_quoted_line_shows_no_value_that_the_words_do_not(line: str, detail: str, shown: str) -> None:
    """Whatever the message does not itself repeat may be a secret under a misspelt name."""
    assert shown == at(line, detail)


def test_diagnostic_about_a_line_that_is_gone_quotes_nothing() -> None:
    """A file that has changed since is no reason to fail."""
    page = Page(sources={"finout.toml": ["only one"]})
    assert quote(UNKNOWN_CHOICE, page) == ()


def test_diagnostic_can_be_indented() -> None:
    """Within a report, a problem stands below what it belongs to."""
    lines = to_plain(render_diagnostic(UNKNOWN_CHOICE, Page(width=60), indent=6)).splitlines()
    assert [each for each in lines if each and not each.startswith("      ")] == []


def test_no_diagnostics_are_not_counted() -> None:
    """There is no `0 errors`."""
    assert tally(()) == ()
