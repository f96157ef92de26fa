"""The dictionary as one instance has it: what its release lacks and what is not installed is left out."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from snowconf.dictionary import Column, Table, find_table, get_table
from snowconf.sandbox.switches import Switches

# Oldest first. A column's `since` that is not here is older than all of them.
RELEASES = ("xanadu", "yokohama", "zurich", "australia", "brazil")
SAM_PREFIX = "samp_"


def find_installed(switches: Switches, name: str) -> Table | None:
    """The table as far as this instance has it; None when it has not."""
    return _find(name, switches.get("sam_tables"))


# Bounded, because names come from requests.
@lru_cache(maxsize=1024)
def _find(name: str, sam_tables: str) -> Table | None:
    absent = sam_tables == "absent" and name.startswith(SAM_PREFIX)
    return None if absent else find_table(name)


def installed_columns(switches: Switches, table: str) -> Mapping[str, Column]:
    """The columns that this instance's release has of a table the dictionary knows."""
    return _columns(table, switches.get("release"))


@cache
def _columns(table: str, release: str) -> Mapping[str, Column]:
    columns = get_table(table).columns
    return MappingProxyType({name: each for name, each in columns.items() if _has(release, each.since)})


def _has(release: str, since: str) -> bool:
    name = since.lower()
    return name not in RELEASES or RELEASES.index(name) <= RELEASES.index(release)
