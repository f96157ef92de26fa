"""The journal: what is on the disk when, whose it is, and what damage does to it."""

import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from snowconf.ledger.claiming import Claim, claim
from snowconf.ledger.failures import JournalDamagedError, JournalUnwritableError, LockHeldError
from snowconf.ledger.journaling import FileJournal, read_events
from snowconf.ledger.lines import parse
from snowconf.model.outcome import Status
from tests.ledger.changes import HOLDER, OTHER, creation, deletion, ended
from tests.ledger.entries import ledger, owned


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / ".snowconf" / "dev.journal.jsonl"


def filled(path: Path) -> bytes:
    """The journal of a run that did two changes and lived."""
    with FileJournal(path) as journal:
        journal.run_begun(HOLDER)
        journal.ledger_loaded(ledger())
        for change in (creation(password=True), deletion("role.z", "b" * 32)):
            journal.change_begun(change)
            for write in change.writes:
                journal.write_begun(change, write)
                journal.write_ended(change, write, answered=True)
            journal.change_ended(ended(change))
    return path.read_bytes()


def test_every_event_is_a_line(path: Path) -> None:
    """In the order in which they happened."""
    filled(path)
    change = ["change", *["write", "answer"] * 2, "outcome"]
    assert [each["event"] for each in read_events(path)] == ["run", "loaded", *change, *change]


def test_a_write_is_on_the_disk_before_it_is_sent(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushed, together with the change it is part of."""
    flushed: list[bytes] = []
    fsync: Callable[[int], None] = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        flushed.append(path.read_bytes())

    monkeypatch.setattr(os, "fsync", noted)
    change = creation()
    with FileJournal(path) as journal:
        journal.change_begun(change)
        assert path.read_bytes() == b""
        journal.write_begun(change, change.writes[0])
    (content,) = flushed
    events = parse(content, where="it").events
    assert [(each["event"], each["address"]) for each in events] == [
        ("change", "user.svc"),
        ("write", "user.svc"),
    ]


def test_a_change_without_writes_is_noted_with_its_outcome(path: Path) -> None:
    """Forgetting sends nothing, and changes the ledger."""
    change = creation()
    with FileJournal(path) as journal:
        journal.change_begun(change)
        journal.change_ended(ended(change, Status.FAILED))
    assert [each.get("status") for each in read_events(path)] == [None, "failed"]


def test_no_secret_and_no_value_is_in_it(path: Path) -> None:
    """Only the names of columns that hold secrets."""
    content = filled(path)
    assert [word for word in (b'"P"', b'"env"', b'"svc"') if word in content] == []
    assert b'"secrets":["user_password"]' in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_cut_anywhere_leaves_what_was_whole(path: Path) -> None:
    """At every byte: the lines before are read, and a run that follows writes on after them."""
    content = filled(path)
    for length in range(len(content)):
        events = parse(content[:length], where="it").events
        whole = content[:length].count(b"\n")
        complete = length and content[length : length + 1] == b"\n"
        assert len(events) == whole + (1 if complete else 0)


@pytest.mark.parametrize("missing", [1, 2, 40])
def test_a_torn_line_is_written_over(path: Path, missing: int) -> None:
    """The next run begins a line of its own."""
    content = filled(path)
    path.write_bytes(content[:-missing])
    with FileJournal(path) as journal:
        earlier = len(journal.earlier)
        journal.run_begun(OTHER)
    events = read_events(path)
    assert (len(events), events[-1]["run"]) == (earlier + 1, "r2")


def test_any_bit_that_flips_is_noticed_or_harmless(path: Path) -> None:
    """Every byte changed: either the journal is refused, or nothing but an unfinished tail is lost."""
    content = filled(path)
    whole = parse(content, where="it").events
    for at in range(len(content)):
        damaged = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        try:
            assert parse(damaged, where="it").events == whole
        except JournalDamagedError:
            continue


def test_damage_says_where_and_what_to_do(path: Path) -> None:
    """The line and the file are named."""
    content = filled(path).replace(b'"event":"loaded"', b'"event":"l0aded"')
    path.write_bytes(content)
    with pytest.raises(JournalDamagedError, match=r"Line 2 of .*dev\.journal\.jsonl(.|\n)*rm "):
        read_events(path)
    with pytest.raises(JournalDamagedError):
        FileJournal(path)


def test_a_journal_of_another_version_is_not_guessed_at(path: Path) -> None:
    """Its events may mean something else."""
    with FileJournal(path) as journal:
        journal._announce([{"event": "run", "format": 2}])
    with pytest.raises(JournalDamagedError):
        read_events(path)


def test_no_journal_says_nothing(path: Path) -> None:
    """The first run of all, or one that followed a good end."""
    assert read_events(path) == ()


def test_what_was_stored_needs_no_journal(path: Path) -> None:
    """It is emptied, and the next line begins a new chain."""
    filled(path)
    with FileJournal(path) as journal:
        journal.clear()
        journal.run_begun(OTHER)
    assert [each["run"] for each in read_events(path)] == ["r2"]


def test_one_process_at_a_time_has_it(path: Path) -> None:
    """A second one is told who is at work, since when, and by which file that is known."""
    with FileJournal(path) as journal:
        with pytest.raises(LockHeldError, match="a run that has just begun"):
            FileJournal(path)
        journal.run_begun(HOLDER)
        with pytest.raises(
            LockHeldError, match=r"jane on ci-7.*since 2026-11-21 10:00:00.*dev\.journal\.jsonl"
        ):
            FileJournal(path)
    FileJournal(path).close()


def test_who_is_at_work_may_not_be_readable(path: Path) -> None:
    """The file is damaged; that somebody has it is said all the same."""
    with FileJournal(path) as journal:
        journal.run_begun(HOLDER)
        path.write_bytes(b"x" + path.read_bytes()[1:])
        with pytest.raises(LockHeldError, match="a run that has just begun"):
            FileJournal(path)


def test_a_run_that_wrote_it_is_known_to_be_dead(path: Path) -> None:
    """Who has the file knows that nobody else has; of other runs nothing is known."""
    filled(path)
    with FileJournal(path) as journal:
        assert (journal.began_here(HOLDER), journal.began_here(OTHER)) == (True, False)


def test_without_file_locks_nobody_is_known_to_be_dead(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network file systems have none."""
    filled(path)

    def unsupported(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with FileJournal(path) as journal:
        assert not journal.began_here(HOLDER)


def test_what_cannot_be_claimed_is_unproven() -> None:
    """Asking for something that is no open file says nothing."""
    assert claim(987_654) is Claim.UNPROVEN


def test_nothing_is_sent_that_could_not_be_noted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk stops the writes that would follow, and not the outcomes that are known already."""
    change = creation()
    journal = FileJournal(path)
    journal.run_begun(HOLDER)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        journal.write_ended(change, change.writes[0], answered=True)
    with pytest.raises(JournalUnwritableError, match="No space left on device"):
        journal.write_begun(change, change.writes[0])
    journal.close()
    assert [each["event"] for each in read_events(path)] == ["run"]


def test_a_disk_that_does_not_flush_stops_the_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written is not enough."""

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with FileJournal(path) as journal, pytest.raises(JournalUnwritableError, match="Input/output error"):
        journal.run_begun(HOLDER)


def test_lines_can_be_read_without_snowconf(path: Path) -> None:
    """A hash, a blank, JSON."""
    line = filled(path).decode().splitlines()[2]
    document = json.loads(line.partition(" ")[2])
    assert (document["address"], document["owned"]["sys_id"]) == ("user.svc", owned().sys_id)
