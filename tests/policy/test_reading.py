"""Policy files before any engine has seen them: what is found in them, and what is refused."""

import subprocess
import sys

import pytest

from tests.policy.courtroom import mistake, read

RULE = 'package main\n\n# METADATA\n{note}deny contains msg if {{\n\tmsg := "a"\n}}\n'


def annotated(*lines: str) -> str:
    """A rule with these lines of annotation."""
    return RULE.format(note="".join(f"# {each}\n" for each in lines))


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ("package main\n", "main"),
        ("# a comment\n\npackage acme.oauth\n", "acme.oauth"),
        ('package acme["web-services"]\n', "acme.web-services"),
        ("package main # and why\n", "main"),
    ],
)
def test_the_package_is_found(text: str, package: str) -> None:
    """A package is words with dots, or texts in brackets."""
    assert read(text).package == package


@pytest.mark.parametrize(
    ("line", "name", "form"),
    [
        ('deny contains "a"', "deny", "adds"),
        ('deny_life_span2 contains "a" if true', "deny_life_span2", "adds"),
        ('violation contains "a"', "violation", "adds"),
        ('warn := {"a"}', "warn", "is"),
        ("warn_x = {m | m := input.m}", "warn_x", "is"),
    ],
)
def test_judging_rules_are_found(line: str, name: str, form: str) -> None:
    """deny, violation and warn, with more behind a line below."""
    (head,) = read(f"package main\n\n{line}\n").heads
    assert (head.name, head.line, "adds" if head.adds else "is") == (name, 3, form)


@pytest.mark.parametrize(
    "line",
    [
        "denying contains 1",
        "denied := true",
        "x := deny_y",
        "deny_f(x) := x",
        "  # deny if true",
        "a := `\ndeny if b\n`",
    ],
)
def test_other_rules_judge_nothing(line: str) -> None:
    """Names that only begin so, functions, comments and texts are none."""
    assert read(f"package main\n\n{line}\n").heads == ()


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("deny if { input.x }", "deny contains msg if"),
        ("deny { input.x }", "deny contains msg if"),
        ("deny := true if input.x", "deny contains msg if"),
        ("deny = false", "deny contains msg if"),
        ("deny", "deny contains msg if"),
        ("violation[msg] { msg := 1 }", "violation contains msg if"),
        ("warn.life contains msg if { msg := 1 }", "'warn_'"),
    ],
)
def test_a_rule_that_nobody_would_hear_is_refused(line: str, advice: str) -> None:
    """A rule that is only true says nothing; its place is told, and how it is written."""
    found = mistake(f"package main\n\n{line}\n")
    assert (found.code, str(found.origin)) == ("SNC641", "rule.rego:3")
    assert advice in found.detail


@pytest.mark.parametrize("text", ["", "# nothing\n", "deny contains 1\n", "package", "package\n"])
def test_a_file_without_a_package_is_refused(text: str) -> None:
    """Nobody would ask it."""
    assert "package main" in mistake(text).detail


@pytest.mark.parametrize("pair", ["[]", "{}", "()"])
def test_brackets_stand_twelve_deep_at_most(pair: str) -> None:
    """One level more is refused before a parser sees it, with the place."""
    deep = "package main\nx := " + pair[0] * 13 + pair[1] * 13 + "\n"
    assert str(mistake(deep).origin) == "rule.rego:2"
    read("package main\nx := " + pair[0] * 12 + pair[1] * 12 + "\n")


def test_brackets_in_texts_and_comments_do_not_count() -> None:
    """Only those of the language do."""
    many = "[" * 40
    read(f'package main\nx := "{many}" # {many}\ny := `{many}`\nz := "\\"{many}"\n')


@pytest.mark.parametrize("name", ["http.send", "opa.runtime", "net.lookup_ip_addr"])
def test_what_reaches_out_is_refused(name: str) -> None:
    """A policy judges the plan alone: it asks no network and no environment."""
    found = mistake(f"package main\n\ndeny contains msg if {{\n\tmsg := {name}({{}})\n}}\n")
    assert str(found.origin) == "rule.rego:4"
    assert name in found.detail


def test_an_annotation_is_read() -> None:
    """Texts with and without quotes, over several lines, in lists and in maps, as OPA has them."""
    lines = ["title: Tokens", "related_resources:", "- https://a.example", "custom:", "  id: 'oauth.life'"]
    lines += [
        "  why: >",
        "    first",
        "    second",
        '  fix: "Write \\"3600\\"." ',
        "  more: |",
        "    a",
        "    b",
        "authors: []",
    ]
    (head,) = read(annotated(*lines)).heads
    custom = {"id": "oauth.life", "why": "first second\n", "fix": 'Write "3600".', "more": "a\nb\n"}
    wanted = {
        "title": "Tokens",
        "related_resources": ["https://a.example"],
        "custom": custom,
        "authors": [],
    }
    assert head.annotation == wanted


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("title: a text # and a remark", "a text"),
        ("title: a:b", "a:b"),
        ("title: 'it''s'", "it's"),
        ("title:", ""),
        ("title: ~", ""),
        ("title: '~'", "~"),
        ("title:\n#   on the\n#   next lines", "on the next lines"),
    ],
)
def test_plain_texts_of_annotations(line: str, value: str) -> None:
    """Remarks go, colons within stay."""
    (head,) = read(annotated(line)).heads
    assert head.annotation["title"] == value


@pytest.mark.parametrize(
    "lines",
    [
        ("custom: {id: oauth.life, waivable: false, tags: [a, 'b, c'], fix: \"see https://a.example\"}",),
        (
            '"custom":',
            "  'id': oauth.life",
            "  waivable: false # never",
            "  tags: [a, 'b, c']",
            '  "fix": see https://a.example',
        ),
        (
            "custom: {",
            "  id: oauth.life, waivable: false,",
            "  tags: [a, 'b, c'], fix: see https://a.example}",
        ),
    ],
)
def test_maps_and_lists_may_look_like_json(lines: tuple[str, ...]) -> None:
    """As YAML has it, with names in quotes; else an id would be lost, and a rule be waived that nobody may waive."""
    (head,) = read(annotated(*lines)).heads
    wanted = {"id": "oauth.life", "waivable": "false", "tags": ["a", "b, c"], "fix": "see https://a.example"}
    assert head.annotation == {"custom": wanted}


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (("title",), 4),
        (("title: x", "titel", "custom: {}"), 5),
        (("- title: x",), 4),
        (("title:", "  - x"), 5),
        (("title: it says: no",), 4),
        (("a: b", "title: 'x"), 5),
        (("title: x", "a: \x07"), 5),
        (("a: b", 'title: "\\ud800"'), 5),
        (("a: b", 'title: "\\UFFFFFFFF"'), 5),
        (("%YAML " + "9" * 5000, "---", "title: x"), 4),
        (("title: x", "---", "title: y"), 5),
        (("a: &x b", "title: *x"), 5),
        (("custom:", "  <<: {waivable: true}", "  waivable: false"), 5),
        (("title: x", f"a: {'[' * 5000}"), 5),
        (("a: x\u2028", "title: [b]"), 5),
        (("scope: documents", "custom: {waivable: false}"), 4),
        (("  title: x", "custom:"), 5),
        (("a: b", "{"), 5),
        (("custom:", "\tid: x"), 5),
        (("custom:", "  id: x", "  id: y"), 6),
        (("custom: {id: x, id: y}",), 4),
        (("custom: {id: x",), 4),
        (("custom: {id: x}}",), 4),
        (("custom: {[]: x}",), 4),
        (("custom: [}",), 4),
        (("custom: [a, ':']", "title: x"), 4),
        (("custom: x",), 4),
        (("Custom:", "  waivable: false"), 4),
        (("waivable: false",), 4),
        (("custom:", "  waiveable: false"), 5),
    ],
)
def test_an_annotation_that_cannot_be_understood_is_refused(lines: tuple[str, ...], place: int) -> None:
    """With its line: a rule whose id nobody can read cannot be waived."""
    assert str(mistake(annotated(*lines)).origin) == f"rule.rego:{place}"


@pytest.mark.parametrize(
    "said",
    ["5", "1e3", "0x1f", "0o17", "1:30", "2027-01-31", "true", "no", "~", "", "[a]", "{a: b}", "9" * 5000],
)
def test_an_id_that_yaml_reads_as_something_else_is_refused(said: str) -> None:
    """To OPA it would be a number, a date or nothing, so that the two would know the rule by different names."""
    found = mistake(annotated("title: x", "custom:", f"  id: {said}"))
    assert (str(found.origin), "into quotes" in found.detail) == ("rule.rego:6", True)


@pytest.mark.parametrize("said", ["'5'", '"1e3"', "!!str 2027-01-31", "a.1e3", "main.5"])
def test_an_id_is_a_text(said: str) -> None:
    """In quotes whatever it is."""
    (head,) = read(annotated("custom:", f"  id: {said}")).heads
    assert head.annotation == {"custom": {"id": said.removeprefix("!!str ").strip("'\"")}}


PROBE = """
import sys
import snowconf.cli.policing
import snowconf.policy.confined
from snowconf.policy.reading import read_module
for note in ("a", "METADATA"):
    read_module("a.rego", f"package main\\n\\n# {note}\\ndeny contains 1\\n")
    print("yaml" in sys.modules)
"""


def test_yaml_is_loaded_for_an_annotation_alone() -> None:
    """Neither by what every plan loads nor by policies that have none."""
    said = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "True"]


@pytest.mark.parametrize("begin", ["METADATA of ours", "METADATA\r"])
def test_an_annotation_begins_as_opa_has_it(begin: str) -> None:
    """Whatever follows the word; passed over, a rule that nobody may waive would be waived."""
    (head,) = read(annotated("title: x").replace("METADATA", begin)).heads
    assert head.annotation == {"title": "x"}


def test_an_annotation_belongs_to_what_follows_next() -> None:
    """As in OPA: over empty lines, in parts, and not over another rule; one of the package is of no rule."""
    text = "# METADATA\n# scope: package\n# title: All\npackage main\n\n# METADATA\n# title: Far\n\n# METADATA\n# scope: document\n"
    text += "# description: More\n\ndeny contains 1\n\n# METADATA\n# title: Helper\nhelper := 1\n\nwarn contains 2\n"
    deny, warn = read(text).heads
    assert (deny.annotation, warn.annotation) == (
        {"title": "Far", "scope": "document", "description": "More"},
        {},
    )


@pytest.mark.parametrize(("rule", "said"), [("deny", "warning"), ("violation", "Warn"), ("warn", "error")])
def test_an_annotation_cannot_make_a_rule_graver(rule: str, said: str) -> None:
    """The name decides here as in conftest, and two that disagree are refused."""
    text = f'package main\n\n# METADATA\n# custom:\n#   severity: {said}\n{rule} contains "a"\n'
    assert f"severity {said}" in mistake(text).detail


@pytest.mark.parametrize("said", ["HIGH", "medium", "4", "[a]"])
def test_other_words_for_a_severity_are_the_teams_own(said: str) -> None:
    """Scanners have many; the name of the rule decides."""
    (head,) = read(f'package main\n\n# METADATA\n# custom:\n#   severity: {said}\ndeny contains "a"\n').heads
    assert head.severity.value == "error"


def test_what_is_said_of_a_document_is_said_of_each_rule_of_the_name() -> None:
    """With what each says of itself before it."""
    text = "package main\n\n# METADATA\n# scope: document\n# custom:\n#   waivable: false\n\n# METADATA\n# custom:\n#   id: a.one\n"
    text += 'deny contains "a"\n\n# METADATA\n# custom:\n#   id: a.two\n#   waivable: true\ndeny contains "b"\n\ndeny contains "c"\n'
    customs = [each.annotation["custom"] for each in read(text).heads]
    assert customs == [
        {"waivable": "false", "id": "a.one"},
        {"waivable": "true", "id": "a.two"},
        {"waivable": "false"},
    ]


@pytest.mark.parametrize("entry", ["entrypoint: true", "entrypoint: yes", "scope: document"])
def test_what_is_said_of_an_entry_point_is_said_of_the_document(entry: str) -> None:
    """As OPA has it; the scope may be left empty."""
    text = f'package main\n\n# METADATA\n# {entry}\n# title: A\ndeny contains "a"\n\ndeny contains "b"\n'
    assert [each.annotation["title"] for each in read(text).heads] == ["A", "A"]
    other = text.replace(entry, "scope:\n# entrypoint: false")
    assert [each.annotation.get("title") for each in read(other).heads] == ["A", None]


@pytest.mark.parametrize("nothing", ["", " ~", " null"])
def test_custom_may_say_nothing(nothing: str) -> None:
    """As OPA has it; whatever else is no map is refused."""
    (head,) = read(annotated(f"custom:{nothing}")).heads
    assert head.annotation == {"custom": ""}


def test_yamls_own_words_are_told() -> None:
    """What the library says of the line stands in the sentence."""
    said = mistake(annotated("title: x", "---", "title: y")).detail
    assert "cannot be understood: found another document." in said


def test_tests_are_found() -> None:
    """Rules whose names begin with test_, by line."""
    assert read("package main_test\n\ntest_a if true\n\n\ntest_b := true\n").tests == {
        "test_a": 3,
        "test_b": 6,
    }
