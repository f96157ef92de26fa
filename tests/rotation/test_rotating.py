"""Rotation through the commands: two clients, the hand-over, the end of the first; and secrets replaced in place."""

import json

import pytest

from tests.rotation.conftest import STACK, Turner

APP, USER = "oauth_app.turn", "user.turn"
OWN = STACK.replace(
    'client_secret = { generate = 48, store = { file = "secrets/client" } }',
    'client_secret = { env = "TURN" }',
)


# What each record has of its own.
OWN_COLUMNS = {
    "name",
    "client_id",
    "client_secret",
    "client_uuid",
    "salt",
    "sys_id",
    "sys_name",
    "sys_update_name",
    "sys_created_on",
    "sys_updated_on",
    "sys_mod_count",
}


def test_a_second_client_is_made_beside_the_first(applied: Turner) -> None:
    """It is proven by a real grant, and what the consumer must be given is said."""
    before = applied.secret("client")
    ended = applied.rotate(APP)
    assert ended.code == 0, ended.said
    assert "It was proven by a token for turn (password)." in ended.said
    assert "the secret that is kept in secrets/client.next" in ended.said
    assert f"snowconf rotate {APP} --continue" in ended.said
    (second,) = (each for each in applied.clients() if each != "turn")
    assert (second.startswith("turn (next "), applied.clients()) == (True, {"turn": "true", second: "true"})
    assert applied.secret("client") == before != applied.secret("client.next")


def test_the_second_client_has_the_columns_of_the_first(applied: Turner) -> None:
    """Those that no block writes too."""
    with applied.by_hand() as store:
        (first,) = store.find("oauth_entity", name="turn")
    assert applied.rotate(APP).code == 0
    with applied.by_hand() as store:
        (second,) = (row for row in store.find("oauth_entity") if row["name"].startswith("turn (next "))
    assert {k: v for k, v in second.items() if k not in OWN_COLUMNS} == {
        k: v for k, v in first.items() if k not in OWN_COLUMNS
    }


def test_plans_go_on_while_it_waits(applied: Turner) -> None:
    """With a word about it; a second run of rotate says again what is waited for."""
    applied.rotate(APP)
    plan = applied.run("plan")
    assert ("[SNC589]" in plan.said, "No changes." in plan.said) == (True, True)
    again = applied.rotate(APP)
    assert (again.code, "Give the consumer the second client" in again.said) == (0, True)
    assert len(applied.clients()) == 2


def test_the_hand_over_switches_and_the_end_deletes(applied: Turner) -> None:
    """The block keeps its address and its name; nothing is to be planned, and the first goes when its time is over."""
    applied.rotate(APP)
    following = applied.secret("client.next")
    switched = applied.rotate(APP, "--continue")
    assert switched.code == 0, switched.said
    assert (applied.secret("client"), applied.secrets()) == (following, ["client", "user"])
    assert sorted(applied.clients().values()) == ["false", "true"]
    assert applied.clients()["turn"] == "true"
    assert "No changes." in applied.run("plan").said
    early = applied.rotate(APP, "--continue")
    assert (early.code, "can be switched on again until" in early.said) == (0, True)
    assert len(applied.clients()) == 2
    assert applied.rotate(APP, "--continue", "--grace", "0").code == 0
    assert applied.clients() == {"turn": "true"}
    assert "No rotation is under way." in applied.run("rotate", "--status").said
    assert "No changes." in applied.run("plan").said


def test_a_client_can_be_rotated_again_and_again(applied: Turner) -> None:
    """Each time another record and another secret."""
    seen = {applied.secret("client")}
    for _ in range(3):
        assert applied.rotate(APP).code == 0
        assert applied.rotate(APP, "--continue").code == 0
        assert applied.rotate(APP, "--continue", "--grace", "0").code == 0
        seen.add(applied.secret("client"))
    assert (len(seen), applied.clients()) == (4, {"turn": "true"})


def test_a_rotation_can_be_taken_back_before_the_hand_over(applied: Turner) -> None:
    """And not after it."""
    before = applied.secret("client")
    applied.rotate(APP)
    assert applied.rotate(APP, "--abort").code == 0
    assert (applied.clients(), applied.secrets()) == ({"turn": "true"}, ["client", "user"])
    assert applied.secret("client") == before
    applied.rotate(APP)
    applied.rotate(APP, "--continue")
    refused = applied.rotate(APP, "--abort")
    assert (refused.code, "[SNC586]" in refused.said, "no way back" in refused.said) == (1, True, True)


def test_a_second_client_that_gets_no_token_is_not_handed_over(applied: Turner) -> None:
    """The first works as before, and the same run goes on once what was missing is there."""
    with applied.by_hand() as store:
        (row,) = store.find("sys_user", user_name="turn")
        store.update("sys_user", row["sys_id"], {"active": "false"})
    failed = applied.rotate(APP)
    assert (failed.code, "[SNC587]" in failed.said) == (1, True)
    assert applied.clients()["turn"] == "true"
    with applied.by_hand() as store:
        (row,) = store.find("sys_user", user_name="turn")
        store.update("sys_user", row["sys_id"], {"active": "true"})
    assert applied.rotate(APP).code == 0
    assert applied.rotate(APP, "--continue").code == 0


def test_status_says_how_far_each_has_come(applied: Turner) -> None:
    """As text and as JSON."""
    applied.rotate(APP)
    assert "waiting for the hand-over" in applied.run("rotate", "--status").said
    (told,) = json.loads(applied.run("rotate", "--status", "--json").out)["rotations"]
    assert (told["address"], told["stage"], told["store"]) == (
        APP,
        "waiting",
        {"file": "secrets/client.next"},
    )
    assert "No rotation is under way." in applied.run("rotate", USER, "--status").said


def test_json_says_what_is_to_be_given(applied: Turner) -> None:
    """Without the secret."""
    told = json.loads(applied.rotate(APP, "--json").out)
    assert (told["rotation"]["stage"], bool(told["client_id"])) == ("waiting", True)
    assert applied.secret("client.next") not in json.dumps(told)


def test_a_secret_from_elsewhere_needs_a_store(turner: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a place that has the new one before the switch, or the next apply would write the earlier one back."""
    monkeypatch.setenv("TURN", "the-first-of-the-secrets")
    turner.write(OWN)
    assert turner.run("apply", "--auto-approve").code == 0
    refused = turner.rotate(APP)
    assert (refused.code, "--store file=secrets/next" in refused.said) == (1, True)
    begun = turner.rotate(APP, "--store", "file=secrets/next")
    assert (begun.code, "Put that secret into env TURN too" in begun.said) == (0, True)
    early = turner.rotate(APP, "--continue")
    assert (early.code, "is not the second client's secret yet" in early.said) == (1, True)
    monkeypatch.setenv("TURN", turner.secret("next"))
    assert turner.rotate(APP, "--continue").code == 0
    assert "No changes." in turner.run("plan").said
    assert turner.rotate(APP, "--continue", "--grace", "0").code == 0
    taken = turner.rotate(APP, "--store", "file=secrets/next")
    assert (taken.code, "nothing is overwritten" in taken.said) == (1, True)


def test_a_client_id_in_the_file_is_told_to_be_changed(turner: Turner) -> None:
    """With what to write, and where."""
    turner.write(STACK + 'client_id = "turn-client"\n')
    assert turner.run("apply", "--auto-approve").code == 0
    turner.rotate(APP)
    said = turner.rotate(APP, "--continue").said
    assert 'Write client_id = "' in said
    assert "at turn.toml:18 before the next apply" in said


def test_a_client_that_was_adopted_stays_switched_off(applied: Turner) -> None:
    """What this stack did not make it does not delete."""
    applied.run("ledger", "forget", "--all", "--auto-approve")
    with applied.by_hand() as store:
        (row,) = store.find("oauth_entity", name="turn")
        store.delete("oauth_entity", row["sys_id"])
        store.insert("oauth_entity", {**row, "sys_id": "a" * 32})
    applied.run("apply", "--auto-approve")
    assert applied.rotate(APP).code == 0
    assert applied.rotate(APP, "--continue").code == 0
    ended = applied.rotate(APP, "--continue")
    assert (ended.code, "stays, switched off" in ended.said) == (0, True)
    assert sorted(applied.clients().values()) == ["false", "true"]


def test_the_live_tokens_of_the_first_are_told(applied: Turner) -> None:
    """As many as there are, and until when."""
    applied.rotate(APP)
    with applied.by_hand() as store:
        (row,) = store.find("oauth_entity", name="turn")
        token = {"sys_id": "b" * 32, "peer": row["sys_id"], "expires": "2099-01-01 00:00:00"}
        store.insert("oauth_credential", token)
    said = applied.rotate(APP, "--continue").said
    assert "Live tokens of the first client: 1, the last until 2099-01-01 00:00:00 UTC." in said


def test_a_second_secret_that_is_lost_is_told(applied: Turner) -> None:
    """Nothing is switched; the way out is said."""
    applied.rotate(APP)
    (applied.folder / "secrets" / "client.next").unlink()
    ended = applied.rotate(APP, "--continue")
    assert (ended.code, f"snowconf rotate {APP} --abort" in ended.said) == (1, True)
    assert applied.rotate(APP, "--abort").code == 0


def test_a_password_is_replaced_in_its_place(applied: Turner) -> None:
    """Proven by a login; that there is no overlap is said."""
    before = applied.secret("user")
    ended = applied.rotate(USER)
    assert ended.code == 0, ended.said
    assert "It was proven by a login as turn" in ended.said
    assert "There is no overlap" in ended.said
    assert applied.secret("user") != before
    assert applied.secrets() == ["client", "user"]
    assert "No changes." in applied.run("plan").said


def test_a_password_that_opens_nothing_is_put_back(applied: Turner) -> None:
    """The account may not log in at all, and the next run works when it may."""
    before = applied.secret("user")
    with applied.by_hand() as store:
        (row,) = store.find("sys_user", user_name="turn")
        store.update("sys_user", row["sys_id"], {"locked_out": "true"})
    failed = applied.rotate(USER)
    assert (failed.code, "The earlier secret was put back." in failed.said) == (1, True)
    assert (applied.secret("user"), applied.secrets()) == (before, ["client", "user"])
    with applied.by_hand() as store:
        (row,) = store.find("sys_user", user_name="turn")
        store.update("sys_user", row["sys_id"], {"locked_out": "false"})
    assert applied.rotate(USER).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Say whose secret is to be exchanged"),
        (("user.nobody",), "The stack has no resource 'user.nobody'"),
        ((APP, "--status", "--abort"), "--status only looks"),
        ((APP, "--continue", "--abort"), "Leave out one of the two"),
        ((USER, "--continue"), "is exchanged in its place and in one step"),
        ((APP, "--store", "env=X"), "--store is one provider and one name"),
        ((APP, "--continue"), "No rotation of oauth_app.turn is under way"),
        (("role.turn",), "writes no secret"),
    ],
)
def test_what_cannot_be_is_refused_in_words(applied: Turner, arguments: tuple[str, ...], said: str) -> None:
    """And nothing is written."""
    ended = applied.rotate(*arguments)
    assert (ended.code, said in ended.said) == (1, True), ended.said
    assert applied.clients() == {"turn": "true"}


def test_what_was_never_applied_is_not_rotated(turner: Turner) -> None:
    """There is nothing to exchange."""
    assert "has not been applied on this instance" in turner.rotate(APP).said


def test_a_password_from_elsewhere_is_rotated_by_its_owner(
    turner: Turner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put another one there and apply; or let it be generated."""
    monkeypatch.setenv("TURN_PASSWORD", "correct-horse-battery")
    turner.write(
        STACK.replace('{ generate = 32, store = { file = "secrets/user" } }', '{ env = "TURN_PASSWORD" }')
    )
    assert turner.run("apply", "--auto-approve").code == 0
    assert "Put another one there and apply" in turner.rotate(USER).said


def test_somebody_has_to_say_yes(applied: Turner) -> None:
    """Where nobody can be asked, nothing happens."""
    ended = applied.run("rotate", APP)
    assert (ended.code, "[SNC002]" in ended.said) == (1, True)
    assert applied.clients() == {"turn": "true"}
