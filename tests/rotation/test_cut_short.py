"""A rotation that was cut short in the middle of a step: plans are refused, and the next run finishes it."""

import pytest

from snowconf.config.secret_stores import SecretFiles
from snowconf.engine.enter.proving import Prover
from snowconf.engine.rotate.doubling import Pair
from snowconf.model.runner import Runner
from snowconf.servicenow.table_api import TableApi
from tests.rotation.conftest import STACK, Turner

APP, USER = "oauth_app.turn", "user.turn"


def torn(*_: object, **__: object) -> None:
    """Ctrl-C at a bad moment."""
    raise KeyboardInterrupt


def test_a_switch_that_was_cut_short_stops_plans(applied: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """An apply would write what is on its way out."""
    applied.rotate(APP)
    with monkeypatch.context() as cut:
        cut.setattr(Pair, "switch", torn)
        assert applied.rotate(APP, "--continue").code == 130
    refused = applied.run("apply", "--auto-approve")
    assert (refused.code, "[SNC588]" in refused.said) == (1, True)
    assert "switching to the second client" in applied.run("rotate", "--status").said
    assert applied.rotate(APP).code == 0
    assert applied.clients()["turn"] == "true"
    assert "No changes." in applied.run("plan").said


def test_a_second_client_half_made_is_made_whole(applied: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there once, with the secret that is kept."""
    with monkeypatch.context() as cut:
        cut.setattr(Prover, "prove_client", torn)
        assert applied.rotate(APP).code == 130
    assert applied.run("plan").code == 0
    assert applied.rotate(APP).code == 0
    assert len(applied.clients()) == 2


def test_a_password_half_replaced_is_replaced_whole(applied: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the secret that was made for it."""
    with monkeypatch.context() as cut:
        cut.setattr(Prover, "prove_user", torn)
        assert applied.rotate(USER).code == 130
    following = applied.secret("user.next")
    assert "[SNC588]" in applied.run("plan").said
    assert applied.rotate(USER).code == 0
    assert applied.secret("user") == following
    assert "No changes." in applied.run("plan").said


def test_a_wait_for_the_grace_can_be_cut_short(applied: Turner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first client is deleted by a later run."""
    applied.rotate(APP)
    applied.rotate(APP, "--continue")
    with monkeypatch.context() as cut:
        cut.setattr(TableApi, "delete", torn)
        assert applied.rotate(APP, "--continue", "--grace", "0").code == 130
    assert applied.rotate(APP, "--continue", "--grace", "0").code == 0
    assert applied.clients() == {"turn": "true"}


def test_an_earlier_password_that_is_lost_cannot_be_put_back(applied: Turner) -> None:
    """The new one stays then, and the next run goes on with it."""
    (applied.folder / "secrets" / "user").unlink()
    with applied.by_hand() as store:
        (row,) = store.find("sys_user", user_name="turn")
        store.update("sys_user", row["sys_id"], {"locked_out": "true"})
    failed = applied.rotate(USER)
    assert (failed.code, "so the new one stays" in failed.said) == (1, True)
    with applied.by_hand() as store:
        store.update("sys_user", row["sys_id"], {"locked_out": "false"})
    assert applied.rotate(USER).code == 0
    assert applied.secrets() == ["client", "user"]


def test_a_block_does_not_leave_while_its_secret_is_exchanged(applied: Turner) -> None:
    """Nobody would know of the second client any more."""
    applied.rotate(APP)
    applied.write(STACK.split("[oauth_app.turn]", maxsplit=1)[0])
    refused = applied.run("apply", "--auto-approve")
    assert (refused.code, "[SNC588] in oauth_app.turn" in refused.said) == (1, True)
    applied.write(STACK)
    assert applied.rotate(APP, "--abort").code == 0


def test_the_account_that_snowconf_runs_as_is_not_locked_out(
    applied: Turner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its password nor its client is taken away under it."""
    applied.rotate(APP)
    before = applied.secret("user")
    with applied.by_hand() as store:
        (client,) = store.find("oauth_entity", name="turn")
    runner = Runner(user_name="turn", client_id=client["client_id"])
    monkeypatch.setattr(TableApi, "whoami", lambda _: runner)
    refused = [applied.rotate(USER), applied.rotate(APP, "--continue")]
    assert [(each.code, "[SNC586]" in each.said) for each in refused] == [(1, True)] * 2
    assert (applied.secret("user"), applied.clients()["turn"]) == (before, "true")


@pytest.mark.parametrize("steps", [((APP,), (APP, "--continue")), ((USER,),)])
def test_nothing_is_left_in_a_store_when_the_last_save_was_cut_short(
    applied: Turner, monkeypatch: pytest.MonkeyPatch, steps: tuple[tuple[str, ...], ...]
) -> None:
    """The next secret leaves its place before the ledger says that the step is over."""
    for step in steps[:-1]:
        applied.rotate(*step)
    discard = SecretFiles.discard

    def cut(files: SecretFiles, name: str) -> None:
        discard(files, name)
        if (applied.folder / name.removesuffix(".next")).read_text("utf-8") not in before:
            raise KeyboardInterrupt

    before = [applied.secret("client"), applied.secret("user")]
    with monkeypatch.context() as patch:
        patch.setattr(SecretFiles, "discard", cut)
        assert applied.rotate(*steps[-1]).code == 130
    assert applied.rotate(*steps[-1]).code == 0
    assert applied.secrets() == ["client", "user"]
    assert "No changes." in applied.run("plan").said
