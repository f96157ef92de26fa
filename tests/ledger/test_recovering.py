"""What a run that was cut short leaves in the ledger."""

from dataclasses import replace
from pathlib import Path

import pytest

from snowconf.ledger.journaling import FileJournal
from snowconf.ledger.recovering import recover
from snowconf.model.outcome import Status
from snowconf.model.ownership import Custody, Ledger, Owned
from snowconf.model.plan import Change
from tests.ledger.changes import HOLDER, address, creation, deletion, ended, update
from tests.ledger.entries import ledger, owned

USER = address("user.svc")
ALL = 99


class Told:
    """A journal in the making, and the ledger that its run knew."""

    def __init__(self, path: Path, known: Ledger) -> None:
        self.known = known
        self.path = path
        self.journal = FileJournal(path)
        self.journal.run_begun(HOLDER)
        self.journal.ledger_loaded(known)

    def begin(self, change: Change, answers: int = 0, status: Status | None = None) -> "Told":
        """So many writes were answered, another was begun if there is one; without a status the run died there."""
        self.journal.change_begun(change)
        for number, write in enumerate(change.writes):
            self.journal.write_begun(change, write)
            if number >= answers:
                break
            self.journal.write_ended(change, write, answered=True)
        if status:
            self.journal.change_ended(ended(change, status))
        return self

    def recovered(self, stored: Ledger | None = None) -> Ledger:
        """What the next run begins with."""
        self.journal.close()
        with FileJournal(self.path) as journal:
            return recover(journal.earlier, stored or self.known)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """A run that knew an empty ledger."""
    return Told(tmp_path / "j", ledger())


def knowing(tmp_path: Path, *entries: Owned) -> Told:
    """A run that knew these entries."""
    return Told(tmp_path / "j", ledger(*entries, serial=3))


def test_without_a_journal_nothing_changes() -> None:
    """The last run ended well."""
    assert recover((), ledger(owned())) == ledger(owned())


def test_what_was_created_is_owned(told: Told) -> None:
    """All of it was answered; the ledger was not stored any more."""
    entry = owned(digests={"a": "1"})
    assert told.begin(creation(entry), ALL, Status.DONE).recovered() == ledger(entry)


def test_what_may_have_been_created_is_owned(told: Told) -> None:
    """The process ended between request and answer. Nothing is known of what was applied."""
    begun = told.begin(creation(owned(digests={"a": "1"}, before={"b": "2"})))
    assert begun.recovered() == ledger(owned(before={"b": "2"}))


def test_what_was_refused_is_not_owned(told: Told) -> None:
    """Nothing was made, and the run lived to say so."""
    assert told.begin(creation(), 0, Status.FAILED).recovered() == ledger()


def test_what_was_made_in_part_is_owned(told: Told) -> None:
    """The record is there, its password was refused."""
    recovered = told.begin(creation(password=True), 1, Status.FAILED).recovered()
    assert recovered.entries[USER].secrets == {"user_password": ""}


def test_a_record_whose_outcome_is_unknown_is_owned(told: Told) -> None:
    """It may exist."""
    assert list(told.begin(creation(), 0, Status.UNKNOWN).recovered().entries) == [USER]


def test_a_secret_that_was_begun_is_pending(told: Told) -> None:
    """Its fingerprint never came."""
    assert told.begin(creation(password=True), 1).recovered().entries[USER].secrets == {"user_password": ""}


def test_a_secret_that_was_written_is_known(told: Told) -> None:
    """The next run does not write it again."""
    told.begin(creation(password=True), 2)
    told.journal.secret_written(USER, "user_password", "scrypt$a$b")
    told.journal.change_ended(ended(creation(), Status.DONE))
    assert told.recovered().entries[USER].secrets == {"user_password": "scrypt$a$b"}


def test_an_update_that_was_done_is_known(tmp_path: Path) -> None:
    """With the fingerprints that were there before."""
    known = owned(digests={"a": "1"}, secrets={"p": "scrypt$x$y"})
    after = owned(digests={"a": "2"})
    recovered = knowing(tmp_path, known).begin(update(after), ALL, Status.DONE).recovered()
    assert recovered.entries[USER] == replace(after, secrets=known.secrets)


def test_an_update_that_was_cut_short_leaves_the_digests(tmp_path: Path) -> None:
    """Which of its columns were applied is not known."""
    known, after = owned(digests={"a": "1"}), owned(digests={"a": "2"})
    assert knowing(tmp_path, known).begin(update(after)).recovered().entries[USER].digests == {"a": "1"}


def test_what_an_adopted_record_held_is_never_lost(tmp_path: Path) -> None:
    """Images of both are kept; the first is the true one."""
    known = owned(custody=Custody.ADOPTED, before={"a": "first"})
    after = owned(custody=Custody.ADOPTED, before={"a": "second", "b": "2"})
    recovered = knowing(tmp_path, known).begin(update(after)).recovered()
    assert recovered.entries[USER].before == {"a": "first", "b": "2"}


def test_a_renamed_block_has_one_entry(tmp_path: Path) -> None:
    """The record stays, its address is another."""
    recovered = knowing(tmp_path, owned()).begin(update(owned("user.svc2")), ALL, Status.DONE).recovered()
    assert list(recovered.entries) == [address("user.svc2")]


@pytest.mark.parametrize(
    ("answers", "status", "kept"),
    [(ALL, Status.DONE, False), (2, None, False), (1, None, True), (0, Status.FAILED, True)],
)
def test_a_deletion_is_believed_when_it_was_answered(
    tmp_path: Path, answers: int, status: Status | None, kept: object
) -> None:
    """Until the record itself is gone it is owned; its rows in link tables do not count."""
    recovered = knowing(tmp_path, owned()).begin(deletion(), answers, status).recovered()
    assert (USER in recovered.entries) is kept


def test_forgetting_is_remembered(tmp_path: Path) -> None:
    """No request was needed for it."""
    forgotten = replace(deletion(), writes=())
    assert knowing(tmp_path, owned()).begin(forgotten, 0, Status.DONE).recovered().entries == {}


def test_a_ledger_that_was_stored_since_is_not_touched(told: Told) -> None:
    """Somebody else has seen the instance after this run, and may have forgotten what it did."""
    later = ledger(serial=1)
    assert told.begin(creation(), ALL, Status.DONE).recovered(later) == later


def test_several_runs_add_up(told: Told) -> None:
    """None of them lived to store the ledger."""
    told.begin(creation(), ALL, Status.DONE)
    told.journal.close()
    again = Told(told.path, told.known)
    again.begin(creation(owned("role.z", "b" * 32)))
    assert again.recovered() == ledger(owned(), owned("role.z", "b" * 32))


def test_a_run_that_never_loaded_says_nothing(tmp_path: Path) -> None:
    """It died waiting for the lock."""
    with FileJournal(tmp_path / "j") as journal:
        journal.run_begun(HOLDER)
    with FileJournal(tmp_path / "j") as journal:
        assert recover(journal.earlier, ledger()) == ledger()


def test_what_belongs_to_no_change_says_nothing(told: Told) -> None:
    """A journal that another version wrote may hold more."""
    told.journal.secret_written(USER, "user_password", "scrypt$a$b")
    assert told.recovered() == ledger()
