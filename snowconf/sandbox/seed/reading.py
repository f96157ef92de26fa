"""The seed's data files as entries: roles with what they contain, access controls with their roles, plain rows."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import tomli

from snowconf.dictionary import get_table, table_names
from snowconf.sandbox.seed.entry import Entry
from snowconf.sandbox.storage.made_ids import made_id
from snowconf.sandbox.storage.release import find_installed
from snowconf.sandbox.switches import Switches


def read_entries(switches: Switches) -> Iterator[Entry]:
    """All rows of an instance with these switches, but for those that follow from the dictionary's own tables."""
    for name in table_names():
        if find_installed(switches, name):
            yield from (Entry(table=name, columns=row) for row in get_table(name).rows)
    for file in _files(switches, "roles"):
        yield from _roles(file)
    for file in _files(switches, "acls"):
        yield from _acls(file)
    yield from read_rows("platform")
    if switches.get("flexera_app") == "present":
        yield from read_rows("flexera")


def _files(switches: Switches, what: str) -> Iterator[str]:
    yield what
    if switches.get("sam_tables") == "present":
        yield f"{what}_sam"
    if switches.get("problem_states") == "kept" and what == "acls":
        yield f"{what}_problems"
    if switches.get("flexera_app") == "present" and what == "roles":
        yield f"{what}_flexera"


def _roles(file: str) -> Iterator[Entry]:
    for name, spec in read_data(file).items():
        contained = spec.pop("contains", ())
        yield Entry(table="sys_user_role", columns={"name": name} | spec)
        for each in contained:
            pair = {"role": f"@sys_user_role/{name}", "contains": f"@sys_user_role/{each}"}
            named = {"sys_name": f"{each}.{name}"}
            yield Entry(table="sys_user_role_contains", columns=pair | named)


def _acls(file: str) -> Iterator[Entry]:
    """One access control for each operation. They have no unique key: all they say together tells them apart."""
    for spec in read_data(file)["acl"]:
        roles, operations = spec.pop("roles", []), spec.pop("operations")
        for operation in operations:
            name = " ".join((operation, *spec.values(), *roles))
            identified = {"operation": operation, "sys_id": made_id("sys_security_acl", name)}
            acl = Entry(table="sys_security_acl", columns=spec | identified)
            yield acl
            yield from (_acl_role(acl, role) for role in roles)


def _acl_role(acl: Entry, role: str) -> Entry:
    pair = {"sys_security_acl": acl.sys_id, "sys_user_role": f"@sys_user_role/{role}"}
    return Entry(table="sys_security_acl_role", columns=pair)


def read_rows(file: str) -> Iterator[Entry]:
    """The plain rows of a data file, by table."""
    for table, rows in read_data(file).items():
        yield from (Entry(table=table, columns=row) for row in rows)


def read_data(file: str) -> dict[str, Any]:
    """A data file as it is."""
    return tomli.loads(files(__package__).joinpath("data", f"{file}.toml").read_text(encoding="utf-8"))
