"""What policies say of a plan: findings with their places, and never a yes where they could not be asked."""

from dataclasses import replace

import pytest

from snowconf.model.diagnostic import Severity
from snowconf.model.finding import PolicySettings
from tests.policy.courtroom import Courtroom, change, codes, messages, places

LIFE = """
# METADATA
# title: Tokens live an hour
# custom:
#   id: oauth.life
deny contains {"msg": msg, "address": rc.address, "attribute": "life", "seen": rc.declared.attributes.life} if {
	some rc in input.resource_changes
	rc.declared.attributes.life > 3600
	msg := sprintf("%s lives %d s", [rc.address, rc.declared.attributes.life])
}
"""
CLIENT = change("oauth_app.finout", life=9000)


def test_a_finding_has_its_place(court: Courtroom) -> None:
    """Id, severity, words, block, the line of the attribute, the line of the rule, and what else was said."""
    (found,) = court.hear(LIFE, CLIENT).findings
    assert (found.id, found.severity, found.message) == (
        "oauth.life",
        Severity.ERROR,
        "oauth_app.finout lives 9000 s",
    )
    assert (str(found.address), str(found.origin), found.attribute) == (
        "oauth_app.finout",
        "stack.toml:8",
        "life",
    )
    assert (found.rule.origin.line, found.rule.title, found.details) == (
        8,
        "Tokens live an hour",
        {"seen": 9000},
    )


def test_a_plan_that_no_rule_minds_passes(court: Courtroom) -> None:
    """Judged, by all rules, and nothing found."""
    review = court.hear(LIFE, change("oauth_app.finout", life=60))
    assert (review.is_denied, review.was_judged, review.findings, len(review.rules)) == (False, True, (), 1)


def test_a_text_is_a_finding_too(court: Courtroom) -> None:
    """Of no block, under the name of its rule."""
    (found,) = court.hear('violation_x contains "a plan"', CLIENT).findings
    assert (found.id, found.message, found.address, found.origin) == (
        "main.violation_x",
        "a plan",
        None,
        None,
    )


def test_a_warning_denies_nothing(court: Courtroom) -> None:
    """It is only told."""
    review = court.hear('warn contains "a plan"')
    assert (review.is_denied, [each.message for each in review.warning]) == (False, ["a plan"])


@pytest.mark.parametrize("said", ['"user.nobody"', "7", "null", '"no address"'])
def test_an_address_that_the_plan_lacks_is_no_place(court: Courtroom, said: str) -> None:
    """What a rule makes up points nowhere."""
    (found,) = court.hear(f'deny contains {{"msg": "a", "address": {said}, "attribute": 3}}', CLIENT).findings
    assert (found.address, found.origin, found.attribute) == (None, None, "")


def test_a_message_may_have_an_id_of_its_own(court: Courtroom) -> None:
    """One rule may look for several things; an id that is no text does not count."""
    review = court.hear('deny contains {"msg": "a", "id": "x.y"}\n\ndeny contains {"msg": "b", "id": 3}')
    assert [each.id for each in review.findings] == ["main.deny", "x.y"]


def test_rules_of_one_name_answer_each_for_itself(court: Courtroom) -> None:
    """In one file or several: a finding has the id and the line of the rule that said it."""
    court.write("b.rego", '# METADATA\n# custom:\n#  id: b.one\ndeny contains "same"\n')
    review = court.hear('# METADATA\n# custom:\n#  id: a.one\ndeny contains "same"\n\ndeny contains "more"\n')
    found = [(each.id, each.message, each.rule.origin.line) for each in review.findings]
    assert found == [("a.one", "same", 6), ("b.one", "same", 6), ("main.deny", "more", 8)]


def test_a_set_that_others_read_stays_whole(court: Courtroom) -> None:
    """Then nobody can tell whose a message is, so all are of the set."""
    rule = '# METADATA\n# custom:\n#  id: a.one\ndeny contains "a"\n\ndeny contains "b"\n\nwarn contains "two" if count(deny) == 2'
    review = court.hear(rule)
    assert [(each.id, each.message) for each in review.findings] == [
        ("main.deny", "a"),
        ("main.deny", "b"),
        ("main.warn", "two"),
    ]


def test_a_text_that_looks_like_the_name_reads_nothing(court: Courtroom) -> None:
    """An access control's decision is "deny" too; only an index names a set by a text."""
    rule = '# METADATA\n# custom:\n#  id: a.one\ndeny contains "a" if "deny" != "allow"\n\ndeny contains "b"'
    assert [each.id for each in court.hear(rule).findings] == ["a.one", "main.deny"]


def test_an_index_reads_a_set_as_its_name_does(court: Courtroom) -> None:
    """Both rules are of the set then."""
    rule = '# METADATA\n# custom:\n#  id: a.one\ndeny contains "a"\n\ndeny contains "b"'
    review = court.hear(f'{rule}\n\nwarn contains "two" if count(data.main["deny"]) == 2')
    assert [each.id for each in review.findings] == ["main.deny", "main.deny", "main.warn"]


def test_what_denies_comes_first(court: Courtroom) -> None:
    """Then what warns; by address and id within."""
    rule = 'warn contains "w"\n\ndeny contains {"msg": m, "address": a} if { some a, m in {"role.b": "1", "role.a": "2"} }'
    assert messages(court.hear(rule, change("role.a"), change("role.b"))) == ["2", "1", "w"]


@pytest.mark.parametrize("name", ["limits.json", "limits.yaml", "limits.yml", "limits.toml"])
def test_data_is_found_below_data(court: Courtroom, name: str) -> None:
    """In each form."""
    texts = {"json": '{"limits": {"most": 3}}', "toml": "[limits]\nmost = 3\n"}
    court.write(name, texts.get(name.partition(".")[2], "# most\nlimits:\n  most: 3\n"))
    court.data = (name,)
    assert messages(court.hear('deny contains sprintf("%d", [data.limits.most])')) == ["3"]


def test_folders_of_data_become_keys(court: Courtroom) -> None:
    """As OPA has it: the folder counts, the file's name does not; several files make one."""
    court.write("data/acme/a.json", '{"one": 1}')
    court.write("data/acme/b.yaml", "two: 2\n")
    court.data = ("data",)
    assert messages(court.hear('deny contains sprintf("%v", [data.acme])')) == ['{"one": 1, "two": 2}']


def test_only_asked_namespaces_count(court: Courtroom) -> None:
    """Main where nothing else is said; a star for all."""
    court.write("other.rego", 'package acme.web\n\ndeny contains "web"\n')
    assert messages(court.hear('deny contains "main"')) == ["main"]
    court.settings = PolicySettings(namespaces=("acme.web",))
    assert messages(court.judge()) == ["web"]
    court.settings = PolicySettings(namespaces=("*",))
    assert messages(court.judge()) == ["web", "main"]


@pytest.mark.parametrize(
    ("said", "denied", "found"), [(Severity.WARNING, False, 1), (Severity.ERROR, True, 1), (None, False, 0)]
)
def test_a_stack_may_make_more_or_less_of_a_rule(
    court: Courtroom, *, said: Severity | None, denied: bool, found: int
) -> None:
    """By its id: a warning, an error, or nothing at all."""
    court.settings = PolicySettings(severity={"oauth.life": said})
    review = court.hear(LIFE, CLIENT)
    assert (review.is_denied, len(review.findings)) == (denied, found)


def test_a_warning_can_be_made_an_error(court: Courtroom) -> None:
    """A shop may be stricter than the author of the rules."""
    court.settings = PolicySettings(severity={"main.warn": Severity.ERROR})
    assert court.hear('warn contains "a"').is_denied


def test_the_severity_of_no_rule_is_a_mistake(court: Courtroom) -> None:
    """A misspelt id would leave the rule as it is."""
    review = court.hear(LIFE, CLIENT)
    place = review.rules[0].origin
    court.settings = PolicySettings(severity={"oauth.live": None}, overrides={"oauth.live": place})
    review = court.judge(CLIENT)
    assert (codes(review), review.was_judged, review.is_denied) == (["SNC650"], False, True)


BROKEN = {
    "a text without end": ('deny contains "x if true', "rule.rego:3", "does not end"),
    "an older syntax": ('deny contains m { m := "a" }', "rule.rego:3", "`if` keyword is required"),
    "a function that nobody has": ("deny contains m if { m := nosuch(1) }", "rule.rego:3", "'nosuch'"),
    "one in a place never reached": (
        "deny contains m if { false; m := no.such(1) }",
        "rule.rego:3",
        "'no.such'",
    ),
    "one of a module that lacks it": (
        "deny contains m if { m := data.lib.f(1) }",
        "rule.rego:3",
        "'data.lib.f'",
    ),
    "an unsafe variable": ("deny contains m if { x := 1 }", "rule.rego:3", "unsafe"),
    "one in a place never reached, too": (
        "deny contains m if { false; y == z; m := 1 }",
        "rule.rego:3",
        "unsafe",
    ),
    "division by zero": ("deny contains m if { m := 1 / 0 }", "rule.rego:3", "divide by zero"),
    "a built-in with the wrong type": ("deny contains count(7)", "rule.rego:3", "count"),
    "a bad regular expression": (
        'deny contains "a" if regex.match("(", "b")',
        "rule.rego:3",
        "invalid regex",
    ),
    "two values of one rule": ("x := 1\n\nx := 2\n\ndeny contains x", "rule.rego:5", "conflicts"),
    "a circle": (
        "deny contains m if { m := data.main.warn[_] }\n\nwarn contains m if { m := deny[_] }",
        "rule.rego",
        "recursion",
    ),
    "a value that is no set": ('deny := "a"', "rule.rego:3", "a text"),
    "a number": ("deny := count([1])", "rule.rego:3", "a number"),
    "an object": ('deny := {"msg": "a"}', "rule.rego:3", "an object"),
    "a set of numbers": ("deny contains 7", "rule.rego:3", "a number"),
    "objects without msg": ('deny contains {"message": "a"}', "rule.rego:3", "without 'msg'"),
    "a msg that is no text": ('deny contains {"msg": ["a"]}', "rule.rego:3", "an object"),
    "lists": ('deny contains ["a"]', "rule.rego:3", "a list"),
    "true": ("deny contains true", "rule.rego:3", "true or false"),
    "null": ("deny contains null", "rule.rego:3", "null"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_policy_that_cannot_be_asked_is_never_a_yes(court: Courtroom, case: str) -> None:
    """It is an error with file and line, and nothing counts as judged."""
    rule, place, words = BROKEN[case]
    review = court.hear(rule, CLIENT)
    assert (codes(review), review.was_judged, review.is_denied, review.findings) == (
        ["SNC641"],
        False,
        True,
        (),
    )
    assert places(review)[0].startswith(place)
    assert words in review.diagnostics[0].detail
    assert "Stack backtrace" not in review.diagnostics[0].detail


def test_a_helper_of_another_file_is_found(court: Courtroom) -> None:
    """Called by its import, by another name for it, or by its whole path."""
    court.write("lib.rego", 'package lib.text\n\nloud(x) := upper(x)\n\ndefault soft(_) := "s"\n')
    rule = "import data.lib.text\nimport data.lib.text.loud as big\n\n"
    rule += 'deny contains text.loud("a")\n\ndeny contains big("b")\n\ndeny contains data.lib.text.loud("c")\n\ndeny contains text.soft(1)'
    assert messages(court.hear(rule)) == ["A", "B", "C", "s"]


def test_print_says_nothing_among_the_answers(court: Courtroom) -> None:
    """Who debugs a rule breaks no pipeline."""
    assert messages(court.hear('deny contains "a" if { print("loud"); true }')) == ["a"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.json", "{"),
        ("d.json", "[1]"),
        ("d.toml", "a = "),
        ("d.yaml", "a: [1"),
        ("d.yaml", "- a\n"),
        ("d.txt", "a"),
        ("d.json", f"{'[' * 100_000}"),
        ("d.json", '{"a": ' + "9" * 5000 + "}"),
    ],
)
def test_data_that_cannot_be_read_is_never_a_yes(court: Courtroom, name: str, text: str) -> None:
    """With the file that it is in."""
    court.write(name, text)
    court.data = (name,)
    review = court.hear('deny contains "a" if data.a')
    assert (codes(review), review.is_denied) == (["SNC649"], True)
    assert places(review)[0].startswith(name)


def test_two_files_cannot_give_one_key_two_values(court: Courtroom) -> None:
    """Which of them counted would be chance."""
    court.write("d/a.json", '{"most": 3}')
    court.write("d/b.json", '{"most": 4}')
    court.data = ("d",)
    assert codes(court.hear('deny contains "a" if data.most == 9')) == ["SNC649"]


def test_a_path_without_policies_is_never_a_yes(court: Courtroom) -> None:
    """An empty folder, a missing one, or one with tests alone."""
    assert ({*codes(court.judge())}, court.judge().is_denied) == ({"SNC643"}, True)
    court.write("a_test.rego", "package main_test\n\ntest_a if true\n")
    assert (codes(court.judge()), court.judge().was_judged) == (["SNC643"], False)


def test_a_namespace_without_rules_is_never_a_yes(court: Courtroom) -> None:
    """The packages that are there are told."""
    court.settings = PolicySettings(namespaces=("main", "mian"))
    review = court.hear('deny contains "a"')
    assert (codes(review), review.was_judged) == (["SNC643"], False)
    assert "'mian'" in review.diagnostics[0].detail
    assert "There are policies in main." in review.diagnostics[0].detail


def test_no_rule_in_any_namespace_is_never_a_yes(court: Courtroom) -> None:
    """Also where all of them were asked for."""
    court.settings = replace(court.settings, namespaces=("*",))
    assert codes(court.hear("helper := 1")) == ["SNC643"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * 1_000_001])
def test_a_file_that_is_no_policy_is_never_a_yes(court: Courtroom, content: bytes) -> None:
    """Bytes that are no text, and what nobody has written by hand."""
    (court.folder / "a.rego").write_bytes(content)
    assert (codes(court.judge()), court.judge().is_denied) == (["SNC641"], True)


def test_hidden_folders_are_passed_over(court: Courtroom) -> None:
    """What tools keep for themselves is no policy."""
    court.write(".cache/old.rego", 'deny contains "old"')
    assert messages(court.hear('deny contains "a"')) == ["a"]


@pytest.mark.parametrize("line", ['x := 1; deny contains "a"', 'x := [1,\n2] deny contains "a"'])
def test_a_rule_that_the_engine_alone_sees_is_never_a_yes(court: Courtroom, line: str) -> None:
    """Hidden behind something else on its line it would be asked by nobody."""
    review = court.hear(f'{line}\n\nwarn contains "b" if false')
    assert (codes(review), review.was_judged, review.is_denied) == (["SNC641"], False, True)


def test_a_rule_in_a_file_of_tests_is_never_a_yes(court: Courtroom) -> None:
    """Plans are not held against it."""
    court.write("a_test.rego", 'deny contains "a"')
    review = court.hear('warn contains "b" if false')
    assert (codes(review), places(review), review.is_denied) == (["SNC641"], ["a_test.rego:3"], True)


@pytest.mark.parametrize(
    ("said", "waivable"),
    [("true", True), ("false", False), ("False", False), ("no", False), ("maybe", False)],
)
def test_only_true_lets_a_rule_be_waived(court: Courtroom, *, said: str, waivable: bool) -> None:
    """Where it is said at all."""
    (rule,) = court.hear(f'# METADATA\n# custom:\n#   waivable: {said}\ndeny contains "a"').rules
    assert rule.waivable == waivable


@pytest.mark.parametrize("origin", [None, {}, {"file": 3, "line": 1, "column": 1}, "stack.toml:3"])
def test_a_document_with_odd_places_is_judged_all_the_same(court: Courtroom, origin: object) -> None:
    """A finding then has none; so has one about an address without a dot."""
    changes = [{**change("role.a"), "origin": origin}, {**change("role.b"), "address": "nodot"}]
    rule = 'deny contains {"msg": rc.address, "address": rc.address} if some rc in input.resource_changes'
    assert [(each.message, each.origin) for each in court.hear(rule, *changes).findings] == [
        ("nodot", None),
        ("role.a", None),
    ]
