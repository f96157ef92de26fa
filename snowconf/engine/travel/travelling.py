"""What may travel in an update set, and why the rest may not (tables.md 10.1, 10.2; wire-contract.md 7.1). Pure."""

import re
from collections.abc import Iterable, Mapping

from snowconf.dictionary import Table, find_table
from snowconf.kinds.masking import looks_secret
from snowconf.model.update_set import GLOBAL

PROPERTIES = "sys_properties"
SECRET_TYPES = frozenset({"password", "password2"})
# The columns of configuration that the platform writes itself, and that its own exports hold.
OWN_COLUMNS = ("sys_class_name", "sys_name", "sys_package", "sys_scope", "sys_update_name")

DATA = "is data, and update sets carry configuration only"
REASONS: Mapping[str, str] = {
    "sys_user": "users are data, and update sets carry configuration only",
    "sys_user_group": "groups are data, and update sets carry configuration only",
    "sys_user_grmember": "memberships of groups are data, and update sets carry configuration only",
    "sys_user_has_role": "roles given to users are data, and update sets carry configuration only",
    "sys_group_has_role": "roles given to groups are data, and update sets carry configuration only",
    "sys_connection": "connections belong to one instance, and no update set carries them",
    "discovery_credentials": "credentials belong to one instance, and no update set carries them",
}
PRIVATE = "the property is private to its instance (is_private), so that no update set takes it"
KEPT_BACK = "secrets do not travel in files: the next apply writes it"
VEILED = "it looks like a secret, and secrets do not travel in files: the next apply writes it"

# What no XML document can hold, not even escaped.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def why_not(name: str, columns: Mapping[str, str]) -> str:
    """Why a record of the table does not travel; empty when it does."""
    table = find_table(name)
    if table is None:
        return f"whether update sets carry rows of {name} is not known here, so none is promised"
    if not table.tracked:
        known = (REASONS[each] for each in table.lineage if each in REASONS)
        return next(known, f"a row of {name} {DATA}")
    if name == PROPERTIES and columns.get("is_private") == "true":
        return PRIVATE
    scope = columns.get("sys_scope", "") or GLOBAL
    if scope != GLOBAL:
        return f"it belongs to the application {scope}, and a set carries one application: this one is global"
    return ""


def secret_columns(name: str, columns: Mapping[str, str]) -> Iterable[str]:
    """Columns that are secret by their type, or by what a property of that type or name holds (tables.md 5)."""
    table = find_table(name)
    yield from (each for each in columns if table and _is_secret(table, each))
    value = columns.get("value", "")
    if name == PROPERTIES and (
        columns.get("type") in SECRET_TYPES or looks_secret(columns.get("name", ""), value)
    ):
        yield "value"


def readable_columns(name: str) -> list[str]:
    """What to ask of a record so that the whole of it can travel."""
    table = find_table(name)
    return sorted(each for each in table.columns if not _is_secret(table, each)) if table else []


def first_values(name: str) -> dict[str, str]:
    """What a new record holds where nobody says anything, as far as the dictionary tells without an instance."""
    table = find_table(name)
    columns = table.columns.values() if table else ()
    return {
        each.name: each.default
        for each in columns
        if each.default and not each.computed and not each.default.startswith("javascript:")
    }


def unspeakable_in(text: str) -> str:
    """The first character that no XML document can hold, as `U+0007`; empty when there is none."""
    found = _UNSPEAKABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def _is_secret(table: Table, column: str) -> bool:
    known = table.columns.get(column)
    return known is not None and known.type in SECRET_TYPES
