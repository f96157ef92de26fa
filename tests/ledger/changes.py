"""Changes as a plan has them, and holders of a lock."""

from dataclasses import replace
from typing import Any

from snowconf.ledger.holder import Holder
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.outcome import Outcome, Status
from snowconf.model.ownership import Owned
from snowconf.model.plan import Action, Change, Verb, Write
from snowconf.model.value import SecretSource
from tests.ledger.entries import SYS_ID, URL, owned

HOLDER = Holder(
    run="r1", who="jane", host="ci-7", pid="4711", since="2026-11-21 10:00:00", command="apply", url=URL
)
OTHER = replace(HOLDER, run="r2", who="joe", host="laptop")


def creation(entry: Owned | None = None, *, password: bool = False) -> Change:
    """A record that is made, with a password in a request of its own."""
    entry = entry or owned()
    record = Write(verb=Verb.INSERT, table=entry.table, sys_id=entry.sys_id, columns={"user_name": "svc"})
    secret = Write(
        verb=Verb.UPDATE,
        table=entry.table,
        sys_id=entry.sys_id,
        secrets={"user_password": SecretSource("env", "P")},
        display_input=True,
    )
    return change(entry, action=Action.CREATE, writes=(record, secret) if password else (record,))


def update(entry: Owned, **more: Any) -> Change:
    """A record that is changed."""
    write = Write(verb=Verb.UPDATE, table=entry.table, sys_id=entry.sys_id, columns={"active": "true"})
    return change(entry, **{"action": Action.UPDATE, "writes": (write,), **more})


def deletion(address: str = "user.svc", sys_id: str = SYS_ID) -> Change:
    """A record that goes, with a row of a link table before it."""
    writes = tuple(
        Write(verb=Verb.DELETE, table=table, sys_id=each)
        for table, each in (("sys_user_has_role", "c" * 32), ("sys_user", sys_id))
    )
    return replace(change(owned(address, sys_id), action=Action.DELETE, writes=writes), owned=None)


def change(entry: Owned, **more: Any) -> Change:
    """A change after which the ledger has this entry."""
    return Change(
        address=entry.address,
        table=entry.table,
        sys_id=entry.sys_id,
        origin=Origin("stack.toml", 1),
        owned=entry,
        **more,
    )


def ended(of: Change, status: Status = Status.DONE) -> Outcome:
    """How it ended."""
    return Outcome(change=of, status=status)


def address(text: str) -> Address:
    """An address."""
    return Address.parse(text)
