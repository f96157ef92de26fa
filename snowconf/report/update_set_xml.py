"""An update set as the XML that the platform's own exports are. Pure: the same set gives the same bytes.

The form is that of exported retrieved update sets in public repositories; docs/update-sets.md says what of it is known.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape

from snowconf.model.update_set import GLOBAL, GLOBAL_NAME, Update, UpdateSet

_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
AUTHOR = "snowconf"
# Older than anything: of a record that the plan has not seen, every change on the instance is a later one.
NEVER = "1970-01-01 00:00:00"


def render_update_set(update_set: UpdateSet) -> str:
    """The whole file."""
    return "\n".join(
        (f'{HEAD}<unload unload_date="{update_set.as_of or NEVER}">', *_rows(update_set), "</unload>", "")
    )


def render_payload(update: Update) -> str:
    """`<record_update>`: the record as it is to be, one element for each column in order of name."""
    body = "".join(_column(update, name, text) for name, text in update.columns.items())
    action = update.action.value
    table = update.table
    return f'{HEAD}<record_update table="{table}"><{table} action="{action}">{body}</{table}></record_update>'


def _rows(update_set: UpdateSet) -> Iterator[str]:
    yield _row("sys_remote_update_set", dict(_header(update_set)))
    for number, each in enumerate(update_set.updates):
        yield _row("sys_update_xml", dict(_update(update_set, each, number)))


def _row(table: str, columns: Mapping[str, str]) -> str:
    lines = (columns[name] for name in sorted(columns))
    return "\n".join((f'<{table} action="INSERT_OR_UPDATE">', *lines, f"</{table}>"))


def _header(update_set: UpdateSet) -> Iterator[tuple[str, str]]:
    plain = {
        "application_name": GLOBAL_NAME,
        "application_scope": GLOBAL,
        "application_version": "",
        "collisions": "",
        "commit_date": "",
        "deleted": "",
        "description": update_set.description,
        "inserted": "",
        "name": update_set.name,
        "origin_sys_id": "",
        "release_date": "",
        "remote_parent_id": "",
        "remote_sys_id": update_set.origin_id,
        "state": "loaded",
        "summary": "",
        "sys_class_name": "sys_remote_update_set",
        "sys_id": update_set.sys_id,
        "updated": "",
        **(_stamps(update_set.as_of) if update_set.as_of else {}),
    }
    yield from ((name, _element(name, text)) for name, text in plain.items())
    yield "application", _reference("application", GLOBAL, GLOBAL_NAME)
    for name in ("parent", "remote_base_update_set", "update_set", "update_source"):
        yield name, _reference(name, "", "")


def _update(update_set: UpdateSet, update: Update, number: int) -> Iterator[tuple[str, str]]:
    plain = {
        "action": update.action.value,
        "category": "customer",
        "comments": "",
        "name": update.name,
        "replace_on_upgrade": "false",
        "sys_id": update.sys_id,
        # Commits go by it.
        "sys_recorded_at": f"{number:019x}",
        "table": update.table,
        "target_name": update.shown,
        "type": update.label,
        "update_domain": GLOBAL,
        "update_guid": update.guid,
        "view": "",
        **_stamps(update.seen_on or update_set.as_of or NEVER),
    }
    yield from ((name, _element(name, text)) for name, text in plain.items())
    yield "application", _reference("application", GLOBAL, GLOBAL_NAME)
    # Every > in it is escaped, so nothing in it ends the section.
    yield "payload", f"<payload><![CDATA[{render_payload(update)}]]></payload>"
    yield "remote_update_set", _reference("remote_update_set", update_set.sys_id, update_set.name)
    yield "update_set", _reference("update_set", "", "")


def _stamps(moment: str) -> Mapping[str, str]:
    return {
        "sys_created_by": AUTHOR,
        "sys_created_on": moment,
        "sys_mod_count": "0",
        "sys_updated_by": AUTHOR,
        "sys_updated_on": moment,
    }


def _column(update: Update, name: str, text: str) -> str:
    shown = update.references.get(name)
    return _element(name, text) if shown is None else _reference(name, text, shown)


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>" if text else f"<{name}/>"


def _reference(name: str, sys_id: str, shown: str) -> str:
    attribute = _text(shown).replace("\t", "&#9;").replace("\n", "&#10;")
    if not sys_id:
        return f'<{name} display_value="{attribute}"/>'
    return f'<{name} display_value="{attribute}">{_text(sys_id)}</{name}>'


def _text(text: str) -> str:
    """With what a reader of XML would otherwise take for another kind of line's end.

    What no XML can hold stands only in names and in what is deleted: in a value that is written it was refused before.
    """
    return escape(_UNSPEAKABLE.sub("\ufffd", text)).replace("\r", "&#13;")
