"""Ctrl-C at any request of an apply: it ends the work, and everything that was borrowed or told comes to its end."""

import os
import signal

import pytest

from snowconf.cli.interrupting import orderly
from snowconf.model.receipt_json import load_receipt
from tests.change_control.office import GATE, NUMBER, SET, Office

FORMER = "f" * 32
# Taking the lock, asking, telling, choosing, writing, looking, putting back, keeping the ledger, telling, letting go.
SAMPLE = (1, 8, 11, 18, 24, 28)
POSITIONS = range(1, 30) if os.environ.get("SNOWCONF_TORTURE") == "all" else SAMPLE


@pytest.fixture
def busy(office: Office) -> Office:
    """An apply under a change request and into an update set, for an account that has one of its own."""
    office.write(GATE, SET)
    office.open_change()
    office.ask("POST", "sys_update_set", sys_id=FORMER, name="Mine")
    me = office.rows("sys_user", "user_name=admin")[0]["sys_id"]
    preference = {"name": "sys_update_set", "value": FORMER, "description": "words"}
    office.ask("POST", "sys_user_preference", user=me, **preference)
    return office


def stopped(office: Office, at: int, moment: str) -> int:
    """The exit code of an apply in which somebody presses Ctrl-C there."""
    office.live(moment=moment)
    office.stopped_at = at
    code = office.apply("--change", NUMBER, "--parallelism", "1")
    office.stopped_at = 0
    return code


@pytest.mark.parametrize("at", POSITIONS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_interrupted_run_leaves_nothing_behind(busy: Office, at: int, moment: str) -> None:
    """No lock, no borrowed preference; what was written is owned, has a receipt, and the change request was told of it."""
    assert stopped(busy, at, moment) == 130, busy.said
    assert busy.preferences() == [(FORMER, "words")]
    assert busy.rows("sys_properties", "name=snowconf.office.lock") == []
    notes, receipts = busy.notes(), busy.receipts()
    owned = {str(each) for each in busy.ledger().entries}
    written = {f"role.{name}" for name in busy.roles()}
    assert written <= owned
    assert len(receipts) == bool(written)
    assert all(any(each["digest"] in note for note in notes) for each in receipts)
    begun = [each for each in notes if "begins" in each]
    assert len(notes) >= 2 * len(begun)
    assert busy.apply("--change", NUMBER) == 0, busy.said


def test_a_pipeline_that_is_cancelled_is_a_ctrl_c(busy: Office) -> None:
    """Most send SIGTERM, and would otherwise leave lock and preference behind."""
    busy.signal = signal.SIGTERM
    assert stopped(busy, 15, "before") == 130
    assert busy.preferences() == [(FORMER, "words")]
    assert "Interrupted: requests under way were finished" in busy.said


def test_a_ctrl_c_after_the_work_says_that_all_was_done(busy: Office) -> None:
    """Nobody need be afraid then."""
    assert stopped(busy, 24, "before") == 130
    assert "Interrupted: all had been done." in busy.said
    assert "Observed again: nothing differs." in busy.said


def test_a_second_one_leaves_at_once() -> None:
    """Tidying up may hang as well."""
    with orderly() as interruptions:
        interruptions.tidy_up()
        signal.raise_signal(signal.SIGINT)
        assert interruptions.came
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_the_process_was_told_to_ignore_stays_ignored() -> None:
    """As under nohup; and afterwards all is as it was."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with orderly():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_receipt_names_both(busy: Office) -> None:
    """The change request and the update set, for whoever looks later; and what is taken back is told."""
    assert busy.apply("--change", "chg0030001") == 0
    (receipt,) = busy.receipts()
    assert receipt["change"] == NUMBER
    (row,) = busy.rows("sys_update_set", "name=Finout")
    assert receipt["update_set"] == {"name": "Finout", "sys_id": row["sys_id"]}
    (path,) = (busy.folder / ".snowconf" / "receipts").iterdir()
    read = load_receipt(path.read_text("utf-8"), where="here")
    assert (read.change, read.update_set and read.update_set.name) == (NUMBER, "Finout")
    assert busy.run("receipts", "show", "last", "--directory", str(busy.folder)) == 0
    assert f"under the change request {NUMBER}, into the update set 'Finout'" in busy.detail()
    assert busy.run("receipts", "list", "--directory", str(busy.folder)) == 0
    assert f"under {NUMBER}" in busy.detail()
    undo = ("undo", "last", "--directory", str(busy.folder), "--auto-approve")
    assert busy.run(*undo) == 3
    assert f"It was applied under {NUMBER}." in busy.detail()
    assert busy.run(*undo, "--change", NUMBER) == 0
    assert any(f"It takes back the receipt sha256:{receipt['digest']}." in each for each in busy.notes())
