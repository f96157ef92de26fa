"""From the journal of a run that was cut short to the ledger it would have stored. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from snowconf.ledger.encoding import digest, read_entry
from snowconf.ledger.fingerprints import PENDING
from snowconf.ledger.lines import Event
from snowconf.model.address import Address
from snowconf.model.outcome import Status
from snowconf.model.ownership import Ledger, Owned
from snowconf.model.plan import Verb


def recover(journal: Iterable[Event], ledger: Ledger) -> Ledger:
    """The ledger with what runs did that knew it as it is stored, and that did not live to store it again.

    A record that may have been created is in it, whether or not the instance answered. A run that knew another version
    says nothing: whoever stored this one has seen the instance since.
    """
    stored = digest(ledger)
    for work in _works(journal):
        if work.known == stored:
            for begun in work.changes.values():
                ledger = begun.settled(ledger)
    return ledger


@dataclass(slots=True)
class _Begun:
    """One change, as far as its run came with it."""

    address: Address
    owned: Owned | None
    secrets: dict[str, str]
    sys_id: str
    status: str = ""
    answered: int = 0
    removed: bool = False
    deleting: set[str] = field(default_factory=set)

    def settled(self, ledger: Ledger) -> Ledger:
        """The ledger after what is known and what must be feared of it."""
        if self.owned is None:
            return ledger.without(self.address) if self._is_done or self.removed else ledger
        existing = ledger.find_sys_id(self.owned.sys_id)
        if existing is None and self.status == Status.FAILED.value and not self.answered:
            return ledger
        if existing and existing.address != self.owned.address:
            ledger = ledger.relabelled(existing.address, self.owned.address)
        return ledger.with_entry(self._entry(self.owned, existing))

    @property
    def _is_done(self) -> bool:
        return self.status == Status.DONE.value

    def _entry(self, owned: Owned, existing: Owned | None) -> Owned:
        """What was last applied is known of a change that was done; of another, what columns held before is kept."""
        known = existing or replace(owned, digests={}, before={}, secrets={})
        secrets = {**known.secrets, **owned.secrets, **self.secrets}
        if self._is_done:
            return replace(owned, secrets=secrets)
        return replace(owned, digests=known.digests, secrets=secrets, before={**owned.before, **known.before})


@dataclass(slots=True)
class _Work:
    """One run's changes, on a ledger that is known by its digest."""

    known: str
    changes: dict[str, _Begun] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """One event after another."""
        if event["event"] == "change":
            self.changes[event["address"]] = _begun(event)
        elif begun := self.changes.get(event["address"]):
            _continue(begun, event)


def _works(journal: Iterable[Event]) -> Sequence[_Work]:
    works: list[_Work] = []
    for event in journal:
        match event["event"]:
            case "run":
                works.append(_Work(""))
            case "loaded":
                works.append(_Work(event["ledger"]))
            case _:
                works[-1].take(event)
    return works


def _begun(event: Event) -> _Begun:
    return _Begun(
        address=Address.parse(event["address"]),
        owned=read_entry(event["owned"]) if event["owned"] else None,
        secrets=dict.fromkeys(event["secrets"], PENDING),
        sys_id=event["sys_id"],
    )


def _continue(begun: _Begun, event: Event) -> None:
    match event["event"]:
        case "write" if event["verb"] == Verb.DELETE.value:
            begun.deleting.add(event["sys_id"])
        case "answer" if event["answered"]:
            begun.answered += 1
            begun.removed = begun.removed or (
                event["sys_id"] == begun.sys_id and event["sys_id"] in begun.deleting
            )
        case "outcome":
            begun.status = event["status"]
        case "secret":
            begun.secrets[event["column"]] = event["fingerprint"]
        case _:
            pass
