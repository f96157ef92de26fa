"""Ways in which a policy could come to say nothing, or its data to speak for it: each is refused, or told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from snowconf.model.diagnostic import Severity
from snowconf.model.finding import PolicySettings
from snowconf.model.origin import Origin
from tests.policy.courtroom import Courtroom, change, codes, messages, places

CLIENT = change("oauth_app.finout", life=9000)
QUIET = 'warn contains "w" if false'
REACHING = [
    'http.send ({"url": "x"})',
    'http.send\n({"url": "x"})',
    'http["send"]({"url": "x"})',
    "opa.runtime().env",
    'opa["runtime"]()',
    'net . lookup_ip_addr ("x")',
]


@pytest.mark.parametrize("call", REACHING)
def test_what_reaches_out_is_refused_however_it_is_written(court: Courtroom, call: str) -> None:
    """Undefined, it would find nothing and pass."""
    review = court.hear(f'deny contains "a" if {{ x := {call}; x.status_code != 200 }}')
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["rule.rego:3"], True)


def test_a_function_of_ones_own_may_have_such_a_name(court: Courtroom) -> None:
    """When it is imported by it."""
    court.write("lib.rego", "package lib.http\n\nsend(x) := upper(x)\n")
    assert messages(court.hear('import data.lib.http\n\ndeny contains http.send("a")')) == ["A"]


@pytest.mark.parametrize("call", ["nosuch (1)", 'nosuch["f"](1)', 'data.lib["f"](1)'])
def test_an_unknown_function_is_found_however_it_is_called(court: Courtroom, call: str) -> None:
    """Also where no plan comes by."""
    review = court.hear(f"deny contains m if {{ false; m := {call} }}")
    assert (codes(review), "No policy defines a function" in review.diagnostics[0].detail) == (
        ["SNC641"],
        True,
    )


def test_the_empty_set_is_no_call_of_a_function(court: Courtroom) -> None:
    """It is written as one."""
    rule = 'default named := set()\n\nnamed := {"a"} if input.stack == "other"\n\ndeny contains "none" if count(named - set()) == 0'
    assert messages(court.hear(rule)) == ["none"]


@pytest.mark.parametrize("name", ["Deny", "deny_", "deny__x", "warn_x_", "VIOLATION", "deny_ü"])
def test_a_rule_whose_name_is_almost_right_is_refused(court: Courtroom, name: str) -> None:
    """Nobody asks it, here as in conftest."""
    review = court.hear(f'{name} contains "a"\n\n{QUIET}')
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["rule.rego:3"], True)


def test_parts_of_a_path_may_stand_in_an_index(court: Courtroom) -> None:
    """Each import is called by its last part."""
    court.write("lib.rego", 'package lib["of us"].a\n\nx := 1\n')
    court.write("more.rego", 'package lib["of us"].b\n\nx := 1\n')
    rule = 'import data.lib["of us"].a\nimport data.lib["of us"]["b"]\n\ndeny contains "a" if a.x == b.x'
    assert messages(court.hear(rule)) == ["a"]


def test_a_name_cannot_be_imported_twice(court: Courtroom) -> None:
    """Which of the two counted would be chance."""
    review = court.hear('import data.lib\nimport data.other as lib\n\ndeny contains "a" if lib.x')
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["rule.rego:4"], True)


@pytest.mark.parametrize("text", ["x := `abc", 'x := "abc'])
def test_a_text_without_an_end_is_told_where_it_begins(court: Courtroom, text: str) -> None:
    """Rules behind it would be part of it."""
    review = court.hear(f'{text}\ndeny contains "a"\n\n{QUIET}')
    assert (codes(review), places(review)) == (["SNC641"], ["rule.rego:3"])
    assert "does not end" in review.diagnostics[0].detail


def test_what_the_engine_says_without_a_place_is_told_at_the_rule(court: Courtroom) -> None:
    """Every mistake has a file and a line."""
    review = court.hear(
        f'{QUIET}\n\ndeny contains "a" if regex.match(`((a{{1,1000}}){{1,1000}}){{1,1000}}`, "a")'
    )
    assert (codes(review), places(review)) == (["SNC641"], ["rule.rego:5"])


def test_the_engines_words_have_the_names_of_the_user(court: Courtroom) -> None:
    """Not those that rules are given beside each other."""
    rule = 'deny contains m if { m := data.main.warn[_] }\n\ndeny contains "b"\n\nwarn contains m if { m := data.main.x[_] }\n\nx := data.main.warn'
    review = court.hear(rule)
    assert (codes(review), "_snowconf" in review.diagnostics[0].detail) == (["SNC641"], False)


@pytest.mark.parametrize(
    "data",
    ['{"main": {"deny": []}}', '{"main": 5}', '{"lib": {"most": 9}}', '{"main": {"deny_snowconf1": []}}'],
)
def test_data_cannot_take_the_place_of_a_rule(court: Courtroom, data: str) -> None:
    """Whoever may write data would switch rules off."""
    court.write("lib.rego", "package lib\n\nmost := 1\n")
    court.write("d.json", data)
    court.data = ("d.json",)
    review = court.hear('deny contains "a" if data.lib.most == 1\n\ndeny contains "b"')
    assert (codes(review), places(review), review.was_judged) == (["SNC649"], ["d.json:1"], False)


def test_data_may_stand_beside_the_rules_of_a_package(court: Courtroom) -> None:
    """Below names that no rule has."""
    court.write("d.yaml", "main:\n  most: 3\n")
    court.data = ("d.yaml",)
    assert messages(court.hear('deny contains sprintf("%d", [data.main.most])')) == ["3"]


def test_keys_that_yaml_takes_over_are_refused(court: Courtroom) -> None:
    """The engine does not know them, and what they bring would be missing."""
    court.write("d.yaml", "base: &base {most: 1}\nlimits:\n  <<: *base\n")
    court.data = ("d.yaml",)
    review = court.hear('deny contains "a" if data.limits.most == 1')
    assert (codes(review), "merge key" in review.diagnostics[0].detail) == (["SNC649"], True)


def linked_folder(folder: Path) -> None:
    """A folder elsewhere that leads back."""
    (folder.parent / "shared").mkdir()
    (folder.parent / "shared" / "b.rego").write_text('package main\n\ndeny contains "b"\n', "utf-8")
    (folder / "more").symlink_to(folder.parent / "shared")
    (folder.parent / "shared" / "back").symlink_to(folder)


def capitals(folder: Path) -> None:
    """As some editors on Windows save."""
    (folder / "B.REGO").write_text('package main\n\ndeny contains "b"\n', "utf-8")


def no_text_in_name(folder: Path) -> None:
    """Bytes that are no UTF-8."""
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.rego")).write_text(
        'package main\n\ndeny contains "b"\n', "utf-8"
    )


@pytest.mark.parametrize("make", [linked_folder, capitals, no_text_in_name])
def test_policies_are_found_wherever_a_folder_has_them(
    court: Courtroom, make: Callable[[Path], None]
) -> None:
    """Behind links, each once; with an ending in capitals; under names that are no text."""
    court.folder = court.folder / "rules"
    court.write("a.rego", QUIET)
    make(court.folder)
    assert messages(court.judge()) == ["b"]


def dead_link(folder: Path) -> None:
    """Its end is missing."""
    (folder / "a.rego").symlink_to(folder / "nowhere")


def pipe(folder: Path) -> None:
    """Nobody writes into it."""
    os.mkfifo(folder / "a.rego")


def circular(folder: Path) -> None:
    """It leads to itself."""
    (folder / "a.rego").symlink_to(folder / "a.rego")


@pytest.mark.parametrize("make", [dead_link, pipe, circular])
def test_a_policy_that_cannot_be_opened_is_never_a_yes(
    court: Courtroom, make: Callable[[Path], None]
) -> None:
    """A link that leads nowhere, or to itself, and what is no file."""
    court.write("b.rego", QUIET)
    make(court.folder)
    review = court.judge()
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["a.rego:1"], True)


def test_a_folder_that_cannot_be_read_is_never_a_yes(
    court: Courtroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in it nobody knows."""
    court.write("b.rego", QUIET)
    court.write("sub/a.rego", 'deny contains "a"')
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    review = court.judge()
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["sub:1"], True)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("deny contains m if { m := input.resource_change[_].address }", "Did you mean 'resource_changes'?"),
        ("deny contains m if { m := input.planned_values.root_module }", "There is: format_version"),
        ("deny contains m if { m := data.limits.most }", "data.limits is undefined"),
        ("import data.limits\n\ndeny contains m if { m := limits.most }", "data.limits is undefined"),
        ('deny contains m if { m := data["limits"].most }', "data.limits is undefined"),
        (
            "import input as tfplan\n\ndeny contains m if { m := tfplan.planned_values.x }",
            "no 'planned_values'",
        ),
    ],
)
def test_what_is_read_and_is_not_there_is_told(court: Courtroom, rule: str, told: str) -> None:
    """Rego finds nothing there and says nothing; a plan that passes so is told so."""
    review = court.hear(rule, CLIENT)
    assert (codes(review), review.was_judged, review.is_denied) == (["SNC654"], True, False)
    assert told in review.diagnostics[0].detail


@pytest.mark.parametrize(
    "rule",
    [
        'deny contains "a" if not data.limits',
        'deny contains "a" if object.get(data, "limits", {}) == {}',
        'deny contains "a" if input.stack == data.stacks[_]',
        'deny contains "a" if data.acme.most == data.lib.least',
        'deny contains "a" if x.input.y == x.data.z\n\nx := {"input": {"y": 1}, "data": {"z": 1}}',
    ],
)
def test_what_is_there_or_asked_for_is_not_told(court: Courtroom, rule: str) -> None:
    """Data of each form, packages, and what a rule knows may be missing."""
    court.write("lib.rego", "package lib\n\nleast := 1\n")
    court.write("d/acme/a.json", '{"most": 1}')
    court.write("d/b.yaml", '# of ours\n"stacks":\n  - finout\n')
    court.data = ("d",)
    assert (codes(court.hear(rule)), messages(court.judge())) == ([], ["a"])


@pytest.mark.parametrize("said", [Severity.WARNING, None])
def test_a_rule_that_cannot_be_waived_cannot_be_made_less_of(court: Courtroom, said: Severity | None) -> None:
    """Another severity would waive it."""
    rule = (
        '# METADATA\n# custom:\n#   id: a.one\n#   waivable: false\ndeny contains {"msg": "a", "id": "a.two"}'
    )
    place = Origin("stack.toml", 9, 1)
    court.settings = PolicySettings(severity={"a.one": said}, overrides={"a.one": place})
    review = court.hear(rule)
    assert (codes(review), review.diagnostics[0].origin, review.was_judged) == (["SNC652"], place, False)
    court.settings = PolicySettings(severity={"a.one.two": said, "a.two": said}, overrides={})
    assert court.judge().is_denied


def test_a_misspelt_name_is_guessed(court: Courtroom) -> None:
    """Of a severity as of a waiver."""
    rule = '# METADATA\n# custom:\n#   id: oauth.life\ndeny contains "a"'
    court.settings = PolicySettings(
        severity={"oauth.live": None}, overrides={"oauth.live": Origin("s.toml", 1, 1)}
    )
    assert "Did you mean 'oauth.life'?" in court.hear(rule).diagnostics[0].detail
