"""[policies] and [[waiver]]: what is loaded, and every mistake at its line."""

from datetime import date

import pytest

from snowconf.model.diagnostic import Severity
from snowconf.model.finding import PolicySettings, Waiver
from snowconf.model.origin import Origin
from tests.config.stacks import BASE, Load, Told

POLICIES = """
[policies]
paths = ["rules", "more.rego"]
data = ["limits.yaml"]
namespaces = ["main", "acme"]
engine = "opa"
severity = { "a.one" = "warning", "a.two" = "off", "a.three" = "error" }
"""
WAIVER = """
[[waiver]]
rule = "a.one"
address = "role.reader"
owner = "jane"
reason = "Ticket 4711"
expires = 2027-01-31
"""


def test_a_stack_may_say_nothing_of_policies(load_files: Load) -> None:
    """Then there are none."""
    loaded = load_files({"base.toml": BASE})
    assert (loaded.policies, loaded.waivers) == (None, ())


def test_policies_are_loaded(load_files: Load) -> None:
    """Every setting, and where severities are written."""
    settings = load_files({"base.toml": BASE, "s.toml": POLICIES}).policies
    place = Origin("s.toml", 7)
    assert settings == PolicySettings(
        paths=("rules", "more.rego"),
        data=("limits.yaml",),
        namespaces=("main", "acme"),
        engine="opa",
        severity={"a.one": Severity.WARNING, "a.two": None, "a.three": Severity.ERROR},
        overrides={
            each: Origin("s.toml", place.line, settings.overrides[each].column) for each in settings.overrides
        }
        if settings
        else {},
        origin=Origin("s.toml", 2, 2),
    )
    assert settings is not None
    assert {each.line for each in settings.overrides.values()} == {7}


def test_an_empty_table_means_the_usual_folders(load_files: Load) -> None:
    """With regorus, in main."""
    settings = load_files({"base.toml": BASE, "s.toml": "[policies]\n"}).policies
    assert settings == PolicySettings(origin=Origin("s.toml", 1, 2))


def test_waivers_are_loaded_from_all_files(load_files: Load) -> None:
    """Each with its place."""
    other = WAIVER.replace("role.reader", "*")
    loaded = load_files({"base.toml": BASE, "a.toml": WAIVER, "b.toml": other})
    first = Waiver(
        rule="a.one",
        address="role.reader",
        owner="jane",
        reason="Ticket 4711",
        expires=date(2027, 1, 31),
        origin=loaded.waivers[0].origin,
    )
    assert loaded.waivers[0] == first
    assert [(each.address, str(each.origin)) for each in loaded.waivers] == [
        ("role.reader", "a.toml:2"),
        ("*", "b.toml:2"),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("paths = 'rules'", 'SNC645 s.toml:2 paths is a list of texts, with at least one, as in ["main"].'),
        ("data = []", 'SNC645 s.toml:2 data is a list of texts, with at least one, as in ["main"].'),
        (
            "namespaces = ['']",
            'SNC645 s.toml:2 namespaces is a list of texts, with at least one, as in ["main"].',
        ),
        (
            "engine = 'regoros'",
            "SNC645 s.toml:2 engine is 'regorus', 'opa' or 'conftest'. Did you mean 'regorus'?",
        ),
        ("engine = 3", "SNC645 s.toml:2 engine is 'regorus', 'opa' or 'conftest'."),
        (
            "severity = 3",
            'SNC645 s.toml:2 severity is a table from rules, as in { "oauth.lifespan" = "warning" }.',
        ),
        (
            "severity = { 'a.one' = 'warn' }",
            "SNC645 s.toml:2 What becomes of the rule 'a.one' is 'error', 'warning' or 'off'. Did you mean 'warning'?",
        ),
        (
            "severity = { x = false }",
            "SNC645 s.toml:2 What becomes of the rule 'x' is 'error', 'warning' or 'off'.",
        ),
        ("path = ['rules']", "SNC645 s.toml:2 [policies] has no setting 'path'. Did you mean 'paths'?"),
    ],
)
def test_mistakes_of_policies_are_told(problems: Told, line: str, told: str) -> None:
    """Each at its line, with what would be right."""
    assert problems(f"[policies]\n{line}\n") == [told]


def test_policies_are_a_table_and_stand_once(load_files: Load, problems: Told) -> None:
    """A second one would say something else."""
    assert problems("policies = 3\n") == [
        'SNC645 s.toml:1 policies is a table: write [policies], and below it paths = ["policies"].'
    ]
    loaded = load_files({"base.toml": BASE, "a.toml": "[policies]\n", "s.toml": "[policies]\n"})
    assert [(each.code, str(each.origin)) for each in loaded.diagnostics] == [("SNC645", "s.toml:1")]


FORM = (
    'It is written [[waiver]] with rule = "…", address = "oauth_app.finout", owner = "…", reason = "…" and expires = '
    "2027-01-31."
)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "expires = 2027-01-31",
            "expires = '2027-01-31'",
            "SNC646 s.toml:6 expires is the last day of the waiver, without quotes, as in expires = 2027-01-31.",
        ),
        (
            "2027-01-31",
            "2027-01-31T10:00:00Z",
            "SNC646 s.toml:6 expires is the last day of the waiver, without quotes, as in expires = 2027-01-31.",
        ),
        ("expires = 2027-01-31\n", "", f"SNC646 s.toml:1 The waiver does not say 'expires'. {FORM}"),
        (
            'owner = "jane"\nreason = "Ticket 4711"\n',
            "",
            f"SNC646 s.toml:1 The waiver does not say 'owner' and 'reason'. {FORM}",
        ),
        ('"jane"', '" "', "SNC646 s.toml:4 owner is a text in quotes, and not empty."),
        ('"a.one"', "1", "SNC646 s.toml:2 rule is a text in quotes, and not empty."),
        (
            "role.reader",
            "reader",
            "SNC646 s.toml:3 address is kind.label as in oauth_app.finout, or \"*\" for everywhere; 'reader' is neither.",
        ),
        ("owner", "onwer", "SNC646 s.toml:4 A waiver has no 'onwer'. Did you mean 'owner'?"),
        ("[[waiver]]", "[waiver]", f"SNC646 s.toml:1 Waivers are a list of tables. {FORM}"),
    ],
)
def test_mistakes_of_waivers_are_told(problems: Told, before: str, after: str, told: str) -> None:
    """Each at its line, with what would be right; who cannot be asked has waived nothing."""
    text = WAIVER.lstrip("\n")
    assert before in text
    assert told in problems(text.replace(before, after, 1))


def test_a_waiver_stands_once(problems: Told) -> None:
    """Two for one place would disagree about its end."""
    told = "SNC646 s.toml:8 'a.one' is waived for 'role.reader' in s.toml:1 already. Keep one of the two."
    assert problems(WAIVER.lstrip("\n") + WAIVER) == [told]


def test_a_waiver_is_a_table(problems: Told) -> None:
    """And no text in a list."""
    assert problems('waiver = ["a"]\n') == [f"SNC646 s.toml:1 A waiver is a table. {FORM}"]
