"""The library of policies on plans that snowconf itself makes: each rule, each example, and each example with one bad line."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from snowconf.kinds import KINDS
from snowconf.kinds.attributes import Members
from snowconf.model.finding import PolicySettings
from snowconf.policy.choosing import ENGINES
from snowconf.policy.gathering import LIBRARY, Places, gather
from snowconf.policy.judging import Bench, judge
from snowconf.policy.ruling import rules_of
from snowconf.policy.testing import run_tests
from tests.cli.conftest import Run
from tests.policy.courtroom import TODAY
from tests.policy.oracle import Oracle

ROOT = Path(__file__).parents[2]
CASES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("rejected.toml").read_text("utf-8")
)
HEAD = '[stack]\nname = "small"\n[instance.{name}]\nurl = "sandbox:"\ndefault = true\nswitches = {{ elevation = "off" }}\n'
FREE = ("--allow-deletes", "100", "--allow-updates", "100")
# An example, what is written in it, what is written instead, and the rule that refuses that.
EDITS = [
    ("finout", 'identity = "machine"', "active = true", "accounts.not_machine"),
    ("finout", 'roles = ["finout_reader"]   ', 'roles = ["finout_reader", "admin"]   ', "roles.admin"),
    ("finout", 'redirect_url = ""', 'redirect_url = "http://finout.example"', "oauth.redirect_url"),
    ("finout", 'name = "incident.*"', 'name = "*.*"', "acl.wildcard"),
    ("finout", '\nname = "Finout"', '\nname = "Test"', "oauth.default_name"),
    (
        "flexera-fnms",
        "access_token_lifespan = 1800",
        "access_token_lifespan = 7200",
        "oauth.access_token_lifespan",
    ),
    ("flexera-fnms", 'run_as = "svc_flexera"', 'run_as = "admin"', "schedules.run_as_admin"),
    ("flexera-itam", "lifespan = 8640000", "lifespan = 86400000", "oauth.refresh_token_lifespan"),
    ("flexera-itam", 'identity = "machine"', 'identity = "machine"\ntitle = "Head"', "accounts.human_like"),
    ("flexera-saas-reclamation", '"rest_api_explorer"', '"impersonator"', "roles.admin"),
    (
        "flexera-saas-reclamation",
        "active = true",
        "active = true\ninternal_integration_user = true",
        "accounts.hidden",
    ),
    ("servicenow-sam-custom-profile", 'scope = "users.read"', 'scope = "users.*"', "oauth.wildcard_scope"),
    ("servicenow-sam-custom-profile", 'url = "https://gamma', 'url = "http://gamma', "connections.cleartext"),
    ("partner-feed", "enable_jti_verification = true", "enable_jti_verification = false", "oauth.replay"),
    ("partner-feed", '"restricted"', '"unrestricted"', "oauth.unrestricted"),
]
EXAMPLES = sorted(each.parent.name for each in (ROOT / "examples").glob("*/*.toml"))


def place(folder: Path, text: str, name: str = "sandbox") -> None:
    """The stack of the folder, anew."""
    (folder / "small.toml").write_text(f"{HEAD.format(name=name)}{text}\n", "utf-8")


def planned(run: Run, *more: str) -> dict[str, Any]:
    """The document of a plan of the stack in the working directory, as the library sees it and with what it says."""
    document: dict[str, Any] = json.loads(run("plan", "--json", "--policies", LIBRARY, *more).out)
    assert document["policy"]["verdict"] in ("passed", "denied"), document
    return document


def found(run: Run, *more: str) -> set[tuple[str, str]]:
    """Severity and id of each finding."""
    return {(each["severity"], each["id"]) for each in planned(run, *more)["policy"]["findings"]}


def refused(run: Run, *more: str) -> set[str]:
    """The ids of what denies."""
    return {name for severity, name in found(run, *more) if severity == "error"}


@pytest.mark.parametrize("rule", sorted(CASES))
def test_a_rule_finds_what_it_is_meant_for(stack: Path, run: Run, opa: Oracle, rule: str) -> None:
    """One plan in which it and no other finds something, and one in which it does not; OPA says the same of both."""
    case = CASES[rule]
    name = case.get("instance", "sandbox")
    if first := case.get("first"):
        place(stack, first, name)
        assert run("apply", "--auto-approve").code == 0
    heard = {}
    for which in ("bad", "good"):
        data = case.get(f"{which}_data", case.get("data", {}))
        (stack / "limits.json").write_text(json.dumps({"library": data}), "utf-8")
        place(stack, case[which], name)
        document = planned(run, "--policy-data", "limits.json", *FREE)
        heard[which] = {each["id"] for each in document.pop("policy")["findings"]}
        assert opa.judges(document, data) == heard[which]
    assert (heard["bad"] - heard["good"], rule in heard["good"]) == ({rule}, False), heard


def test_every_rule_has_its_case() -> None:
    """And says of itself why it is there and how to mend what it finds; the id that conftest sees is the same."""
    rules = rules_of(gather(Places(policies=(Path(LIBRARY),))))
    assert sorted(CASES) == sorted(each.id for each in rules)
    assert [
        each.id for each in rules if not (each.title and each.description and each.why and each.fix)
    ] == []
    for each in rules:
        text = (ROOT / "policies" / Path(each.origin.file).name).read_text("utf-8")
        name = each.query.rpartition(".")[2]
        assert f'{name} contains {{"id": "{each.id}"' in text
        assert name.partition("_")[2] == each.id.replace(".", "_")


def test_no_table_of_a_kind_can_be_written_past_its_rules() -> None:
    """`ownership.record` knows every table of a kind, and those of its sets."""
    kinds = [each for each in KINDS.values() if each.table]
    tables = {each.table for each in kinds} | {each.link for kind in kinds for each in kind.of_type(Members)}
    defaults = yaml.safe_load((ROOT / "policies" / "defaults.yaml").read_text("utf-8"))["snowconf_defaults"]
    assert sorted(tables) == defaults["tables_with_kinds"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_passes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nothing denies it; the guides' own powerful roles are told."""
    monkeypatch.chdir(example(tmp_path, name).parent)
    assert refused(run, "--env-file", ".env.example") == set()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit[0]} {edit[3]}")
def test_an_example_with_a_bad_line_is_refused_by_the_rule_meant(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: tuple[str, str, str, str]
) -> None:
    """By that one and by no other."""
    name, written, instead, rule = edit
    path = example(tmp_path, name)
    monkeypatch.chdir(path.parent)
    text = path.read_text("utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), "utf-8")
    assert refused(run, "--env-file", ".env.example") == {rule}


def test_its_own_tests_hold() -> None:
    """Those that are beside the rules."""
    tried = run_tests(gather(Places(policies=(Path(LIBRARY),))), ENGINES["regorus"])
    assert (len(tried.tests) > 60, tried.failed, tried.diagnostics) == (True, [], ())


def test_rules_without_their_thresholds_refuse() -> None:
    """As where somebody names the folder of a copy and forgets the data: nothing found is no yes."""
    bench = Bench(
        engine=ENGINES["regorus"],
        library=gather(Places(policies=(ROOT / "policies",))),
        settings=PolicySettings(),
        today=TODAY,
    )
    review = judge({"resource_changes": []}, bench)
    assert (review.is_denied, {each.id for each in review.findings}) == (True, {"library.settings"})


def test_what_a_stack_names_is_found_by_its_name(stack: Path, run: Run) -> None:
    """Beside policies of its own, and places in it are told below the name."""
    place(stack, f'[policies]\npaths = ["{LIBRARY}", "own"]\n[group.g]\nname = "G"\nroles = ["admin"]')
    (stack / "own").mkdir()
    (stack / "own" / "a.rego").write_text('package main\n\ndeny contains "own"\n', "utf-8")
    ended = run("plan")
    assert (ended.code, "[roles.admin]" in ended.out, "[main.deny]" in ended.out) == (3, True, True)
    assert re.search(rf"{LIBRARY}/roles\.rego:\d+", " ".join(ended.out.split()))


def example(folder: Path, name: str) -> Path:
    """A copy of an example: its stack's file."""
    (folder / name).mkdir()
    for each in (*(ROOT / "examples" / name).glob("*.toml"), ROOT / "examples" / name / ".env.example"):
        if each.exists():
            (folder / name / each.name).write_text(each.read_text("utf-8"), "utf-8")
    return next((folder / name).glob("*.toml"))
