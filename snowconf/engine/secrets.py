"""Which declared secrets are to be written: decided by what is remembered, never by reading (tables.md 12.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from snowconf.engine import problems
from snowconf.engine.asking import Managed
from snowconf.engine.context import Context
from snowconf.engine.port import Standing
from snowconf.kinds.attributes import Secret
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.plan import AttributeChange
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
    verdicts = [_judge(managed, each, sys_id, context, exists=exists) for each in _declared(managed)]
    return SecretPlan(
        changes=tuple(each for each in verdicts if isinstance(each, AttributeChange))
        + tuple(each[0] for each in verdicts if isinstance(each, tuple)),
        diagnostics=tuple(each for each in verdicts if isinstance(each, Diagnostic))
        + tuple(each[1] for each in verdicts if isinstance(each, tuple)),
        unchanged=sum(each is None for each in verdicts),
    )


def _declared(managed: Managed) -> Iterable[_Declared]:
    for attribute in managed.kind.of_type(Secret):
        located = managed.resource.attributes.get(attribute.name)
        if located is not None and isinstance(located.value, SecretSource):
            yield _Declared(attribute, located.value, located.origin)


_Verdict = AttributeChange | Diagnostic | tuple[AttributeChange, Diagnostic] | None


def _judge(managed: Managed, secret: _Declared, sys_id: str, context: Context, *, exists: bool) -> _Verdict:
    name, source, origin = secret.attribute.name, secret.source, secret.origin
    standing = context.secrets.standing(managed.address, name, source, sys_id)
    if standing is Standing.UNAVAILABLE:
        missing = problems.secret_unavailable(managed, name, str(source), origin, needed=not exists)
        return missing if exists else (_change(secret, "set on creation"), missing)
    if not exists:
        return _change(secret, "set on creation")
    if managed.address in context.rewrite_secrets:
        return _change(secret, "written again as asked")
    if name in managed.resource.ignore:
        return None
    return _judge_existing(managed, secret, standing)


def _judge_existing(managed: Managed, secret: _Declared, standing: Standing) -> _Verdict:
    match standing:
        case Standing.SAME:
            return None
        case Standing.DIFFERS:
            return _change(secret, "not the one last written")
        case Standing.PENDING:
            return _change(secret, "an earlier run did not finish writing it")
        case Standing.UNKNOWN | Standing.UNAVAILABLE:
            return problems.secret_unknown(managed, secret.attribute.name, secret.origin)
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
