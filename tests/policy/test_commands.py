"""Policies on the command line: beneath the plan, before an apply, and by themselves."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
USED = '[policies]\npaths = ["rules"]\n'
RULE = """package main

# METADATA
# title: Accounts have a last name
# description: People look for them by it.
# custom:
#   id: user.named
#   severity: error
#   why: An account that nobody finds is never reviewed.
#   fix: Write last_name.
deny contains {"msg": msg, "address": rc.address, "attribute": "first_name"} if {
	some rc in input.resource_changes
	rc.type == "user"
	not rc.declared.attributes.last_name
	msg := sprintf("%s has no last name.", [rc.address])
}
"""
WAIVER = """
[[waiver]]
rule = "user.named"
address = "user.svc_small"
owner = "jane@acme.example"
reason = "Ticket 4711"
expires = {expires}
"""
PLAN = '{"format_version": "1.0", "stack": "small", "instance": "sandbox", "resource_changes": []}'
FINDING = """\
Denied: Accounts have a last name [user.named]
  on small.toml:16, in user.svc_small, by rules/user.rego:11
  16 | first_name = "………"
     | ^
  user.svc_small has no last name.
"""


def say(stack: Path, text: str) -> None:
    """Add it to the stack."""
    (stack / "more.toml").write_text(text, "utf-8")


def waive(stack: Path, expires: str = "2999-01-31") -> None:
    """With a waiver until then."""
    say(stack, USED + WAIVER.format(expires=expires))


@pytest.fixture
def ruled(stack: Path) -> Path:
    """The small stack with a rule that it violates."""
    folder = stack / "rules"
    folder.mkdir()
    (folder / "user.rego").write_text(RULE, "utf-8")
    say(stack, USED)
    return stack


def policy_of(text: str) -> Mapping[str, Any]:
    """The part of a JSON document."""
    part: Mapping[str, Any] = json.loads(text)["policy"]
    return part


@pytest.mark.usefixtures("ruled")
def test_a_plan_shows_what_its_policies_find(run: Run) -> None:
    """Beneath the plan, with the lines of block and rule; it ends with 3."""
    ended = run("plan")
    assert FINDING in ended.out
    assert (ended.code, "3 to create" in ended.out, "Policies: 1 denied by 1 rule." in ended.out) == (
        3,
        True,
        True,
    )


@pytest.mark.usefixtures("ruled")
def test_the_document_holds_what_policies_find(run: Run) -> None:
    """And what each block asks for in whole, which they look at; no secret."""
    ended = run("plan", "--json")
    (found,) = policy_of(ended.out)["findings"]
    assert (ended.code, found["id"], found["origin"]["line"], found["policy"]["file"]) == (
        3,
        "user.named",
        16,
        "rules/user.rego",
    )
    (user,) = [each for each in json.loads(ended.out)["resource_changes"] if each["type"] == "user"]
    assert user["declared"]["attributes"] == {
        "user_name": "svc_small",
        "first_name": "Small",
        "password": None,
        "roles": ["reader"],
    }
    assert user["declared"]["secrets"] == {"password": "env"}


def test_an_apply_that_policies_deny_writes_nothing(ruled: Path, run: Run) -> None:
    """Whatever was approved ahead; it ends with 3, and says how to go on."""
    ended = run("apply", "--auto-approve")
    assert (ended.code, FINDING in ended.out, "[SNC640]" in ended.err) == (3, True, True)
    assert "snowconf policy explain user.named" in ended.err
    assert "3 to create" in run("plan").out
    assert not list((ruled / ".snowconf").glob("receipts/*"))


@pytest.mark.usefixtures("ruled")
def test_an_apply_that_is_denied_says_it_to_machines(run: Run) -> None:
    """One document, with the error and the findings."""
    ended = run("apply", "--auto-approve", "--json")
    assert (ended.code, policy_of(ended.out)["verdict"]) == (3, "denied")
    assert [each["code"] for each in json.loads(ended.out)["diagnostics"]] == ["SNC640"]


@pytest.mark.usefixtures("ruled")
def test_nobody_is_asked_to_approve_what_is_denied(at_terminal: Run) -> None:
    """The refusal comes before the question."""
    ended = at_terminal("apply", answer="yes\n")
    assert (ended.code, "Only 'yes' counts" in ended.out + ended.err) == (3, False)


def test_a_saved_plan_is_judged_where_it_is_applied(ruled: Path, run: Run) -> None:
    """That it passed when it was saved, or that no policy was asked then, counts for nothing."""
    say(ruled, "")
    assert run("plan", "--out", "plan.json").code == 0
    say(ruled, USED)
    ended = run("apply", "plan.json")
    assert (ended.code, FINDING in ended.out, "3 to create" in run("plan").out) == (3, True, True)


def test_a_denied_plan_can_be_saved_and_not_applied(ruled: Path, run: Run) -> None:
    """It is what reviewers look at; mended rules let it through."""
    ended = run("plan", "--out", "plan.json")
    assert (ended.code, "Saved." in ended.out, run("apply", "plan.json").code) == (3, True, 3)
    waive(ruled)
    assert run("apply", "plan.json").code == 0


def test_what_passes_is_applied(ruled: Path, run: Run) -> None:
    """With the verdict between plan and report."""
    (ruled / "small.toml").write_text(
        (ruled / "small.toml")
        .read_text("utf-8")
        .replace('first_name = "Small"', 'first_name = "Small"\nlast_name = "X"'),
        "utf-8",
    )
    ended = run("apply", "--auto-approve")
    assert (
        ended.code,
        "Policies: nothing found by 1 rule." in ended.out,
        "Applied: 3 done" in ended.out,
    ) == (0, True, True)
    assert run("plan", "--detailed-exitcode").code == 0


def test_a_waiver_lets_an_apply_go_on_and_is_in_its_receipt(ruled: Path, run: Run) -> None:
    """Plan, JSON and receipt show by whose word, until when."""
    waive(ruled)
    planned, applied = run("plan"), run("apply", "--auto-approve")
    said = "Waived until 2999-01-31: user.named in user.svc_small (more.toml:4). user.svc_small has no"
    assert (planned.code, applied.code, said in planned.out) == (0, 0, True)
    assert "jane@acme.example says: Ticket 4711" in " ".join(planned.out.split())
    assert policy_of(run("plan", "--json").out)["findings"][0]["waiver"]["owner"] == "jane@acme.example"
    receipt = run("receipts", "show", "last").out
    assert "Waived until 2999-01-31: user.named in user.svc_small." in receipt
    assert "waived" in json.loads(run("receipts", "show", "last", "--json").out)


def test_an_expired_waiver_fails(ruled: Path, run: Run) -> None:
    """Plan and apply end with 3, and its place is told."""
    waive(ruled, "2020-01-31")
    for command in (("plan",), ("apply", "--auto-approve")):
        ended = run(*command)
        assert (ended.code, "[SNC647]" in ended.out, "on more.toml:4" in ended.out) == (3, True, True)


def test_a_waiver_without_policies_is_told(stack: Path, run: Run) -> None:
    """It takes nothing; one that has expired fails here, too."""
    say(stack, WAIVER.format(expires="2999-01-31"))
    assert ("[SNC648]" in run("plan").out, run("plan").code) == (True, 0)
    say(stack, WAIVER.format(expires="2020-01-31"))
    ended = run("apply", "--auto-approve")
    assert (ended.code, "A waiver does not hold any more" in " ".join(ended.err.split())) == (3, True)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("package main\n\ndeny if true\n", "SNC641"),
        ("package main\n\nhelper := 1\n", "SNC643"),
        (None, "SNC643"),
    ],
)
def test_policies_that_cannot_be_asked_let_nothing_through(
    ruled: Path, run: Run, rule: str | None, code: str
) -> None:
    """Plan shows the plan and the mistake, apply writes nothing; both end with 1."""
    path = ruled / "rules" / "user.rego"
    if rule is None:
        path.unlink()
    else:
        path.write_text(rule, "utf-8")
    planned, applied = run("plan"), run("apply", "--auto-approve")
    assert (planned.code, "3 to create" in planned.out, code in planned.out) == (1, True, True)
    assert (applied.code, code in applied.err, "3 to create" in run("plan").out) == (1, True, True)


def test_policies_from_a_protected_place_count_alone(
    ruled: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the stack says of its own counts for nothing then: neither paths nor severities nor namespaces."""
    protected = tmp_path / "protected"
    protected.mkdir()
    (protected / "user.rego").write_text(RULE, "utf-8")
    (ruled / "rules" / "user.rego").write_text("package other\n\ndeny contains 7\n", "utf-8")
    say(ruled, f'{USED}namespaces = ["none"]\nseverity = {{ "user.named" = "off" }}\n')
    assert run("plan", "--policies", str(protected)).code == 3
    monkeypatch.setenv("SNOWCONF_POLICIES", str(protected))
    ended = run("apply", "--auto-approve")
    assert (ended.code, str(protected / "user.rego:11") in "".join(ended.out.split())) == (3, True)
    monkeypatch.setenv("SNOWCONF_POLICY_NAMESPACE", "other")
    assert run("apply", "--auto-approve").code == 1


def test_policies_of_the_command_line_need_no_word_in_the_stack(stack: Path, run: Run) -> None:
    """With data of their own."""
    (stack / "r.rego").write_text('package main\n\ndeny contains "x" if data.no == true\n', "utf-8")
    (stack / "d.json").write_text('{"no": true}', "utf-8")
    assert run("plan", "--policies", "r.rego").code == 0
    assert run("plan", "--policies", "r.rego", "--policy-data", "d.json").code == 3


@pytest.mark.parametrize("folder", ["policies", "policy"])
def test_the_usual_folders_are_looked_for(stack: Path, run: Run, folder: str) -> None:
    """Ours, and the one that users of conftest have."""
    say(stack, "[policies]\n")
    assert run("plan").code == 1
    (stack / folder).mkdir()
    (stack / folder / "user.rego").write_text(RULE, "utf-8")
    assert run("plan").code == 3


@pytest.mark.usefixtures("ruled")
def test_a_document_is_checked_without_an_instance(run: Run, ruled: Path) -> None:
    """That of plan --json and that of plan --out say the same as the plan did."""
    (ruled / "plan.json").write_text(run("plan", "--json").out, "utf-8")
    run("plan", "--out", "saved.json")
    for name in ("plan.json", "saved.json"):
        ended = run("policy", "check", name)
        assert (ended.code, FINDING in ended.out, "to create" in ended.out) == (3, True, False)
    assert policy_of(run("policy", "check", "plan.json", "--json").out)["verdict"] == "denied"


def test_a_document_needs_no_stack(ruled: Path, run: Run, tmp_path: Path) -> None:
    """Only policies that are named."""
    (tmp_path / "plan.json").write_text(run("plan", "--json").out, "utf-8")
    where = ("-C", str(tmp_path))
    assert run("policy", "check", *where, "plan.json", "--policies", str(ruled / "rules")).code == 3
    ended = run("policy", "check", *where, "plan.json")
    assert (ended.code, "[SNC643]" in ended.err) == (1, True)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        f"{PLAN[:-3]}[1]}}",
        f"{PLAN[:-3]}[{{}}]}}",
        PLAN.replace('"1.0"', '"2.0"'),
        '{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []}',
        "[" * 100_000,
    ],
)
def test_what_is_no_plan_is_not_judged(ruled: Path, run: Run, text: str) -> None:
    """An empty document would violate nothing, nor would that of another tool."""
    (ruled / "plan.json").write_text(PLAN, "utf-8")
    assert run("policy", "check", "plan.json").code == 0
    (ruled / "plan.json").write_text(text, "utf-8")
    ended = run("policy", "check", "plan.json")
    assert (ended.code, "[SNC651]" in ended.err) == (1, True)


def test_a_document_of_other_bytes_is_not_judged(ruled: Path, run: Run) -> None:
    """PowerShell writes UTF-16 unless it is told otherwise."""
    (ruled / "plan.json").write_bytes("{}".encode("utf-16"))
    assert "[SNC651]" in run("policy", "check", "plan.json").err


def test_a_stack_is_checked_without_its_plan(ruled: Path, run: Run) -> None:
    """Only the verdict is shown."""
    ended = run("policy", "check")
    assert (ended.code, FINDING in ended.out, "to create" in ended.out) == (3, True, False)
    waive(ruled)
    assert run("policy", "check").code == 0


def test_warnings_count_where_that_is_asked(ruled: Path, run: Run) -> None:
    """As conftest's --fail-on-warn."""
    say(ruled, f'{USED}severity = {{ "user.named" = "warning" }}\n')
    assert (run("policy", "check").code, run("policy", "check", "--fail-on-warn").code) == (0, 3)


def test_all_namespaces_can_be_asked(ruled: Path, run: Run) -> None:
    """Or one by name."""
    (ruled / "rules" / "web.rego").write_text('package acme.web\n\ndeny contains "web"\n', "utf-8")
    assert "[acme.web.deny]" not in run("policy", "check").out
    assert "[acme.web.deny]" in run("policy", "check", "--all-namespaces").out
    assert "[user.named]" not in run("policy", "check", "--namespace", "acme.web").out


def test_a_broken_stack_is_not_checked(ruled: Path, run: Run) -> None:
    """Nor one that says [policies] wrongly, where only that is looked at."""
    say(ruled, "[policies]\npath = 3\n")
    for command in (("policy", "check"), ("policy", "test"), ("policy", "explain")):
        ended = run(*command)
        assert (ended.code, "[SNC645]" in ended.err) == (1, True)


def test_rules_are_explained(ruled: Path, run: Run) -> None:
    """All in short, or one with why and how to mend what it finds."""
    (ruled / "rules" / "more.rego").write_text('package more\n\nwarn contains "a"\n', "utf-8")
    listed = run("policy", "explain").out
    assert [each for each in listed.splitlines() if not each.startswith(" ")] == [
        "more.warn  warning  rules/more.rego:3",
        "user.named  denied  rules/user.rego:11",
    ]
    told = run("policy", "explain", "user.named").out
    assert [each.strip() for each in told.splitlines() if each.strip()] == [
        "user.named: Accounts have a last name",
        "refuses a plan; data.main.deny in rules/user.rego:11",
        "People look for them by it.",
        "Why: An account that nobody finds is never reviewed.",
        "To mend it: Write last_name.",
    ]
    assert json.loads(run("policy", "explain", "user.named", "--json").out)["fix"] == "Write last_name."
    assert [each["id"] for each in json.loads(run("policy", "explain", "--json").out)["rules"]] == [
        "more.warn",
        "user.named",
    ]


def test_a_rule_that_cannot_be_waived_says_so(ruled: Path, run: Run) -> None:
    """And one without words of its own has its place."""
    text = RULE.replace("#   severity: error\n", "#   waivable: false\n")
    (ruled / "rules" / "user.rego").write_text(text, "utf-8")
    assert "No stack can waive it." in run("policy", "explain", "user.named").out


@pytest.mark.usefixtures("ruled")
def test_an_unknown_rule_is_not_explained(run: Run) -> None:
    """With what may have been meant."""
    ended = run("policy", "explain", "user.name")
    assert (ended.code, "[SNC653]" in ended.err, "Did you mean 'user.named'?" in ended.err) == (1, True, True)


def test_broken_policies_are_not_explained(ruled: Path, run: Run) -> None:
    """What is wrong with them is told."""
    (ruled / "rules" / "user.rego").write_text("package main\n\ndeny if true\n", "utf-8")
    ended = run("policy", "explain")
    assert (ended.code, "[SNC641]" in ended.err, "rules/user.rego:3" in ended.err) == (1, True, True)


def test_nothing_is_explained_or_tested_where_nothing_names_policies(stack: Path, run: Run) -> None:
    """In a stack that has none."""
    assert stack.is_dir()
    for command in (("policy", "explain"), ("policy", "test"), ("policy", "check")):
        ended = run(*command)
        assert (ended.code, "[SNC643]" in ended.err + ended.out) == (1, True)


TESTS = """package main_test

import data.main

test_one_without if count(main.deny) == 1 with input as {"resource_changes": [{"type": "user", "address": "user.a", "declared": {"attributes": {}}}]}

test_wrong if count(main.deny) == 5

test_broken if 1 / 0 == 1
"""


def test_tests_of_policies_are_run(ruled: Path, run: Run) -> None:
    """Each is shown with its place, what fails with the reason, and the numbers last."""
    path = ruled / "rules" / "user_test.rego"
    path.write_text(TESTS, "utf-8")
    ended = run("policy", "test")
    assert ended.code == 1
    assert "pass  data.main_test.test_one_without  (rules/user_test.rego:5)" in ended.out
    assert "FAIL  data.main_test.test_wrong  (rules/user_test.rego:7)\n      it is not true" in ended.out
    assert ("divide by zero" in ended.out, "1 of 3 tests hold." in ended.out) == (True, True)
    document = json.loads(run("policy", "test", "rules", "--json").out)
    assert [each["passed"] for each in document["tests"]] == [True, False, False]
    path.write_text(TESTS[: TESTS.index("test_wrong")], "utf-8")
    assert run("policy", "test", "rules").code == 0


def test_many_findings_of_one_rule_are_shown_in_short(stack: Path, run: Run) -> None:
    """The first ten, and how many there are."""
    text = 'package main\n\ndeny contains sprintf("number %d", [n]) if some n in numbers.range(1, 1500)\n'
    (stack / "r.rego").write_text(text, "utf-8")
    ended = run("plan", "--policies", "r.rego")
    assert (ended.out.count("[main.deny]"), "… and 1,490 more of main.deny." in ended.out) == (10, True)
    assert "1,500 denied by 1 rule." in ended.out


def test_what_a_policy_says_cannot_act_on_a_terminal(stack: Path, run: Run) -> None:
    """Neither its words nor its id nor its title: names from the instance are among them."""
    evil = "\\u001b[31m\\u202e\\r\\n"
    rule = f'package main\n\n# METADATA\n# title: "x\u202e"\ndeny contains {{"msg": "a{evil}", "id": "b{evil}"}}\n'
    (stack / "r.rego").write_text(rule, "utf-8")
    out = run("plan", "--policies", "r.rego").out
    assert [each for each in "\x1b\r\u202e" if each in out] == []


def test_the_engine_is_chosen_on_the_command_line(
    ruled: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or by a variable; one that is not there is no yes."""
    assert ruled.is_dir()
    monkeypatch.setenv("PATH", "/nowhere")
    assert "[SNC642]" in run("plan", "--engine", "opa").out
    ended = run("plan", "--engine", "rego")
    assert (ended.code, "regorus, opa or conftest" in ended.err) == (1, True)
