"""Ledgers made by hand."""

from typing import Any

from snowconf.model.address import Address
from snowconf.model.ownership import Custody, Ledger, Owned

URL = "https://acme.service-now.com"
SYS_ID = "a" * 32


def owned(address: str = "user.svc", sys_id: str = SYS_ID, **more: Any) -> Owned:
    """An entry for a record that the stack made."""
    table = {"user": "sys_user", "role": "sys_user_role"}.get(address.partition(".")[0], "sys_properties")
    chosen: dict[str, Any] = {"table": table, "custody": Custody.CREATED, **more}
    return Owned(address=Address.parse(address), sys_id=sys_id, **chosen)


def ledger(*entries: Owned, serial: int = 0, stack: str = "demo", url: str = URL) -> Ledger:
    """A ledger of these."""
    return Ledger(stack=stack, url=url, serial=serial, entries={each.address: each for each in entries})
