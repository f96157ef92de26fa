"""What a plan needs held against what its runner may do: found out before the first write, in the one or two requests of `Instance.whoami`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from snowconf.dictionary import find_table
from snowconf.engine.observe.asking import Managed
from snowconf.engine.plan import dangers
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.plan import Change, Verb
from snowconf.model.runner import Runner

# Stops every write of its holders, whatever their other roles allow (tables.md 3.3).
READ_ONLY = "snc_read_only"
DOING = {Verb.INSERT: "create", Verb.UPDATE: "change", Verb.DELETE: "delete"}

# The roles of which one is enough, and for each table what is to be done there.
Needs = Mapping[tuple[str, ...], Mapping[str, Sequence[str]]]


def check_runner(
    pending: Iterable[Change], managed: Mapping[Address, Managed], runner: Runner
) -> Iterable[Diagnostic]:  # fmt: skip
    """What the runner cannot do although the plan needs it; or that nobody can tell."""
    needs = _needs(pending, managed)
    if runner.is_trusted or not needs:
        return
    if runner.roles is None:
        yield dangers.runner_unchecked(runner.user_name)
    elif READ_ONLY in runner.roles:
        yield dangers.runner_read_only(runner.user_name)
    else:
        for writers, tables in needs.items():
            if runner.roles.isdisjoint(writers):
                yield dangers.runner_lacks(runner, writers, tables)


def needs_elevation(table: str) -> bool:
    """May only an elevated security_admin write it (tables.md 4.4)?"""
    known = find_table(table)
    return bool(known and known.needs_elevation)


def _needs(pending: Iterable[Change], managed: Mapping[Address, Managed]) -> Needs:
    """By roles that would do; kinds of which nobody knows who may write them are left out."""
    found: dict[tuple[str, ...], dict[str, set[Verb]]] = defaultdict(lambda: defaultdict(set))
    for change in pending:
        writers = managed[change.address].kind.writers
        for write in change.writes if writers else ():
            found[writers][write.table].add(write.verb)
    return {
        writers: {
            table: [DOING[each] for each in Verb if each in verbs] for table, verbs in sorted(tables.items())
        }
        for writers, tables in found.items()
    }
