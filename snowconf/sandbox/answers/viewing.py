"""Views: which columns `sysparm_view` asks for, as the forms of the platform's own pages have them (docs/platform.md)."""

import re
from collections import defaultdict
from collections.abc import Mapping

from snowconf.dictionary import get_table
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store

_NUMBER = re.compile(r"-?[0-9]{1,9}")
TABLES = ("sys_ui_view", "sys_ui_section", "sys_ui_element", "sys_ui_form_section")


def find_names(store: Store, table: str, view: str) -> str:
    """The columns of the table's form in the view, as `sysparm_fields` would have them.

    A table without one has that of the table it extends. Empty, which is all columns, where the view has no form.
    """
    forms = recall(store, TABLES, _read) if view else {}
    return next((forms[view, each] for each in get_table(table).lineage if (view, each) in forms), "")


def _read(store: Store) -> Mapping[tuple[str, str], str]:
    """By name of the view and of the table. What somebody made for himself alone is not looked at."""
    names = {row["sys_id"]: row["name"] for row in store.find("sys_ui_view")}
    elements = defaultdict(list)
    for row in sorted(store.find("sys_ui_element"), key=_position):
        elements[row["sys_ui_section"]].append(row["element"])
    places = {row["sys_ui_section"]: _position(row) for row in store.find("sys_ui_form_section")}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sorted(store.find("sys_ui_section"), key=lambda each: places.get(each["sys_id"], 0)):
        if names.get(row["view"]) and not row["sys_user"]:
            found[names[row["view"]], row["name"]] += elements[row["sys_id"]]
    return {key: ",".join(columns) for key, columns in found.items()}


def _position(row: Row) -> int:
    return int(row["position"]) if _NUMBER.fullmatch(row["position"]) else 0
