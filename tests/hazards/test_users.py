"""What a change of an account can break."""

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Severity
from snowconf.model.limits import Allowances
from snowconf.model.ownership import Removal
from snowconf.model.plan import Action
from tests.hazards.bench import (
    FUTURE,
    PAST,
    Bench,
    change_of,
    codes,
    entry,
    find_hazard,
    hazards_of,
    owning,
    sentence_of,
)

OFF = "[user.svc]\nactive = false\n"
ON = '[user.svc]\nactive = true\nfirst_name = "Other"\n'


@pytest.fixture
def svc(bench: Bench) -> str:
    """An account on the instance."""
    return bench.put("sys_user", user_name="svc", active="true")


def tokens(bench: Bench, user: str, *expiries: str) -> None:
    """Tokens of an account that end then."""
    for expires in expiries:
        bench.lay("oauth_credential", user=user, type="access_token", expires=expires)


def test_an_ordinary_change_has_no_hazard_and_asks_nothing_more(bench: Bench, svc: str) -> None:
    """An account that goes on working is asked about nowhere."""
    tokens(bench, svc, FUTURE)
    plan = bench.plan(ON)
    assert (hazards_of(plan), change_of(plan, "user.svc").notes, bench.asked) == ([], (), {"sys_user": 1})


def test_a_plan_without_changes_asks_nothing_more(bench: Bench) -> None:
    """Where nothing is done, nothing is at stake."""
    bench.put("sys_user", user_name="svc", active="false")
    plan = bench.plan(OFF)
    assert (plan.pending, bench.asked) == ((), {"sys_user": 1})


@pytest.mark.parametrize("how", ["active = false", "locked_out = true"])
def test_tokens_of_an_account_that_stops_are_counted(bench: Bench, svc: str, how: str) -> None:
    """Only living ones: those that have expired end nothing."""
    tokens(bench, svc, FUTURE, FUTURE, PAST)
    plan = bench.plan(f"[user.svc]\n{how}\n")
    assert sentence_of(plan, "live_tokens") == "2 live tokens of this user end."


def test_tokens_of_other_accounts_are_not_counted(bench: Bench, svc: str) -> None:
    """Each account has its own."""
    tokens(bench, bench.put("sys_user", user_name="other"), FUTURE)
    assert hazards_of(bench.plan(OFF)) == []
    assert svc


def test_one_token_is_one(bench: Bench, svc: str) -> None:
    """The sentence counts as people do."""
    tokens(bench, svc, FUTURE)
    assert sentence_of(bench.plan(OFF), "live_tokens") == "1 live token of this user ends."


def test_schedules_of_an_account_that_stops_are_named(bench: Bench, svc: str) -> None:
    """Whatever sort of scheduled job it is, as long as it runs at all."""
    bench.change(
        "scheduled_import_set", bench.find("scheduled_import_set", name="FNMS Import Schedule"), run_as=svc
    )
    bench.put("scheduled_import_set", name="Asleep", run_as=svc, active="false")
    expected = "FNMS Import Schedule runs as this user and would fail without a word."
    assert sentence_of(bench.plan(OFF), "broken_schedule") == expected


def test_many_schedules_are_shortened(bench: Bench, svc: str) -> None:
    """Three names, and how many more there are."""
    for number in range(5):
        bench.put("scheduled_import_set", name=f"Import {number}", run_as=svc)
    said = sentence_of(bench.plan(OFF), "broken_schedule")
    assert said.startswith("Import 0, Import 1, Import 2 and 2 more run as this user")


def test_a_schedule_that_gets_another_run_as_in_the_same_plan_is_not_broken(bench: Bench, svc: str) -> None:
    """The plan moves it away first."""
    bench.put("scheduled_import_set", name="Moving", run_as=svc)
    moved = '[scheduled_import.moving]\nname = "Moving"\nrun_as = "admin"\n'
    assert find_hazard(bench.plan(OFF + moved), "broken_schedule") is None


def test_the_last_login_of_an_account_that_stops_is_told(bench: Bench, svc: str) -> None:
    """A note: whoever reads the plan sees whether the account is in use."""
    bench.sandbox.store.update("sys_user", svc, {"last_login_time": "2026-11-19 03:04:05"})
    assert change_of(bench.plan(OFF), "user.svc").notes == ("last login 2026-11-19",)


def test_an_account_that_never_logged_in_is_told(bench: Bench, svc: str) -> None:
    """The absence of a login is news too."""
    assert change_of(bench.plan(OFF), "user.svc").notes == ("never logged in",)
    assert svc


def test_many_accounts_cost_one_list_a_table(bench: Bench) -> None:
    """Ten accounts that stop are asked about like one."""
    names = [f"svc{number}" for number in range(10)]
    for name in names:
        bench.put("sys_user", user_name=name, active="true")
    bench.plan("".join(f"[user.{name}]\nactive = false\n" for name in names))
    assert bench.asked == {"sys_user": 2, "oauth_credential": 1, "sysauto": 1}


def test_deleting_an_account_says_what_goes_with_it(bench: Bench, svc: str) -> None:
    """Reclamation deletes accounts; the way that keeps them is named (tables.md 12.17)."""
    ledger = owning(entry("user.svc", "sys_user", svc))
    plan = bench.plan("", ledger=ledger)
    assert change_of(plan, "user.svc").action is Action.DELETE
    assert hazards_of(plan) == ["deletion", "user_deletion"]
    assert 'on_remove = "deactivate"' in sentence_of(plan, "user_deletion")


def test_the_platform_refuses_to_delete_whom_a_job_runs_as(bench: Bench, svc: str) -> None:
    """It restricts that, and the plan says so before (tables.md 3.1)."""
    bench.put("scheduled_import_set", name="Nightly", run_as=svc)
    plan = bench.plan("", ledger=owning(entry("user.svc", "sys_user", svc)))
    assert (
        sentence_of(plan, "broken_schedule")
        == "Nightly runs as this user, so the platform refuses the deletion."
    )


def test_an_account_that_leaves_and_is_switched_off_is_weighed_like_one(bench: Bench, svc: str) -> None:
    """What leaving the files does is no less dangerous than an edit."""
    tokens(bench, svc, FUTURE)
    plan = bench.plan("", ledger=owning(entry("user.svc", "sys_user", svc, on_remove=Removal.DEACTIVATE)))
    assert (change_of(plan, "user.svc").action, hazards_of(plan)) == (Action.FORGET, ["live_tokens"])


@pytest.mark.parametrize(
    ("block", "loss"),
    [
        ("active = false", "be switched off"),
        ("locked_out = true", "be locked out"),
        ("password_needs_reset = true", "have to change its password before it may call again"),
        ("enable_multifactor_authn = true", "need a second factor"),
        ('password = { env = "SECRET" }', "get another password"),
        ('roles = ["admin"]', "no longer hold b2d8f7130a0a0baa5bf52498ecaadeb4 and itil"),
        ('roles = ["admin", "itil", "snc_read_only"]', "hold snc_read_only, which stops every write"),
    ],
)
def test_the_account_of_the_run_is_protected(bench: Bench, block: str, loss: str) -> None:
    """Whatever would keep snowconf from its work is an error that says what."""
    plan = bench.plan(f"[user.admin]\n{block}\n", rewrite_secrets=_addresses(block))
    said = sentence_of(plan, "self_lockout")
    assert said.startswith("snowconf runs as this account, which would ")
    assert loss in said


def _addresses(block: str) -> frozenset[Address]:
    return frozenset({Address("user", "admin")} if "password =" in block else ())


def test_a_harmless_change_of_the_own_account_is_none(bench: Bench) -> None:
    """A name is no access."""
    assert hazards_of(bench.plan('[user.admin]\ntitle = "Head"\n')) == []


def test_another_account_may_be_switched_off(bench: Bench, svc: str) -> None:
    """Only the own one is protected."""
    assert find_hazard(bench.plan(OFF), "self_lockout") is None
    assert svc


def test_locking_oneself_out_is_an_error_that_names_the_flag(bench: Bench) -> None:
    """It stops the plan, at the block."""
    plan = bench.plan("[user.admin]\nactive = false\n")
    assert codes(plan) == ["SNC224"]
    assert "--allow-self-lockout" in plan.diagnostics[0].detail
    assert find_hazard(plan, "self_lockout") is not None


def test_locking_oneself_out_can_be_allowed(bench: Bench) -> None:
    """Then it is a hazard that policies see, and no error."""
    plan = bench.plan("[user.admin]\nactive = false\n", allowances=Allowances(self_lockout=True))
    hazard = find_hazard(plan, "self_lockout")
    assert codes(plan) == []
    assert hazard is not None
    assert hazard.severity is Severity.WARNING


def test_a_record_block_hides_nothing(bench: Bench) -> None:
    """The same row, managed as a record of its table, is protected just so."""
    block = '[record.me]\ntable = "sys_user"\nkey = ["user_name"]\ncolumns = { user_name = "admin", active = false }\n'
    assert "SNC224" in codes(bench.plan(block))


def test_what_is_not_shown_is_said_not_to_be_known(bench: Bench, svc: str) -> None:
    """An account that may not see tokens and schedules is told that they were not counted."""
    tokens(bench, svc, FUTURE)
    bench.put("scheduled_import_set", name="Nightly", run_as=svc)
    bench.make_runner("user_admin")
    plan = bench.plan(OFF)
    assert sentence_of(plan, "live_tokens").startswith("How many live tokens end is not known in full")
    assert sentence_of(plan, "broken_schedule").startswith(
        "Which schedules run as this user is not known in full"
    )


def test_another_name_for_the_own_account_is_refused(bench: Bench) -> None:
    """The record is the same, whatever name its block gives it."""
    admin = bench.find("sys_user", user_name="admin")
    plan = bench.plan("[user.boss]\n", ledger=owning(entry("user.boss", "sys_user", admin)))
    assert sentence_of(plan, "self_lockout").endswith("which would get another user name.")


def test_another_key_for_the_own_account_hides_nothing(bench: Bench) -> None:
    """A record block that knows the account by its mail address is seen through by its sys_id."""
    columns = 'columns = { email = "admin@example.com", active = false }'
    block = f'[record.me]\ntable = "sys_user"\nkey = ["email"]\n{columns}\n'
    assert "self_lockout" in hazards_of(bench.plan(block))


def test_an_own_account_that_is_known_by_name_alone_is_protected(bench: Bench) -> None:
    """Where the instance does not say who runs, the credentials still do."""
    svc = bench.make_runner("itil", "user_admin")
    block = "[user.other]\n"
    plan = bench.plan(block, ledger=owning(entry("user.other", "sys_user", svc)))
    assert "self_lockout" in hazards_of(plan)


def test_who_is_meant_to_delete_users_and_whom_it_may_delete_besides(bench: Bench) -> None:
    """The endpoint takes any user: administrators, and the other accounts of the stack."""
    plan = bench.plan(
        '[user.reclaimer]\nroles = ["user_admin"]\naccess = { delete = ["sys_user"] }\n[user.other]\nlast_name = "x"\n'
    )
    told = [each.sentence for each in plan.hazards if each.code == "reclamation"]
    assert [each.split(".")[0] for each in told] == [
        "It is meant to delete users (access: delete sys_user)",
        "Within its reach is admin too, by the role admin",
        "Within its reach is other too, of this stack",
    ]


@pytest.mark.parametrize("access", ["", 'access = { read = ["sys_user"], delete = ["incident"] }\n'])
def test_who_may_delete_users_and_is_not_meant_to(bench: Bench, access: str) -> None:
    """The role alone is told as the powerful one that it is."""
    plan = bench.plan(f'[user.reclaimer]\nroles = ["user_admin"]\n{access}')
    assert hazards_of(plan) == ["powerful_grant"]
    assert "may change and delete every account" in sentence_of(plan, "powerful_grant")


def test_an_account_that_deletes_users_already_is_not_told_of_again(bench: Bench) -> None:
    """A change of its address is no new danger."""
    stack = '[user.reclaimer]\nroles = ["user_admin"]\naccess = { delete = ["sys_user.*"] }\nemail = "a@example.com"\n'
    bench.apply(stack)
    plan = bench.plan(stack.replace("a@", "b@"))
    assert hazards_of(plan) == []
