"""Taking one change back, by what the instance holds today: what was made goes, what was changed is put back. Pure.

What somebody has changed since is a conflict and left alone; what nobody kept is a loss. Both are said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from snowconf.engine.observe.imaging import columns_of_deletion, image_of
from snowconf.engine.port import Row
from snowconf.kinds import KINDS, kind_of
from snowconf.kinds.kind import Kind
from snowconf.model.outcome import ColumnVerdict, Verdict
from snowconf.model.plan import AttributeChange, Change, MembersChange, Verb, Write
from snowconf.model.receipt import Step
from snowconf.model.state import Resource
from snowconf.model.value import RecordRef, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What is there today: rows by table and sys_id, and the tables of which rows may be hidden."""

    rows: Mapping[tuple[str, str], Row]
    dim: frozenset[str] = frozenset()

    def row(self, table: str, sys_id: str) -> Row | None:
        """The row, if it was seen."""
        return self.rows.get((table, sys_id))


@dataclass(slots=True, kw_only=True)
class Reversal:
    """One change being taken back. After `work` the lists say how."""

    step: Step
    sight: Sight
    writes: list[Write] = field(default_factory=list)
    attributes: list[AttributeChange] = field(default_factory=list)
    rows: list[tuple[str, RecordRef, bool]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Last write first; of a record that was made, nothing is put back: it goes."""
        made = {each.sys_id for each in self.step.possible if each.verb is Verb.INSERT}
        for write in reversed(self.step.possible):
            if write.verb is Verb.UPDATE and write.sys_id in made:
                continue
            table, sys_id = write.table, self.step.id_of(write.sys_id)
            row = self.sight.row(table, sys_id)
            if row is None and table in self.sight.dim:
                self.conflicts.append(f"{table} {sys_id} was not shown, so whether it is there is not known")
                continue
            match write.verb:
                case Verb.INSERT:
                    self._take_away(write, sys_id, row)
                case Verb.UPDATE:
                    self._put_back(write, sys_id, row)
                case Verb.DELETE:
                    self._make_again(write, sys_id, row)

    @property
    def members(self) -> tuple[MembersChange, ...]:
        """The link rows by attribute, as reports draw them."""
        names = dict.fromkeys(name for name, _, _ in self.rows)
        return tuple(
            MembersChange(
                attribute=name,
                add=tuple(ref for each, ref, adds in self.rows if each == name and adds),
                remove=tuple(ref for each, ref, adds in self.rows if each == name and not adds),
                kept=(),
                origin=None,
            )
            for name in names
        )

    def _take_away(self, write: Write, sys_id: str, row: Row | None) -> None:
        """What was made is deleted, if it is still there."""
        if row is None:
            return
        if write.member_of:
            before = {column: row[column] for column in write.columns if column in row}
            self._member(write, adds=False)
            self.writes.append(_delete(write, sys_id, before))
            return
        columns = columns_to_see(self.step, write)
        image = image_of(kind_for(self.step.change), _bare(self.step.change), row, columns)
        self._note_edits(write, row)
        self.writes.append(
            Write(
                verb=Verb.DELETE, table=write.table, sys_id=sys_id, before=image.columns, masked=image.masked
            )
        )

    def _note_edits(self, write: Write, row: Row) -> None:
        """Whoever worked on it since loses that with it."""
        written = self._written(write)
        edited = [column for column, text in written.items() if _differ(row.get(column, text), text)]
        if edited:
            self.losses.append(
                f"{', '.join(sorted(edited))} was changed since by {row.get('sys_updated_by', 'somebody')}, and goes with it"
            )

    def _put_back(self, write: Write, sys_id: str, row: Row | None) -> None:
        self.losses += [f"{column} was set, and nobody knows what it was before" for column in write.secrets]
        self.losses += [
            f"what {column} held is not kept, because it is secret" for column in sorted(write.masked)
        ]
        if row is None:
            if write.columns:
                self.conflicts.append("the record has gone since")
            return
        columns = {
            column: write.before.get(column, "")
            for column, text in self._written(write).items()
            if self._may_go_back(write, column, text, row)
        }
        if columns:
            self.attributes += [
                self._attribute(column, row[column], text) for column, text in columns.items()
            ]
            held = {column: row[column] for column in columns}
            self.writes.append(
                Write(verb=Verb.UPDATE, table=write.table, sys_id=sys_id, columns=columns, before=held)
            )

    def _may_go_back(self, write: Write, column: str, written: str, row: Row) -> bool:
        """Only from what was written to what was there; a column already as it was needs nothing."""
        if column not in write.before:
            self.losses.append(f"what {column} held before is not known")
            return False
        if column not in row:
            self.conflicts.append(f"{column} cannot be read")
            return False
        if not _differ(row[column], write.before[column]):
            return False
        if _differ(row[column], written):
            self.conflicts.append(f"{column} was changed since by {row.get('sys_updated_by', 'somebody')}")
            return False
        return True

    def _make_again(self, write: Write, sys_id: str, row: Row | None) -> None:
        """What was deleted comes back with what is known of it, under the same sys_id."""
        if row is not None:
            return
        if write.member_of:
            self._member(write, adds=True)
        else:
            self.losses += [
                f"what {column} held is not kept, because it is secret" for column in sorted(write.masked)
            ]
            self.losses += self._gone_with_it()
            self.attributes += [
                self._attribute(column, None, text) for column, text in write.before.items() if text
            ]
        self.writes.append(
            Write(
                verb=Verb.INSERT,
                table=write.table,
                sys_id=sys_id,
                columns=write.before,
                member_of=write.member_of,
            )
        )

    def _gone_with_it(self) -> list[str]:
        secrets = sorted(self.step.entry.secrets) if self.step.entry else []
        told = [
            f"its {column} is not known, and is set by the next apply of a block that says it"
            for column in secrets
        ]
        return [
            *told,
            "what belonged to it (tokens, sessions, rows that others referred to it by) does not come back",
        ]

    def _member(self, write: Write, *, adds: bool) -> None:
        moved = next((each for each in self.step.change.members if each.attribute == write.member_of), None)
        named = {ref.sys_id: ref for ref in (*moved.add, *moved.remove)} if moved else {}
        ids = {*write.columns.values(), *write.before.values()}
        ref = next((named[each] for each in sorted(ids) if each in named), RecordRef(write.sys_id))
        self.rows.append((write.member_of, ref, adds))

    def _written(self, write: Write) -> dict[str, str]:
        """What the columns held after the write, by the instance's own answer where there was one."""
        held = {each.column: each.held for each in self.step.verdicts if _tells(each, write.table)}
        return {column: self.step.id_of(held.get(column, text)) for column, text in write.columns.items()}

    def _attribute(self, column: str, held: str | None, after: str) -> AttributeChange:
        kind = kind_for(self.step.change)
        known = next((each for each in kind.readable if each.column == column), None)

        def decode(text: str) -> Value:
            return known.decode(text) if known else text

        return AttributeChange(
            attribute=known.name if known else column,
            before=None if held is None else decode(held),
            after=decode(after),
            origin=None,
        )


def columns_to_see(step: Step, write: Write) -> frozenset[str]:
    """What must be known of a record that was made before it is deleted again; nothing that is a secret in it."""
    secrets = {column for each in step.change.writes for column in each.secrets}
    return columns_of_deletion(kind_for(step.change), write.columns, secrets)


def kind_for(change: Change) -> Kind:
    """The kind of the record that was changed, whatever its block says now."""
    return kind_of(_bare(change))


def _bare(change: Change) -> Resource:
    table = "" if KINDS[change.address.kind].table else change.table
    return Resource(address=change.address, origin=change.origin, attributes={}, table=table)


def _delete(write: Write, sys_id: str, before: Mapping[str, str]) -> Write:
    return Write(verb=Verb.DELETE, table=write.table, sys_id=sys_id, before=before, member_of=write.member_of)


def _tells(verdict: ColumnVerdict, table: str) -> bool:
    return verdict.table == table and not verdict.sensitive and verdict.verdict is not Verdict.UNREADABLE


def _differ(one: str, other: str) -> bool:
    """Line ends do not count: forms send CRLF, files hold LF."""
    return one.replace("\r\n", "\n") != other.replace("\r\n", "\n")
