"""Keeping what was worked out from a store's rows until one of the tables it was read from changes."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

from snowconf.sandbox.storage.store import Store

Found = TypeVar("Found")
Tables: TypeAlias = tuple[str, ...]


def recall(store: Store, tables: Tables, work_out: Callable[[Store], Found]) -> Found:
    """What `work_out` makes of the store: done again only after a write to one of `tables`, by any process.

    `work_out` is its own key, so it must be a function of a module and nothing made on the spot.
    """
    stamp = store.stamp(*tables)
    known = store.memory.get(work_out)
    if known is not None and known[0] == stamp:
        return cast("Found", known[1])
    found = work_out(store)
    store.memory[work_out] = (stamp, found)
    return found


def hold(store: Store, make: Callable[[Store], Found]) -> Found:
    """What `make` makes of the store once, kept for as long as the store is open: it depends on no rows."""
    known = store.memory.get(make)
    if known is None:
        known = store.memory[make] = ((), make(store))
    return cast("Found", known[1])
