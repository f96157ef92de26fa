"""From a change to the requests that make it: what is sent, in which order. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snowconf.engine.identifying import Identities
from snowconf.engine.observe.asking import Managed
from snowconf.engine.observe.imaging import NOTHING, Image
from snowconf.engine.plan.diffing import Difference, rows_to_remove
from snowconf.kinds.attributes import Members, Secret
from snowconf.model.plan import AttributeChange, MembersChange, Verb, Write
from snowconf.model.state import Record
from snowconf.model.value import SecretSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one resource needs done, with what the instance holds of it."""

    managed: Managed
    sys_id: str
    record: Record | None
    difference: Difference
    secrets: tuple[AttributeChange, ...]
    # What it holds besides, read so that the change can be taken back.
    image: Image = NOTHING


def writes_for(wanted: Wanted, identities: Identities) -> tuple[Write, ...]:
    """The record first, then secrets that must go alone, then members: those to add before those to remove.

    Adding first keeps an identity able to work while its roles are exchanged.
    """
    adding = [write for each in wanted.difference.members for write in _additions(wanted, each, identities)]
    removing = [write for each in wanted.difference.members for write in _removals(wanted, each)]
    return (*_record_write(wanted), *_secrets_alone(wanted), *adding, *removing)


def deletion(managed: Managed, sys_id: str, image: Image) -> tuple[Write, ...]:
    """Removing the record, of which so much was known."""
    return (
        Write(
            verb=Verb.DELETE,
            table=managed.kind.table,
            sys_id=sys_id,
            before=image.columns,
            masked=image.masked,
        ),
    )


def _record_write(wanted: Wanted) -> Iterable[Write]:
    """One insert, or one update if any column changed. Secrets that need no request of their own travel along."""
    secrets = {column: source for column, source, alone in _secret_columns(wanted) if not alone}
    columns, before = _columns(wanted)
    masked = _masked_columns(wanted)
    if wanted.record is None:
        constants = {
            name: value for name, value in wanted.managed.kind.constants.items() if name not in columns
        }
        yield Write(
            verb=Verb.INSERT,
            table=wanted.managed.kind.table,
            sys_id=wanted.sys_id,
            columns={**constants, **columns},
            secrets=secrets,
            masked=masked,
        )
    elif columns or secrets:
        yield Write(
            verb=Verb.UPDATE,
            table=wanted.managed.kind.table,
            sys_id=wanted.sys_id,
            columns=columns,
            secrets=secrets,
            before={
                **{name: held for name, held in wanted.image.columns.items() if name in columns},
                **before,
            },
            masked=masked,
        )


def _secrets_alone(wanted: Wanted) -> Iterable[Write]:
    for column, source, alone in _secret_columns(wanted):
        if alone:
            yield Write(
                verb=Verb.UPDATE,
                table=wanted.managed.kind.table,
                sys_id=wanted.sys_id,
                secrets={column: source},
                display_input=True,
            )


def _columns(wanted: Wanted) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The changed columns, with those that must travel with them unless the block writes them itself."""
    kind = wanted.managed.kind
    columns: dict[str, str] = {}
    implied: dict[str, str] = {}
    before: dict[str, str] = {}
    for change in wanted.difference.attributes:
        attribute = kind.attribute(change.attribute)
        assert change.after is not None, change
        columns[attribute.column] = attribute.encode(change.after)
        if change.before is not None:
            before[attribute.column] = attribute.encode(change.before)
        if attribute.implies:
            implied.update(attribute.implies(columns[attribute.column]))
    said = {kind.attribute(name).column for name in wanted.managed.resource.attributes}
    return {**{name: value for name, value in implied.items() if name not in said}, **columns}, before


def _masked_columns(wanted: Wanted) -> frozenset[str]:
    attributes = (each.attribute for each in wanted.difference.attributes if each.sensitive)
    return frozenset(wanted.managed.kind.attribute(name).column for name in attributes)


def _secret_columns(wanted: Wanted) -> Iterable[tuple[str, SecretSource, bool]]:
    for change in wanted.secrets:
        attribute = wanted.managed.kind.attribute(change.attribute)
        assert isinstance(attribute, Secret), attribute
        assert isinstance(change.after, SecretSource), change
        yield attribute.column, change.after, attribute.alone


def _additions(wanted: Wanted, change: MembersChange, identities: Identities) -> Iterable[Write]:
    attribute = wanted.managed.kind.attribute(change.attribute)
    assert isinstance(attribute, Members), attribute
    for ref in change.add:
        yield Write(
            verb=Verb.INSERT,
            table=attribute.link,
            sys_id=identities.of_link(attribute.link, wanted.sys_id, ref.sys_id),
            columns={attribute.owner: wanted.sys_id, attribute.member: ref.sys_id},
            member_of=change.attribute,
        )


def _removals(wanted: Wanted, change: MembersChange) -> Iterable[Write]:
    attribute = wanted.managed.kind.attribute(change.attribute)
    assert isinstance(attribute, Members), attribute
    held = wanted.record.members.get(change.attribute, ()) if wanted.record else ()
    for row in rows_to_remove(change, held):
        yield Write(
            verb=Verb.DELETE,
            table=attribute.link,
            sys_id=row.sys_id,
            before={attribute.owner: wanted.sys_id, attribute.member: row.ref.sys_id},
            member_of=change.attribute,
        )
