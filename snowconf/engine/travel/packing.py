"""From a plan to an update set: every write of a tracked table as a whole record, the rest listed with why it stays.

Records that exist are read whole, because the platform's own updates are; nothing is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from snowconf.dictionary import find_table
from snowconf.engine.port import Instance, Row
from snowconf.engine.travel.travelling import (
    KEPT_BACK,
    OWN_COLUMNS,
    VEILED,
    first_values,
    readable_columns,
    secret_columns,
    unspeakable_in,
    why_not,
)
from snowconf.kinds import KINDS
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.plan import Change, Plan, Verb, Write
from snowconf.model.query import Condition, Query
from snowconf.model.update_set import GLOBAL, LeftBehind, Update, UpdateAction, UpdateSet
from snowconf.model.value import RecordRef


@dataclass(slots=True, kw_only=True)
class _Parcel:
    """All that one change does to one record."""

    change: Change
    table: str
    record: str
    verb: Verb
    member_of: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    masked: set[str] = field(default_factory=set)

    def add(self, write: Write) -> None:
        """One write more: what is created or deleted stays so, whatever else is done to it."""
        self.verb = write.verb if write.verb is Verb.DELETE else self.verb
        self.columns |= write.columns
        self.secrets |= write.secrets.keys()
        self.masked |= write.masked & write.columns.keys()


def pack(plan: Plan, instance: Instance, name: str = "") -> UpdateSet:
    """The plan's changes as an update set; with an error among its diagnostics it must not be written.

    Raises:
        InstanceError: the instance did not answer.
    """
    parcels = _parcels(plan)
    packer = _Packer(plan=plan, held=_held(parcels, instance), names=dict(_names(plan)))
    for parcel in parcels:
        packer.pack(parcel)
    return packer.ended(name or f"snowconf {plan.stack}")


def _parcels(plan: Plan) -> Sequence[_Parcel]:
    found: dict[tuple[str, str], _Parcel] = {}
    for change in plan.pending:
        for write in change.writes:
            parcel = found.setdefault(
                (write.table, write.sys_id),
                _Parcel(
                    change=change,
                    table=write.table,
                    record=write.sys_id,
                    verb=write.verb,
                    member_of=write.member_of,
                ),
            )
            parcel.add(write)
    return list(found.values())


def _held(parcels: Iterable[_Parcel], instance: Instance) -> Mapping[str, Row]:
    """The records that exist, whole, as far as they may travel; one list a table."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for parcel in parcels:
        if parcel.verb is not Verb.INSERT and not why_not(parcel.table, {}):
            wanted[parcel.table].append(parcel.record)
    return {
        row["sys_id"]: row
        for table, ids in sorted(wanted.items())
        for row in instance.list_rows(
            table, Query(((Condition("sys_id", "IN", tuple(sorted(ids))),),)), readable_columns(table)
        ).rows
    }


def _names(plan: Plan) -> Iterator[tuple[str, str]]:
    """What records are called that the plan knows."""
    for change in plan.changes:
        for each in change.attributes:
            values = (each.before, each.after)
            yield from ((ref.sys_id, ref.name) for ref in values if isinstance(ref, RecordRef))
        for moved in change.members:
            yield from ((ref.sys_id, ref.name) for ref in (*moved.add, *moved.remove, *moved.kept))
        yield change.sys_id, _shown(change)


def _shown(change: Change) -> str:
    """Its name; of a record without a natural key what its block calls its name, or its label."""
    named = (str(each.after) for each in change.attributes if each.attribute == "name" and each.after)
    return change.name or next(named, change.address.label)


@dataclass(slots=True, kw_only=True)
class _Packer:
    """One set in the making. `held` are the records as they are, by sys_id; `names` what records are called."""

    plan: Plan
    held: Mapping[str, Row]
    names: Mapping[str, str]
    updates: list[Update] = field(default_factory=list)
    left: list[LeftBehind] = field(default_factory=list)
    missing: dict[str, Address] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def pack(self, parcel: _Parcel) -> None:
        """Into the set, or onto the list of what stays behind."""
        held = self.held.get(parcel.record, {})
        reason = why_not(parcel.table, {**held, **parcel.columns})
        if reason:
            self._leave(parcel, reason)
            return
        columns = {**self._ground(parcel, held), **parcel.columns, "sys_id": parcel.record}
        kept = self._without_secrets(parcel, columns)
        if parcel.verb is Verb.UPDATE and not parcel.columns.keys() & kept.keys():
            return
        self._check_text(parcel, kept)
        self.updates.append(self._update(parcel, held, kept))

    def _leave(self, parcel: _Parcel, reason: str) -> None:
        self.left.append(self._behind(parcel, reason))
        if parcel.verb is Verb.INSERT:
            self.missing[parcel.record] = parcel.change.address

    def ended(self, name: str) -> UpdateSet:
        """The set of all that was packed."""
        guids = "".join(each.guid for each in self.updates)
        return UpdateSet(
            name=name,
            description=self._description(),
            sys_id=_digest(self.plan, "sys_remote_update_set", f"{name}\0{guids}"),
            origin_id=_digest(self.plan, "sys_update_set", f"{name}\0{guids}"),
            as_of=max((each.updated_on for each in self.plan.changes if each.updated_on), default=""),
            updates=tuple(self.updates),
            left_behind=tuple(self.left),
            awaited=self._awaited(),
            diagnostics=tuple(self.problems),
        )

    def _ground(self, parcel: _Parcel, held: Row) -> Mapping[str, str]:
        """What the record holds besides what is written: as it is, or as a new one is."""
        if parcel.verb is not Verb.INSERT:
            return held
        table = find_table(parcel.table)
        own = {
            "sys_class_name": parcel.table,
            "sys_name": self._target(parcel),
            "sys_package": GLOBAL,
            "sys_scope": GLOBAL,
            "sys_update_name": f"{parcel.table}_{parcel.record}",
        }
        known = table.columns if table else {}
        return {
            **first_values(parcel.table),
            **{column: own[column] for column in OWN_COLUMNS if column in known},
        }

    def _without_secrets(self, parcel: _Parcel, columns: Mapping[str, str]) -> dict[str, str]:
        """What may be told; secrets that the plan would write are listed."""
        by_nature = set(secret_columns(parcel.table, columns))
        veiled = parcel.masked | (by_nature & parcel.columns.keys()) - parcel.secrets
        for names, reason in ((parcel.secrets, KEPT_BACK), (veiled, VEILED)):
            if names and parcel.verb is not Verb.DELETE:
                self.left.append(self._behind(parcel, reason, tuple(sorted(names))))
        hidden = by_nature | parcel.secrets | parcel.masked
        return {column: text for column, text in columns.items() if column not in hidden}

    def _update(self, parcel: _Parcel, held: Row, columns: Mapping[str, str]) -> Update:
        own_class = held.get("sys_class_name", "") or parcel.table
        table = find_table(own_class)
        name = columns.get("sys_update_name", "") or f"{own_class}_{parcel.record}"
        action = UpdateAction.DELETE if parcel.verb is Verb.DELETE else UpdateAction.INSERT_OR_UPDATE
        content = "\0".join(f"{column}={text}" for column, text in sorted(columns.items()))
        return Update(
            address=parcel.change.address,
            action=action,
            name=name,
            sys_id=_digest(self.plan, "sys_update_xml", f"{name}\0{action.value}\0{content}"),
            guid=_digest(self.plan, "update_guid", f"{name}\0{action.value}\0{content}"),
            table=own_class,
            record=parcel.record,
            label=table.label if table else own_class,
            shown=columns.get(table.display if table else "", "") or self._linked(columns),
            columns={column: columns[column] for column in sorted(columns)},
            references=dict(self._references(own_class, columns)),
            creates=parcel.verb is Verb.INSERT,
            seen_on=held.get("sys_updated_on", ""),
        )

    def _linked(self, columns: Mapping[str, str]) -> str:
        """What a row without a name joins, as in `sys_dictionary.*, finout_reader`."""
        return ", ".join(
            self.names[text] for text in columns.values() if text in self.names and text != columns["sys_id"]
        )

    def _references(self, name: str, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        table = find_table(name)
        for column, text in columns.items():
            known = table.columns.get(column) if table else None
            if known and known.type == "reference":
                yield column, self.names.get(text, "Global" if text == GLOBAL else "")

    def _check_text(self, parcel: _Parcel, columns: Mapping[str, str]) -> None:
        for column, text in columns.items():
            character = unspeakable_in(text)
            if character and parcel.verb is not Verb.DELETE:
                self.problems.append(_unspeakable(parcel, column, character))

    def _behind(self, parcel: _Parcel, reason: str, columns: tuple[str, ...] = ()) -> LeftBehind:
        return LeftBehind(
            address=parcel.change.address,
            table=parcel.table,
            record=parcel.record,
            shown=parcel.member_of or self._target(parcel),
            reason=reason,
            columns=columns,
        )

    def _target(self, parcel: _Parcel) -> str:
        return _shown(parcel.change) if parcel.record == parcel.change.sys_id else ""

    def _awaited(self) -> tuple[Address, ...]:
        """Records that this plan would create, that do not travel, and that something refers to that does."""
        texts = {text for each in self.updates for text in each.columns.values()}
        return tuple(sorted({address for record, address in self.missing.items() if record in texts}))

    def _description(self) -> str:
        return f"Written by snowconf from the stack {self.plan.stack} for {self.plan.url}"


def _unspeakable(parcel: _Parcel, column: str, character: str) -> Diagnostic:
    return Diagnostic(
        code="SNC602",
        summary="No XML document can hold this character",
        detail=f"{parcel.table}.{column} holds {character}, a character that no XML document can hold, so the record "
        "cannot travel in an update set and no file was written. Take the character out, or leave this resource to "
        "apply.",
        origin=_origin(parcel.change, column),
        address=parcel.change.address,
    )


def _origin(change: Change, column: str) -> Origin:
    """The line that asks for the column; that of the block, when what is held is at fault."""
    of_kind = {each.name: each.column for each in KINDS[change.address.kind].attributes}
    asked = (
        each.origin for each in change.attributes if of_kind.get(each.attribute, each.attribute) == column
    )
    return next(filter(None, asked), change.origin)


def _digest(plan: Plan, table: str, text: str) -> str:
    return sha256(f"{plan.url}\0{plan.stack}\0{table}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[
        :32
    ]
