"""Whether an account may write what a stack has blocks for, before there is a plan: by roles as the platform ships."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from snowconf.engine.plan.authorizing import READ_ONLY, needs_elevation
from snowconf.kinds import kind_of
from snowconf.kinds.attributes import Members
from snowconf.kinds.kind import Kind
from snowconf.model.checkup import Check, State
from snowconf.model.runner import Runner
from snowconf.model.state import Desired

ROLES = "roles"
ELEVATION = "elevation"


def check_roles(desired: Desired, runner: Runner) -> Check:
    """Which roles the account lacks for the kinds of this stack; one of those named for a kind is enough."""
    if runner.is_trusted:
        return _check(State.GOOD, "The embedded sandbox takes whoever opens its file for admin.")
    if runner.roles is None:
        said = (
            "The instance does not show this account its own roles, so nobody can tell what it may write. Have it read "
            "sys_user_has_role, or see what an apply on a test instance is refused."
        )
        return _check(State.WARNED, said)
    if READ_ONLY in runner.roles:
        said = f"The account holds {READ_ONLY}, which stops every write whatever its other roles allow. Take it away."
        return _check(State.BAD, said)
    lacking = [
        f"{', '.join(sorted(kinds))} ({' or '.join(writers)})"
        for writers, kinds in _needs(desired).items()
        if runner.roles.isdisjoint(writers)
    ]
    if lacking:
        said = f"The account lacks what writing these takes, as the platform ships: {'; '.join(lacking)}. Grant one role of each."
        return _check(State.BAD, said)
    return _check(State.GOOD, f"It holds what the kinds of this stack take ({_held(desired, runner)}).")


def check_elevation(desired: Desired, *, elevation: bool) -> Check:
    """Whether blocks of the stack are what REST may not write at all (tables.md 4.4)."""
    elevated = sorted({str(each.address) for each in desired.resources if _is_elevated(kind_of(each))})
    if not elevated:
        return Check(name=ELEVATION, state=State.GOOD, said="Nothing in this stack needs elevated rights.")
    number = f"{len(elevated)} block{'s' if len(elevated) > 1 else ''} ({elevated[0]}{' and others' if elevated[1:] else ''})"
    if not elevation:
        said = (
            f"{number} would need elevation, and the [instance] block says that this instance asks for none."
        )
        return Check(name=ELEVATION, state=State.GOOD, said=said)
    said = (
        f"{number} may only be written by an elevated security_admin, which no REST session is. For what is not there as "
        "written yet: snowconf apply --without-elevated, and snowconf export --update-set FILE for the rest."
    )
    return Check(name=ELEVATION, state=State.WARNED, said=said)


def _needs(desired: Desired) -> Mapping[tuple[str, ...], set[str]]:
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for resource in desired.resources:
        kind = kind_of(resource)
        if kind.writers:
            found[kind.writers].add(resource.address.kind)
    return found


def _held(desired: Desired, runner: Runner) -> str:
    named = {role for writers in _needs(desired) for role in writers}
    return ", ".join(sorted(named.intersection(runner.roles or ()))) or "nothing is needed"


def _is_elevated(kind: Kind) -> bool:
    return any(map(needs_elevation, _tables(kind)))


def _tables(kind: Kind) -> Iterable[str]:
    return (kind.table, *(each.link for each in kind.of_type(Members)))


def _check(state: State, said: str) -> Check:
    return Check(name=ROLES, state=state, said=said)
