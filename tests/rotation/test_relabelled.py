"""A block that gets another label while its secret is being exchanged: the rotation goes along."""

import pytest

from snowconf.engine.rotate.doubling import Pair
from tests.rotation.conftest import STACK, Turner
from tests.rotation.test_cut_short import torn

APP, AFTER = "oauth_app.turn", "oauth_app.twist"
RELABELLED = STACK.replace(f"[{APP}]", f'[{AFTER}]\nname = "turn"\nlifecycle = {{ previously = "turn" }}')


def test_a_rotation_goes_along_with_its_block(applied: Turner) -> None:
    """It is continued under the label that the block has now."""
    assert applied.rotate(APP).code == 0
    applied.write(RELABELLED)
    assert "Rotation under way" in applied.run("plan").said
    assert applied.run("apply", "--auto-approve").code == 0
    assert AFTER in applied.run("rotate", "--status").said
    ended = applied.rotate(AFTER, "--continue")
    assert ended.code == 0, ended.said
    assert applied.clients()["turn"] == "true"
    assert sorted(applied.clients().values()) == ["false", "true"]


def test_a_block_that_was_relabelled_and_not_applied_says_so(applied: Turner) -> None:
    """It has been applied, under its label before."""
    applied.write(RELABELLED)
    ended = applied.rotate(AFTER)
    assert ended.code == 1
    assert f"The ledger has {AFTER} as {APP} still. Apply first, which relabels it." in ended.said
    applied.run("apply", "--auto-approve")
    assert applied.rotate(AFTER).code == 0


def test_moving_an_entry_takes_the_rotation_along(applied: Turner) -> None:
    """The command of the ledger does what the files would."""
    assert applied.rotate(APP).code == 0
    assert applied.run("ledger", "move", APP, AFTER).code == 0
    applied.write(STACK.replace(f"[{APP}]", f'[{AFTER}]\nname = "turn"'))
    assert applied.rotate(AFTER, "--abort").code == 0
    assert applied.clients() == {"turn": "true"}


def test_a_rotation_that_was_cut_short_wants_its_label_back(
    applied: Turner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An apply would write what is on its way out, and rotate knows no other label."""
    applied.rotate(APP)
    with monkeypatch.context() as cut:
        cut.setattr(Pair, "switch", torn)
        applied.rotate(APP, "--continue")
    applied.write(RELABELLED)
    refused = applied.run("apply", "--auto-approve")
    assert (refused.code, f"finish it with snowconf rotate {APP}" in refused.said) == (1, True)
    applied.write(STACK)
    assert applied.rotate(APP).code == 0
