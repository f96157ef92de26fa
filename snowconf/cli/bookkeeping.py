"""The commands of the ledger: looking at what a stack owns, and setting it right by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from snowconf.cli.approving import obtain_yes
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.ledger_options import (
    EntryOptions,
    ForgetOptions,
    LedgerOptions,
    MoveOptions,
    RehomeOptions,
    UnlockOptions,
)
from snowconf.cli.ledgers import Books, locked
from snowconf.cli.reading import read_stack
from snowconf.cli.refusals import MisusedError, UnknownAddressError, did_you_mean
from snowconf.cli.session import Session
from snowconf.cli.wiring import Reached, reach, telling_waits
from snowconf.kinds import KINDS
from snowconf.ledger.examining import examine
from snowconf.ledger.failures import ClonedLedgerError, LedgerDamagedError, LedgerError
from snowconf.ledger.journaling import read_events
from snowconf.ledger.recovering import recover
from snowconf.model.address import Address
from snowconf.model.examination import Examination
from snowconf.model.ledger_json import examination_document, ledger_document
from snowconf.model.ownership import Ledger, Owned
from snowconf.report.page import counted, paragraph
from snowconf.report.terminal_ledger import render_entries, render_examination, render_ledger

# The column of each kind's table that holds what `Owned.name` remembers.
NAMED_BY = {each.name: each.attribute(each.key[0]).column for each in KINDS.values() if each.key}


def list_entries(options: LedgerOptions, session: Session) -> ExitCode:
    """Every record of the ledger."""
    with _reached(options, session) as reached:
        loaded = reached.place.store.load()
        ledger = recover(read_events(reached.place.journal), loaded.ledger)
    session.show(
        render_ledger(ledger, session.page, loaded.others),
        ledger_document(ledger, _entries(ledger), loaded.others),
    )
    return ExitCode.DONE


def show_entries(options: EntryOptions, session: Session) -> ExitCode:
    """All that is remembered of one, or of all.

    Raises:
        UnknownAddressError: the ledger has no such entry.
    """
    with _reached(options, session) as reached:
        ledger = reached.place.read()
    entries = [_entry(options.address, ledger)] if options.address else _entries(ledger)
    session.show(render_entries(entries, session.page), ledger_document(ledger, entries))
    return ExitCode.DONE


def forget(options: ForgetOptions, session: Session) -> ExitCode:
    """Strike entries out; the records stay as they are.

    Raises:
        MisusedError: neither addresses nor --all, or both.
        NotApprovedError: --all, and nobody said yes.
        UnknownAddressError: the ledger has no such entry; nothing was struck out.
    """
    if bool(options.addresses) == options.everything:
        raise MisusedError(
            "Say which entries are to be forgotten: addresses, or --all for a new, empty ledger."
        )
    with _books(options, session, "ledger forget") as books:
        if options.everything:
            _approve(
                options, session, "Forget everything that this stack owns here, and begin an empty ledger"
            )
            forgotten = _begin_again(books)
        else:
            ledger = books.load()
            entries = [_entry(each, ledger) for each in options.addresses or ()]
            for owned in entries:
                ledger = ledger.without(owned.address)
            books.save(ledger)
            forgotten = counted(len(entries), "entry" if len(entries) == 1 else "entrie")
    _say(session, f"Forgot {forgotten}. The records are as they were.")
    return ExitCode.DONE


def move(options: MoveOptions, session: Session) -> ExitCode:
    """Give an entry the address that its block has now.

    Raises:
        UnknownAddressError: there is no such entry, or TO is taken or of another kind.
    """
    with _books(options, session, "ledger move") as books:
        ledger = books.load()
        books.save(_moved(ledger, _entry(options.before, ledger), options.after))
    _say(session, f"{options.before} is {options.after} now. The record is as it was.")
    return ExitCode.DONE


def rehome(options: RehomeOptions, session: Session) -> ExitCode:
    """Own on this instance what the ledger says was owned on another; secrets count as never written.

    Raises:
        NotApprovedError: nobody said yes.
    """
    with _books(options, session, "ledger rehome") as books:
        try:
            ledger = books.load()
        except ClonedLedgerError as clone:
            ledger = clone.ledger
            there, here = counted(len(ledger.entries), "record"), books.place.settings.url
            _approve(options, session, f"Own {there} on {here} that the ledger says are on {ledger.url}")
            entries = {key: replace(each, secrets={}) for key, each in ledger.entries.items()}
            books.save(replace(ledger, url=books.place.settings.url, entries=entries))
            said = f"The ledger is for {books.place.settings.url} now, and has {counted(len(entries), 'record')}."
        else:
            said = f"The ledger is for {ledger.url} already. Nothing was changed."
    _say(session, said)
    return ExitCode.DONE


def unlock(options: UnlockOptions, session: Session) -> ExitCode:
    """Break the lock, whoever holds it.

    Raises:
        NotApprovedError: nobody said yes.
    """
    with _reached(options, session) as reached:
        holder = reached.place.store.holder()
        who = f"held by {holder}" if holder else "if there is one: who holds it cannot be told"
        _approve(options, session, f"Break the lock, {who}")
        broken = reached.place.store.unlock()
    _say(session, "The lock is broken. Look at the plan." if broken else "Nobody held the lock.")
    return ExitCode.DONE


def verify(options: LedgerOptions, session: Session) -> ExitCode:
    """Look at the ledger, and at every record that it owns.

    Raises:
        LedgerError: the ledger cannot be used; what else is there is said.
    """
    with _reached(options, session) as reached:
        store = reached.place.store
        copies = tuple(store.copies())
        holder = store.holder()
        ledger = _readable(reached, copies)
        examination = Examination(
            ledger=ledger,
            examined=examine(ledger, reached.instance, NAMED_BY),
            copies=copies,
            holder=str(holder) if holder else "",
        )
    session.show(render_examination(examination, session.page), examination_document(examination))
    return ExitCode.DONE if examination.is_sound else ExitCode.FAILED


def _readable(reached: Reached, copies: tuple[str, ...]) -> Ledger:
    try:
        return reached.place.read()
    except LedgerDamagedError as error:
        for each in copies or ("There is no other version of it.",):
            error.add_note(each)
        raise


@contextmanager
def _reached(options: LedgerOptions, session: Session) -> Iterator[Reached]:
    stack = read_stack(options, session)
    with reach(stack, options.stack) as reached, telling_waits(reached, session):
        # Whoever looks at the ledger wants to see what is stored, not what this folder remembers of it.
        yield replace(reached, place=replace(reached.place, store=reached.place.store.afresh()))


@contextmanager
def _books(options: LedgerOptions, session: Session, command: str) -> Iterator[Books]:
    with _reached(options, session) as reached, locked(reached.place, command, session) as books:
        yield books
    if books.lost:
        raise books.lost


def _begin_again(books: Books) -> str:
    """Whatever is there is given up, be it readable or not."""
    place = books.place
    try:
        before = counted(len(books.load().entries), "record")
    except LedgerError:
        before = "a ledger that could not be used"
        place.store.begin_again()
    books.stored = place.store.save(Ledger(stack=place.stack, url=place.settings.url))
    return before


def _moved(ledger: Ledger, owned: Owned, text: str) -> Ledger:
    """With the entry under its new address, and with every reference to it."""
    after = _address(text)
    if after in ledger.entries:
        raise UnknownAddressError(f"The ledger has an entry {after} already. Forget or move that one first.")
    if after.kind != owned.address.kind:
        raise UnknownAddressError(
            f"{owned.address} is of kind {owned.address.kind}, and stays so. Only the label changes."
        )
    ledger = ledger.relabelled(owned.address, after).with_entry(replace(owned, address=after))
    referring = {
        each.address: replace(
            each, depends_on=tuple(after if one == owned.address else one for one in each.depends_on)
        )
        for each in ledger.entries.values()
    }
    return replace(ledger, entries=referring)


def _entries(ledger: Ledger) -> list[Owned]:
    return [ledger.entries[address] for address in sorted(ledger.entries)]


def _entry(text: str, ledger: Ledger) -> Owned:
    known = {str(each): owned for each, owned in ledger.entries.items()}
    if text not in known:
        raise UnknownAddressError(
            f"The ledger has no entry '{text}'.{did_you_mean(text, known)} 'snowconf ledger list' has all."
        )
    return known[text]


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as problem:
        raise UnknownAddressError(f"{problem}.") from None


def _approve(options: ForgetOptions | RehomeOptions | UnlockOptions, session: Session, what: str) -> None:
    obtain_yes(
        what,
        session,
        auto_approve=options.auto_approve,
        otherwise="Somebody has to say yes to this, and nobody can be asked here. Run the same command with --auto-approve.",
    )


def _say(session: Session, text: str) -> None:
    session.show(paragraph(text, width=session.page.width))
