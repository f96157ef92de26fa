"""The ledger of one command: where it is kept, who may write it, and what runs that were cut short left for it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from snowconf.cli.interrupting import Interruptions, orderly
from snowconf.cli.places import journal_of, private_folder, rescue_of, shelf_of
from snowconf.cli.session import Session
from snowconf.config.stack_settings import IN_FILE
from snowconf.errors import InstanceError, SnowconfError
from snowconf.files import write_whole
from snowconf.ledger.encoding import encode
from snowconf.ledger.failures import LedgerNotSavedError, LockHeldError, LockLostError
from snowconf.ledger.filing import FileStore
from snowconf.ledger.holder import Holder, this_process
from snowconf.ledger.journaling import FileJournal, read_events
from snowconf.ledger.records import Records
from snowconf.ledger.recovering import recover
from snowconf.ledger.shelving import Shelf
from snowconf.ledger.storing import InstanceStore, Store
from snowconf.model.connection import InstanceSettings
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.ownership import Ledger
from snowconf.report.page import paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where everything is that concerns the ledger of one stack on one instance."""

    store: Store
    folder: Path
    stack: str
    settings: InstanceSettings

    @property
    def journal(self) -> Path:
        """What runs of this folder have begun."""
        return journal_of(self.folder, self.settings.name)

    @property
    def rescue(self) -> Path:
        """A ledger that could not be stored."""
        return rescue_of(self.folder, self.settings.name)

    def read(self) -> Ledger:
        """The ledger as the next apply will find it. Nothing is written, and no lock is needed."""
        return recover(read_events(self.journal), self.store.load().ledger)


@dataclass(slots=True, kw_only=True)
class Books:
    """The ledger in the hands of the one run of this folder, which may write it once it `is_locked`.

    `stored` is what the store has. `lost` is known after the lock was let go of: somebody else may have been at work.
    """

    place: Place
    journal: FileJournal
    holder: Holder
    session: Session
    interruptions: Interruptions
    stored: Ledger
    is_locked: bool = False
    is_kept: bool = True
    lost: LockLostError | None = None

    @property
    def may_look_first(self) -> bool:
        """Is it worth looking without the lock? Not where a dead run left work, nor where that costs requests more."""
        return not self.journal.earlier and self.place.store.may_be_at_hand

    def take(self) -> None:
        """Take the lock. The journal knows of this run before the lock names it: who finds it can tell that the run died.

        Raises:
            LockHeldError: somebody else is at work.
        """
        self.journal.run_begun(self.holder)
        try:
            left = self.place.store.take(self.holder, self.journal.began_here)
        except LockHeldError:
            if not self.journal.earlier:
                self.journal.clear()
            raise
        except (InstanceError, KeyboardInterrupt):
            self._leave()
            raise
        self.is_locked = True
        if left:
            _tell(
                self.session,
                f"The lock was still held by {left}, a run of this folder that died. It was taken over, and what that run "
                "had begun is taken up.",
            )

    def _leave(self) -> None:
        """Let go of a lock that nobody knows to be taken: the answer did not come, or was not awaited."""
        self.interruptions.tidy_up()
        _tell(self.session, "Making certain that no lock stays behind; Ctrl-C leaves it.")
        with suppress(SnowconfError):
            self.place.store.release(self.holder)

    def load(self) -> Ledger:
        """The ledger, with what runs of this folder did that were cut short; that is stored before anything else."""
        self.stored = self.place.store.load().ledger
        if self.is_locked:
            recovered = recover(self.journal.earlier, self.stored)
            if recovered != self.stored:
                self.stored = self.place.store.save(recovered)
            self.journal.ledger_loaded(self.stored)
        return self.stored

    def take_as_loaded(self) -> bool:
        """Take the lock for what was made of the ledger without it. Is that still what is stored?"""
        self.take()
        is_current = self.place.store.is_current(self.stored)
        if is_current:
            self.journal.ledger_loaded(self.stored)
        return is_current

    def save(self, ledger: Ledger) -> None:
        """Store it, if it says anything new."""
        if ledger != self.stored:
            self.stored = self.place.store.save(ledger)
            self.place.rescue.unlink(missing_ok=True)

    def keep(self, ledger: Ledger) -> Diagnostic | None:
        """Store it; what to say when that failed, and then it is in a file and the journal stays."""
        try:
            self.save(ledger)
        except (SnowconfError, OSError) as error:
            self.is_kept = False
            return Diagnostic(
                code=LedgerNotSavedError.code,
                summary=LedgerNotSavedError.summary,
                detail=_not_saved(error, self._rescued(ledger)),
            )
        return None

    def _rescued(self, ledger: Ledger) -> str:
        try:
            write_whole(self.place.rescue, encode(ledger))
        except OSError as error:
            return f"It could not be put into {self.place.rescue} either ({error.strerror})."
        return f"It is in {self.place.rescue}."


def place_of(stack: str, where: str, settings: InstanceSettings, *, folder: Path, records: Records) -> Place:
    """Where the ledger is kept: `where` is what [stack] says of it."""
    shelf = Shelf(shelf_of(folder, settings.name))
    store: Store = InstanceStore(records, stack, settings.url, shelf=shelf)
    if where.startswith(IN_FILE):
        name = where.removeprefix(IN_FILE).strip().replace("{instance}", settings.name)
        store = FileStore(folder / name, stack, settings.url)
    return Place(store=store, folder=folder, stack=stack, settings=settings)


@contextmanager
def opened(place: Place, command: str, session: Session) -> Iterator[Books]:
    """The books of this folder, which no other process has; a lock that is taken is let go of whatever happens.

    Raises:
        LockHeldError: somebody else is at work in this folder.
    """
    private_folder(place.folder)
    with FileJournal(place.journal) as journal, orderly() as interruptions:
        books = Books(
            place=place,
            journal=journal,
            holder=this_process(command, place.settings.url),
            session=session,
            interruptions=interruptions,
            stored=Ledger(stack=place.stack, url=place.settings.url),
        )
        try:
            yield books
        except BaseException:
            books.is_kept = False
            raise
        finally:
            interruptions.tidy_up()
            if books.is_locked:
                _let_go(books)


@contextmanager
def locked(place: Place, command: str, session: Session) -> Iterator[Books]:
    """The same with the lock taken.

    Raises:
        LockHeldError: somebody else is at work.
    """
    with opened(place, command, session) as books:
        books.take()
        yield books


def _let_go(books: Books) -> None:
    """The journal is emptied last: until then a lock that stays behind can be known as a dead run's."""
    session = books.session
    try:
        books.place.store.release(books.holder)
    except LockLostError as error:
        books.lost = error
    except (InstanceError, OSError) as error:
        _tell(
            session,
            f"The lock could not be let go of: {_words(error)} The next apply from this folder takes it over.",
        )
    else:
        if books.is_kept:
            books.journal.clear()


def _tell(session: Session, text: str) -> None:
    session.terminal.err.show(paragraph(text, width=session.page.width))


def _words(error: Exception) -> str:
    if isinstance(error, SnowconfError):
        return error.detail
    return f"{getattr(error, 'strerror', '') or type(error).__name__}."


def _not_saved(error: Exception, rescued: str) -> str:
    return (
        f"What was written is on the instance, and the ledger that says so could not be stored: {_words(error)} {rescued} "
        "The journal beside it has every write as well, so the next apply from this folder takes it up. Apply from nowhere "
        "else before that."
    )
