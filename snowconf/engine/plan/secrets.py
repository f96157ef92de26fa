"""Which declared secrets are to be written: decided by what is remembered, never by reading (tables.md 12.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from snowconf.engine.context import Context
from snowconf.engine.observe import problems
from snowconf.engine.observe.asking import Managed
from snowconf.kinds.attributes import Secret
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.plan import AttributeChange
from snowconf.model.standing import Standing
from snowconf.model.value import SecretSource


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPlan:
    """The secrets of one resource that are to be written, and what there is to say about the others."""

    changes: tuple[AttributeChange, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Declared:
    """One secret as a block writes it."""

    attribute: Secret
    source: SecretSource
    origin: Origin


def plan_secrets(managed: Managed, sys_id: str, context: Context, *, exists: bool) -> SecretPlan:
    """What to do with each declared secret of a record that exists, or that is about to be created."""
    plans = [_judge(managed, each, sys_id, context, exists=exists) for each in _declared(managed)]
    return SecretPlan(
        changes=tuple(change for each in plans for change in each.changes),
        diagnostics=tuple(problem for each in plans for problem in each.diagnostics),
        unchanged=sum(each.unchanged for each in plans),
    )


def _declared(managed: Managed) -> Iterable[_Declared]:
    for attribute in managed.kind.of_type(Secret):
        located = managed.resource.attributes.get(attribute.name)
        if located is not None and isinstance(located.value, SecretSource):
            yield _Declared(attribute, located.value, located.origin)


def _judge(managed: Managed, secret: _Declared, sys_id: str, context: Context, *, exists: bool) -> SecretPlan:
    name, source = secret.attribute.name, secret.source
    standing = context.secrets.standing(managed.address, secret.attribute.column, source, sys_id)
    asked_for = not exists or managed.address in context.rewrite_secrets
    missing: tuple[Diagnostic, ...] = ()
    if standing is Standing.UNAVAILABLE:
        missing = (problems.secret_unavailable(managed, name, str(source), secret.origin, needed=asked_for),)
    if asked_for:
        note = "written again as asked" if exists else "set on creation"
        return SecretPlan(changes=(_change(secret, note),), diagnostics=missing)
    if standing is Standing.ABSENT:
        missing = (problems.generated_lost(managed, name, source.place, secret.origin),)
    if missing or name in managed.resource.ignore:
        return SecretPlan(diagnostics=missing, unchanged=1)
    return _judge_existing(managed, secret, standing)


def _judge_existing(managed: Managed, secret: _Declared, standing: Standing) -> SecretPlan:
    match standing:
        case Standing.SAME | Standing.UNAVAILABLE | Standing.ABSENT:
            return SecretPlan(unchanged=1)
        case Standing.DIFFERS:
            return SecretPlan(changes=(_change(secret, "not the one last written"),))
        case Standing.PENDING:
            return SecretPlan(changes=(_change(secret, "an earlier run did not finish writing it"),))
        case Standing.UNKNOWN:
            return SecretPlan(
                diagnostics=(problems.secret_unknown(managed, secret.attribute.name, secret.origin),)
            )
        case _:
            assert_never(standing)


def _change(secret: _Declared, note: str) -> AttributeChange:
    return AttributeChange(
        attribute=secret.attribute.name,
        before=None,
        after=secret.source,
        origin=secret.origin,
        sensitive=True,
        note=note,
    )
