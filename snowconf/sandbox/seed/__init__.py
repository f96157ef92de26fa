"""The rows every sandbox begins with. The data is in `data/`; no behaviour of the platform is here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from snowconf.sandbox.acting.session import Caller, Session
from snowconf.sandbox.acting.stamping import create_row
from snowconf.sandbox.rules.inheritance import renew
from snowconf.sandbox.seed.crowd import fill_users as fill_crowd
from snowconf.sandbox.seed.demo import demonstrate
from snowconf.sandbox.seed.describing import describe, describe_rules
from snowconf.sandbox.seed.entry import Entry
from snowconf.sandbox.seed.reading import read_entries
from snowconf.sandbox.storage.passwords import hash_password
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.switches import Switches

__all__ = ["ADMIN", "fill_users", "seed"]

ADMIN = "6816f79cc0a8016401c5a33be04be441"
INSTALLED = datetime(2025, 1, 15, 8, 0, tzinfo=UTC)
SYSTEM = Caller(user_sys_id="", user_name="system", admin=True)
# What a row of the demo data may say of itself; everything else is as the platform makes it.
TOLD = frozenset({"sys_created_by", "sys_created_on", "sys_updated_by", "sys_updated_on", "sys_mod_count"})
FINANCE = "@cmn_department/Finance"


def seed(store: Store, switches: Switches, admin_password: str) -> None:
    """Fill an empty store with what an instance with these switches has from the start."""
    session = Session(store=store, switches=switches, caller=SYSTEM, clock=lambda: INSTALLED)
    entries = [*read_entries(switches), *describe(switches), *describe_rules()]
    if switches.get("demo_data") == "present":
        entries += demonstrate()
    ids = {f"@{entry.table}/{entry.name}": entry.sys_id for entry in entries}
    with store.transaction():
        _fill(session, entries, ids)
        admin = {"user_password": hash_password(admin_password), "department": ids.get(FINANCE, "")}
        store.update("sys_user", ADMIN, admin)
        _inherit(session)


def fill_users(store: Store, switches: Switches, count: int) -> None:
    """Add so many users to a store that is seeded, for tests of scale.

    Raises:
        UniqueViolationError: it was done before.
    """
    fill_crowd(Session(store=store, switches=switches, caller=SYSTEM, clock=lambda: INSTALLED), count)


def _inherit(session: Session) -> None:
    """Give everybody the roles that grants, groups and containment justify."""
    tables = ("sys_user_has_role", "sys_user_grmember")
    users = {row["user"] for table in tables for row in session.store.find(table)}
    for user in sorted(users):
        renew(session, user)


def _fill(session: Session, entries: Iterable[Entry], ids: Mapping[str, str]) -> None:
    rows: dict[str, list[Row]] = defaultdict(list)
    for entry in entries:
        rows[entry.table].append(_make_row(session, entry, ids))
    for table, filling in rows.items():
        session.store.fill(table, filling)


def _make_row(session: Session, entry: Entry, ids: Mapping[str, str]) -> Row:
    release = session.switches.get("release")
    columns = {
        name: ids.get(value, value).replace("$release", release) for name, value in entry.columns.items()
    }
    row = create_row(session, entry.table, columns, entry.sys_id)
    return row | {name: columns[name] for name in TOLD & columns.keys()}
