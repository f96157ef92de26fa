"""What must hold between records: asked of the stack first, then of the instance."""

import pytest

from tests.hazards.bench import Bench, codes, owning

IMPORT = '[scheduled_import.nightly]\nname = "Nightly"\nrun_as = "svc"\n'
CLIENT = '[oauth_app.app]\ninbound_grant_type = "client_credential"\nuser = "svc"\n'
GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"
OPEN = f'[property."{GATE}"]\nvalue = true\nignore_cache = true\n'
ROPC = "glide.oauth.inbound.ropc.grant_type.disabled"
WITH_PASSWORD = '[user.svc]\npassword = { env = "SECRET" }\n[oauth_app.app]\nredirect_url = ""\n'
NEEDS = 'requires_tables = { cmdb_and_sam = ["cmdb_ci", "samp_sw_subscription"] }\n'

FNMS = '[property.which]\nname = "x_fls_flexera_fnms.cmdb_or_sam"\n'


@pytest.mark.parametrize("state", ["active = false", "locked_out = true"])
def test_a_run_as_user_that_the_stack_switches_off(bench: Bench, state: str) -> None:
    """Its block says that it cannot act, and the instance is not asked."""
    plan = bench.plan(f"{IMPORT}[user.svc]\n{state}\n")
    assert (codes(plan), bench.asked["sys_user"]) == (["SNC230"], 1)
    assert "svc" in plan.diagnostics[0].detail


@pytest.mark.parametrize("state", [{"active": "false"}, {"locked_out": "true"}])
def test_a_run_as_user_that_the_instance_has_switched_off(bench: Bench, state: dict[str, str]) -> None:
    """What the reference was looked up for tells, without another request."""
    bench.put("sys_user", user_name="svc", **state)
    plan = bench.plan(IMPORT)
    assert (codes(plan), bench.asked["sys_user"]) == (["SNC230"], 1)


def test_a_run_as_user_of_the_stack_of_which_only_the_instance_knows(bench: Bench) -> None:
    """A block that does not say whether it is active is asked about once."""
    bench.put("sys_user", user_name="svc", active="false")
    plan = bench.plan(f'{IMPORT}[user.svc]\nfirst_name = "Flexera"\n')
    assert (codes(plan), bench.asked["sys_user"]) == (["SNC230"], 2)


@pytest.mark.parametrize("block", ["[user.svc]\n", "[user.svc]\nactive = true\nlocked_out = false\n"])
def test_a_run_as_user_that_can_act(bench: Bench, block: str) -> None:
    """A new account is active unless its block says otherwise."""
    assert codes(bench.plan(IMPORT + block)) == []


def test_a_run_as_user_that_the_plan_switches_on(bench: Bench) -> None:
    """What holds afterwards counts, not what holds today."""
    bench.put("sys_user", user_name="svc", active="false")
    assert codes(bench.plan(f"{IMPORT}[user.svc]\nactive = true\nlocked_out = false\n")) == []


def test_an_import_that_does_not_run_may_have_any_user(bench: Bench) -> None:
    """Nothing fails that is switched off."""
    assert codes(bench.plan(f"{IMPORT}active = false\n[user.svc]\nactive = false\n")) == []


def test_an_import_whose_run_as_does_not_change_is_not_asked_about(bench: Bench) -> None:
    """Only what the plan touches is checked."""
    svc = bench.put("sys_user", user_name="svc", active="false")
    bench.put("scheduled_import_set", name="Nightly", run_as=svc, run_time="1970-01-01 01:00:00")
    assert codes(bench.plan(f"{IMPORT}active = true\norder = 7\n")) == []


def test_a_scheduled_job_managed_as_a_record_is_checked(bench: Bench) -> None:
    """Whatever table of scheduled jobs it is in."""
    bench.put("sys_user", user_name="svc", active="false")
    columns = '{ name = "Nightly", run_as = "svc" }'
    block = f'[record.job]\ntable = "sysauto_script"\nkey = ["name"]\ncolumns = {columns}\n'
    assert codes(bench.plan(block)) == ["SNC230"]


def test_client_credentials_whose_gate_has_no_row(bench: Bench) -> None:
    """No instance has the property until somebody creates it."""
    bench.put("sys_user", user_name="svc")
    plan = bench.plan(CLIENT)
    assert (codes(plan), bench.asked["sys_properties"]) == (["SNC231"], 1)
    assert GATE in plan.diagnostics[0].detail


@pytest.mark.parametrize(("value", "found"), [("true", []), ("false", ["SNC231"])])
def test_client_credentials_whose_gate_the_instance_holds(bench: Bench, value: str, found: list[str]) -> None:
    """Its value decides."""
    bench.put("sys_user", user_name="svc")
    bench.put("sys_properties", name=GATE, value=value)
    assert codes(bench.plan(CLIENT)) == found


@pytest.mark.parametrize(
    ("gate", "found"),
    [
        (OPEN, []),
        (OPEN.replace("value = true", "value = false"), ["SNC231"]),
        (f'[property."{GATE}"]\nabsent = true\n', ["SNC231"]),
    ],
)
def test_client_credentials_whose_gate_the_stack_declares(bench: Bench, gate: str, found: list[str]) -> None:
    """The stack is asked first: one list of properties is for its own block."""
    bench.put("sys_user", user_name="svc")
    assert codes(bench.plan(CLIENT + gate)) == found
    assert bench.asked["sys_properties"] == 1


def test_a_client_without_client_credentials_needs_no_gate(bench: Bench) -> None:
    """Other grants have other gates."""
    assert codes(bench.plan('[oauth_app.app]\nredirect_url = ""\n')) == []


@pytest.mark.parametrize("state", [{"active": "false"}, {"locked_out": "true"}])
def test_an_application_user_that_cannot_act(bench: Bench, state: dict[str, str]) -> None:
    """The token endpoint refuses for it, in words that do not say why."""
    bench.put("sys_user", user_name="svc", **state)
    assert codes(bench.plan(CLIENT + OPEN)) == ["SNC232"]


def test_an_application_user_that_the_stack_makes(bench: Bench) -> None:
    """A new account can act."""
    assert codes(bench.plan(f"{CLIENT}{OPEN}[user.svc]\n")) == []


@pytest.mark.parametrize(("value", "found"), [("true", ["SNC233"]), ("false", [])])
def test_a_password_beside_a_client_where_the_grant_is_off(
    bench: Bench, value: str, found: list[str]
) -> None:
    """Said once for the stack, whatever it touches."""
    bench.put("sys_properties", name=ROPC, value=value)
    plan = bench.plan(WITH_PASSWORD + '[user.other]\npassword = { env = "SECRET" }\n')
    assert (codes(plan), bench.asked["sys_properties"]) == (found, 1)


def test_a_password_beside_a_client_where_nobody_switched_the_grant_off(bench: Bench) -> None:
    """The property has no row on a fresh instance, and the grant works."""
    assert codes(bench.plan(WITH_PASSWORD)) == []


@pytest.mark.parametrize(
    "stack",
    [
        '[user.svc]\npassword = { env = "SECRET" }\n',
        '[oauth_app.app]\nredirect_url = ""\n',
        '[user.svc]\npassword = { env = "SECRET" }\n[oauth_app.app]\ndefault_grant_type = "authorization_code"\n',
    ],
)
def test_what_needs_no_password_grant_is_not_asked_about(bench: Bench, stack: str) -> None:
    """A password without a client, a client without a password, a client with another grant."""
    bench.put("sys_properties", name=ROPC, value="true")
    assert (codes(bench.plan(stack)), bench.asked["sys_properties"]) == ([], 0)


@pytest.mark.parametrize("value", ["sam", "cmdb_and_sam"])
def test_sam_tables_that_are_not_there(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    """Two of the four choices make Flexera's import fail without them (tables.md 9)."""
    bench = Bench(tmp_path_factory.mktemp("sam"), {"sam_tables": "absent"})
    plan = bench.plan(f'{FNMS}value = "{value}"\n')
    assert (codes(plan), bench.asked["sys_db_object"]) == (["SNC234"], 1)


@pytest.mark.parametrize("value", ["auto", "cmdb"])
def test_choices_that_need_no_sam_tables(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    """The other two ask for nothing."""
    bench = Bench(tmp_path_factory.mktemp("sam"), {"sam_tables": "absent"})
    bench.change(
        "sys_properties", bench.find("sys_properties", name="x_fls_flexera_fnms.cmdb_or_sam"), value="x"
    )
    assert (codes(bench.plan(f'{FNMS}value = "{value}"\n')), bench.asked["sys_db_object"]) == ([], 0)


def test_sam_tables_that_are_there(bench: Bench) -> None:
    """Then the choice is a choice."""
    assert codes(bench.plan(f'{FNMS}value = "sam"\n')) == []


def test_a_property_that_is_recognised_by_its_label(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its name is not public: the description and the label of the choice tell."""
    bench = Bench(tmp_path_factory.mktemp("sam"), {"sam_tables": "absent"})
    choices = 'choices = "Automatic=1,Use SAM tables=3"'
    label = 'description = "Decide whether to use CMDB or SAM tables"'
    block = f'[property.other]\nname = "acme.tables"\nvalue = "3"\n{choices}\n{label}\n'
    assert codes(bench.plan(block)) == ["SNC234"]


def test_the_word_sam_elsewhere_means_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Only Flexera's property is about those tables."""
    bench = Bench(tmp_path_factory.mktemp("sam"), {"sam_tables": "absent"})
    assert codes(bench.plan('[property."acme.owner"]\nvalue = "sam"\n')) == []


def test_an_inactive_account_with_roles(bench: Bench) -> None:
    """Its own block says both."""
    plan = bench.plan('[user.svc]\nactive = false\nroles = ["itil"]\n')
    assert codes(plan) == ["SNC235"]
    assert "its block says so" in plan.diagnostics[0].detail


def test_an_account_that_is_inactive_on_the_instance_and_gets_roles(bench: Bench) -> None:
    """One list more tells."""
    bench.put("sys_user", user_name="svc", active="false")
    plan = bench.plan('[user.svc]\ngroups = ["Hardware"]\n')
    assert (codes(plan), bench.asked["sys_user"]) == (["SNC235"], 2)
    assert "so it is on the instance" in plan.diagnostics[0].detail


@pytest.mark.parametrize("block", ['roles = ["itil"]', "active = false", 'active = true\nroles = ["itil"]'])
def test_accounts_that_are_active_or_have_nothing(bench: Bench, block: str) -> None:
    """Neither is worth a word."""
    assert codes(bench.plan(f"[user.svc]\n{block}\n")) == []


def test_a_near_namesake_is_pointed_out_where_a_schedule_is_made(bench: Bench) -> None:
    """Words in another order make another schedule, and the one that was meant stays as it is."""
    plan = bench.plan('[scheduled_import."FNMS Schedule Import"]\nrun_as = "admin"\n')
    (told,) = (each for each in plan.diagnostics if each.code == "SNC566")
    assert told.detail.startswith(
        "This plan makes a new one called 'FNMS Schedule Import', and the instance also has 'FNMS Import Schedule' and "
        "'Flexera Schedule Import'."
    )


def test_a_near_namesake_is_pointed_out_where_a_schedule_is_taken_over(bench: Bench) -> None:
    """Both are there, and only one is meant."""
    plan = bench.plan('[scheduled_import."Flexera Schedule Import"]\nrun_as = "admin"\n', ledger=owning())
    (told,) = (each for each in plan.diagnostics if each.code == "SNC566")
    assert "takes 'Flexera Schedule Import', and the instance also has 'FNMS Import Schedule'." in told.detail


def test_a_schedule_with_a_name_of_its_own_is_not_compared_in_vain(bench: Bench) -> None:
    """Other schedules with other words are no namesakes."""
    assert codes(bench.plan('[scheduled_import."Payroll nightly"]\nrun_as = "admin"\n')) == []


@pytest.mark.parametrize(("value", "found"), [("auto", []), ("cmdb_and_sam", ["SNC567"])])
def test_the_tables_that_a_value_needs(
    tmp_path_factory: pytest.TempPathFactory, value: str, found: list[str]
) -> None:
    """The block says which value needs what, and the instance lacks it."""
    bench = Bench(tmp_path_factory.mktemp("needs"), {"sam_tables": "absent"})
    plan = bench.plan(f'[property."acme.x"]\nvalue = "{value}"\nignore_cache = true\n{NEEDS}')
    assert codes(plan) == found


def test_a_table_that_is_missing_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Among those that are there."""
    bench = Bench(tmp_path_factory.mktemp("needs"), {"sam_tables": "absent"})
    (told,) = bench.plan(f'[property."acme.x"]\nvalue = "cmdb_and_sam"\n{NEEDS}').diagnostics
    assert told.detail.startswith(
        "'cmdb_and_sam' needs cmdb_ci and samp_sw_subscription, as requires_tables says, and samp_sw_subscription is not "
        "on this instance."
    )


def test_the_tables_that_a_value_needs_are_there(bench: Bench) -> None:
    """Nothing is said, and Flexera's property is not looked at twice."""
    assert codes(bench.plan(f'{FNMS}value = "cmdb_and_sam"\n{NEEDS}')) == []
