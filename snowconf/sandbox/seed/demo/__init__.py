"""Demo data as on a fresh developer instance: who works there, what they work with, and what went wrong.

Put together from the words in `data/`, always the same. `data/demo.toml` has the rows that clients know by name.
"""

from collections.abc import Iterator

from snowconf.sandbox.seed.demo.equipment import equip
from snowconf.sandbox.seed.demo.logs import write_logs
from snowconf.sandbox.seed.demo.people import complete, populate
from snowconf.sandbox.seed.demo.tasks import assign
from snowconf.sandbox.seed.demo.words import read_words
from snowconf.sandbox.seed.entry import Entry
from snowconf.sandbox.seed.reading import read_rows

__all__ = ["demonstrate"]


def demonstrate() -> Iterator[Entry]:
    """All rows of the demo data, in no particular order; `@table/name` stands for the sys_id of another."""
    words = read_words()
    known = [complete(entry) for entry in read_rows("demo")]
    people = list(populate(words))
    yield from known
    yield from people
    yield from equip(words, people)
    yield from assign(words, people)
    yield from write_logs(words, people)
