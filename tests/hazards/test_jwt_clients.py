"""JWT clients, their verifiers and the scopes of clients: what a change of them ends, and what they lack."""

import pytest

from snowconf.model.ownership import Removal
from tests.hazards.bench import Bench, change_of, codes, entry, find_hazard, owning, sentence_of

CLIENT = "[jwt_client.partner]\npublic_client = true\n"
VERIFIER = '[jwt_verifier.key]\njwt_client = "partner"\nshared_key = { env = "SECRET" }\n'
RECORD = (
    '[record.key]\ntable = "jwt_verifier_map"\nkey = ["name"]\n'
    'columns = { name = "key", oauth_jwt = "partner", shared_key = { env = "SECRET" } }\n'
)


def test_a_client_without_a_verifier(bench: Bench) -> None:
    """Neither the stack nor the instance has a key for it."""
    assert codes(bench.plan(CLIENT)) == ["SNC563"]


@pytest.mark.parametrize("verifier", [VERIFIER, RECORD])
def test_a_client_with_a_verifier_of_the_stack(bench: Bench, verifier: str) -> None:
    """Whichever way it is written."""
    assert codes(bench.plan(CLIENT + verifier)) == []


def test_a_client_with_a_verifier_of_the_instance(bench: Bench) -> None:
    """Somebody made it by hand."""
    client = bench.put("oauth_jwt", name="partner", active="true")
    bench.put("jwt_verifier_map", name="by hand", oauth_jwt=client)
    assert codes(bench.plan(f'{CLIENT}comments = "x"\n')) == []


def test_a_client_whose_verifier_leaves_with_the_same_plan(bench: Bench) -> None:
    """What is deleted verifies nothing."""
    bench.apply(CLIENT + VERIFIER)
    ledger = owning(entry("jwt_verifier.key", "jwt_verifier_map"), entry("jwt_client.partner", "oauth_jwt"))
    plan = bench.plan(f'{CLIENT}comments = "x"\n', ledger=ledger)
    assert codes(plan) == ["SNC563"]


def test_a_client_that_is_switched_off_needs_no_verifier(bench: Bench) -> None:
    """It gets no tokens anyway."""
    bench.put("oauth_jwt", name="partner", active="true")
    assert codes(bench.plan(f"{CLIENT}active = false\n")) == []


def test_a_name_that_a_client_of_another_class_has(bench: Bench) -> None:
    """The platform refuses two of one name, so the plan does."""
    bench.put("oauth_entity", name="partner", type="client")
    plan = bench.plan(CLIENT + VERIFIER)
    (told,) = plan.diagnostics
    assert (told.code, "of the class oauth_entity" in told.detail) == ("SNC568", True)


def test_a_scope_that_goes_tells_who_has_it(bench: Bench) -> None:
    """Living tokens open less from then on."""
    bench.apply('[auth_scope.assets]\n[oauth_app.app]\nauth_scopes = ["assets"]\nredirect_url = ""\n')
    plan = bench.plan("[role.other]\n", ledger=owning(entry("auth_scope.assets", "sys_auth_scope")))
    assert sentence_of(plan, "live_tokens").startswith("1 OAuth client with this scope (app)")


def test_a_scope_that_nobody_has_goes_quietly(bench: Bench) -> None:
    """Nothing is lost with it."""
    bench.apply("[auth_scope.assets]\n")
    plan = bench.plan("[role.other]\n", ledger=owning(entry("auth_scope.assets", "sys_auth_scope")))
    assert find_hazard(plan, "live_tokens") is None


def test_a_key_that_goes_or_is_another_ends_assertions(bench: Bench) -> None:
    """Whoever signs with it must know beforehand."""
    bench.apply(CLIENT + VERIFIER)
    changed = change_of(bench.plan(CLIENT + VERIFIER + 'kid = "second"\n'), "jwt_verifier.key")
    assert [note.split(" are")[0] for note in changed.notes] == ["Assertions that the present key verifies"]
    gone = bench.plan(CLIENT, ledger=owning(entry("jwt_verifier.key", "jwt_verifier_map")))
    notes = change_of(gone, "jwt_verifier.key").notes
    assert "Assertions that this key verifies are refused from then on." in notes


def test_a_name_of_another_class_that_the_plan_frees(bench: Bench) -> None:
    """The one that has it goes first."""
    made = '[oauth_app.partner]\nredirect_url = ""\nlifecycle = { on_remove = "delete" }\n'
    bench.apply(made)
    ledger = owning(entry("oauth_app.partner", "oauth_entity", on_remove=Removal.DELETE))
    assert "SNC568" not in codes(bench.plan(CLIENT + VERIFIER, ledger=ledger))
    report = bench.apply(CLIENT + VERIFIER, ledger=ledger)
    assert [(str(each.change.address), each.status.value) for each in report.outcomes][:2] == [
        ("oauth_app.partner", "done"),
        ("jwt_client.partner", "done"),
    ]
