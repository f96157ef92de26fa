"""What the users of a stack are promised: `access` and `no_access` of their blocks, one by one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from snowconf.model.address import Address
from snowconf.model.state import Desired, Resource
from snowconf.model.verification import Promise


def promises_of(desired: Desired, targets: frozenset[Address]) -> Mapping[Address, tuple[Promise, ...]]:
    """By user, in the order of the files; users without promises are left out. No targets means every user."""
    wanted = [
        each for each in desired.resources if not each.absent and (not targets or each.address in targets)
    ]
    promised = {each.address: tuple(_promises(each)) for each in wanted}
    return {user: promises for user, promises in promised.items() if promises}


def by_table(promises: Iterable[Promise]) -> Mapping[str, tuple[Promise, ...]]:
    """The same, table by table: what is asked of one table is asked at once."""
    found: dict[str, list[Promise]] = defaultdict(list)
    for each in promises:
        found[each.table].append(each)
    return {table: tuple(listed) for table, listed in found.items()}


def _promises(user: Resource) -> Iterator[Promise]:
    for allowed, promised in ((True, user.access), (False, user.no_access)):
        for operation, reaches in promised.items():
            for reach in dict.fromkeys(reaches):
                table, _, column = reach.partition(".")
                yield Promise(
                    user=user.address,
                    operation=operation,
                    table=table,
                    column=column,
                    allowed=allowed,
                    origin=user.promised_at.get((operation, reach), user.origin),
                )
