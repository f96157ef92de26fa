"""The sandbox's rows in SQLite: raw reading and writing, transactions, and stamps for whoever caches.

No rule of the platform is here: `glide` writes through this, `compiling` makes the conditions that `select` takes.
A store serves one thread at a time; several processes may share its file.
"""

import errno
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from snowconf.dictionary import get_table, table_names
from snowconf.sandbox.storage.moment import part_of, span_of
from snowconf.sandbox.storage.schema import (
    KEY,
    add_statements,
    create_statements,
    find_family,
    find_unique_keys,
    index_statements,
)
from snowconf.sandbox.storage.sql import EVERYTHING, Sql, listing, phrase, quote

Row: TypeAlias = dict[str, str]
Bound: TypeAlias = Sequence[str | int | float] | Mapping[str, str | int | float]

BUSY_TIMEOUT_S = 30.0


class UniqueViolationError(Exception):
    """A row with these values exists already; `table` declares the key, `columns` are the key."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        super().__init__(f"{table} has a row with the same {', '.join(columns)}")
        self.table = table
        self.columns = columns


BY_KEY = Sql(f"t0.{quote(KEY)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to read of a table and the classes that extend it. `where` and `order` call the row `t0`."""

    table: str
    columns: tuple[str, ...]
    where: Sql = EVERYTHING
    order: Sql = BY_KEY
    limit: int = -1
    offset: int = 0


class Store:
    """One sandbox's data. `path` None keeps it in memory. Tables appear in the file when a row first needs them."""

    def __init__(self, path: Path | None) -> None:
        self._connection = sqlite3.connect(
            ":memory:" if path is None else str(path),
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        self._begin_log(path)
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.create_function("moment_span", 3, span_of, deterministic=True)
        self._connection.create_function("moment_part", 3, part_of, deterministic=True)
        # What others worked out from the rows; `remembering` keeps it, stamped.
        self.memory: dict[object, tuple[tuple[int, ...], object]] = {}
        self._depth = 0
        self._held_version = -1
        self._is_steady = False
        self._rollbacks = 0
        self._writes: Counter[str] = Counter()
        self._present: frozenset[str] = frozenset()
        self._seen_version = -1
        self._catch_up()

    def _begin_log(self, path: Path | None) -> None:
        """The first look into the file.

        Raises:
            OSError: it is damaged, and no database any more.
        """
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise OSError(errno.EIO, f"damaged, and no database any more ({error})", str(path)) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # -- transactions and stamps

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction, a part of it that can fail by itself."""
        name = f"level_{self._depth}"
        begin, commit, rollback = (
            (f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}")
            if self._depth
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        self._connection.execute(begin)
        self._held_version = self._held_version if self._depth else self._read_version()
        self._depth += 1
        try:
            yield
        except BaseException:
            self._connection.execute(rollback)
            self._forget()
            raise
        else:
            self._connection.execute(commit)
        finally:
            self._depth -= 1

    def stamp(self, *tables: str) -> tuple[int, ...]:
        """A value that differs from an earlier one when any of these tables may have changed since.

        Counts the writes of this store per concrete table, and those of other processes all together.
        """
        return (self._version(), self._rollbacks, *(self._writes[table] for table in tables))

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Within it, see only once whether another process has written: for as long as a request takes."""
        self._held_version, self._is_steady = self._read_version(), True
        try:
            yield
        finally:
            self._is_steady = False

    def _version(self) -> int:
        """Changes when another process commits, which it cannot while a transaction is open here."""
        return self._held_version if self._depth or self._is_steady else self._read_version()

    def _read_version(self) -> int:
        found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return found

    def _forget(self) -> None:
        """After a rollback: tables may have vanished again, and caches may hold what never was."""
        self._rollbacks += 1
        self._seen_version = -1

    # -- which tables there are

    def _tables(self) -> frozenset[str]:
        if self._version() != self._seen_version:
            self._look_for_tables()
        return self._present

    def _look_for_tables(self) -> None:
        rows = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        self._present = frozenset(name for (name,) in rows) & set(table_names())
        self._seen_version = self._version()

    def _catch_up(self) -> None:
        """Give the tables of an earlier release's file the columns they lack."""
        for name in sorted(self._tables()):
            info = self._connection.execute(phrase("PRAGMA table_info(", quote(name), ")")).fetchall()
            self._run(add_statements(get_table(name), frozenset(column[1] for column in info)))

    def _ensure(self, table: str) -> None:
        if table not in self._tables():
            self._run(create_statements(get_table(table)))
            self._look_for_tables()

    def run(self, statement: str, bound: Bound = ()) -> list[tuple[Any, ...]]:
        """What a statement answers that is about no table of the dictionary, such as the log's."""
        return self._connection.execute(statement, bound).fetchall()

    def run_many(self, statement: str, bound: Iterable[Bound]) -> None:
        """The same for each of these values."""
        self._connection.executemany(statement, bound)

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._connection.execute(statement)

    def classes(self, table: str) -> tuple[str, ...]:
        """The table and those that extend it, as far as any of them ever held a row."""
        present = self._tables()
        return tuple(name for name in find_family(table) if name in present)

    def source(self, table: str, columns: Iterable[str]) -> str:
        """What to write after FROM to read these columns of a whole family."""
        classes = self.classes(table)
        if len(classes) == 1:
            return quote(classes[0])
        if not classes:
            return phrase(
                "(SELECT", listing(*(phrase("'' AS", quote(column)) for column in columns)), "WHERE 0)"
            )
        names = listing(*map(quote, columns))
        each = (phrase("SELECT", names, "FROM", quote(name)) for name in classes)
        return phrase("(", " UNION ALL ".join(each), ")")

    # -- reading

    def locate(self, table: str, sys_id: str) -> str | None:
        """The class whose table holds the row: `table` itself or one that extends it."""
        for name in self.classes(table):
            query = phrase("SELECT 1 FROM", quote(name), "WHERE", quote(KEY), "= ?")
            if self._connection.execute(query, (sys_id,)).fetchone():
                return name
        return None

    def get(self, table: str, sys_id: str) -> Row | None:
        """The row with all columns of its own class, looked for in the table and in those that extend it."""
        return next(iter(self._matching(table, {KEY: sys_id}, exactly=False)), None)

    def find(self, table: str, **equal: str) -> list[Row]:
        """The rows of the whole family that hold exactly these values, each with all columns, ordered by sys_id."""
        return self._matching(table, equal, exactly=True)

    def find_ignoring_case(self, table: str, **equal: str) -> list[Row]:
        """As `find`, comparing as the platform's database does: without regard to letters' case."""
        return self._matching(table, equal, exactly=False)

    def _matching(self, table: str, equal: Row, *, exactly: bool) -> list[Row]:
        terms = [f"{quote(column)} = ?" for column in equal]
        rows = [row for name in self.classes(table) for row in self._rows(name, terms, tuple(equal.values()))]
        if exactly:
            rows = [row for row in rows if all(row[column] == value for column, value in equal.items())]
        return sorted(rows, key=lambda row: row[KEY])

    def _rows(self, table: str, terms: Sequence[str], values: tuple[str, ...]) -> list[Row]:
        where = " AND ".join(terms) or "1"
        cursor = self._connection.execute(phrase("SELECT * FROM", quote(table), "WHERE", where), values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor]

    def select(self, selection: Selection) -> list[Row]:
        """The rows of an encoded query's page, with just the columns asked for."""
        names = ", ".join(f"t0.{quote(column)}" for column in selection.columns)
        where, order = selection.where, selection.order
        source = self.source(selection.table, get_table(selection.table).columns)
        read = phrase("SELECT", names, "FROM", source, "AS t0 WHERE", where.text)
        query = phrase(read, "ORDER BY", order.text, "LIMIT ? OFFSET ?")
        bound = (*where.parameters, *order.parameters, selection.limit, selection.offset)
        rows = self._connection.execute(query, bound)
        return [dict(zip(selection.columns, row, strict=True)) for row in rows]

    def count(self, table: str, where: Sql = EVERYTHING) -> int:
        """How many rows of the whole family the condition holds for."""
        source = self.source(table, get_table(table).columns)
        query = phrase("SELECT COUNT(*) FROM", source, "AS t0 WHERE", where.text)
        found: int = self._connection.execute(query, where.parameters).fetchone()[0]
        return found

    def count_own(self, table: str) -> int:
        """How many rows are of exactly this class."""
        found: int = (
            self.run(phrase("SELECT COUNT(*) FROM", quote(table)))[0][0] if table in self._tables() else 0
        )
        return found

    # -- writing

    def insert(self, table: str, row: Row) -> None:
        """Add the row to exactly this class, which `sys_class_name` names unless the row does.

        Raises:
            UniqueViolationError: its sys_id or a unique key is taken, in this class or elsewhere in its hierarchy.
            KeyError: a name that is no column of the table.
        """
        self._refuse_strangers(table, row)
        if "sys_class_name" in get_table(table).columns and not row.get("sys_class_name"):
            row = row | {"sys_class_name": table}
        with self.transaction():
            self._ensure(table)
            self._refuse_duplicates(table, row, but="")
            names, marks = listing(*map(quote, row)), listing(*("?" * len(row)))
            statement = phrase("INSERT INTO", quote(table), "(", names, ") VALUES (", marks, ")")
            self._write(statement, (*row.values(),), table)

    def fill(self, table: str, rows: Iterable[Row]) -> None:
        """Add many rows of one shape to exactly this class; whoever calls knows that none is a duplicate."""
        waiting = iter(rows)
        first = next(waiting, None)
        if first is None:
            return
        self._refuse_strangers(table, first)
        names = [*first]
        with self.transaction():
            self._ensure(table)
            listed, marks = listing(*map(quote, names)), listing(*("?" * len(names)))
            statement = phrase("INSERT INTO", quote(table), "(", listed, ") VALUES (", marks, ")")
            values = ([row[name] for name in names] for row in chain((first,), waiting))
            self._connection.executemany(statement, values)
            self._writes[table] += 1

    def pour(self, table: str, rows: Iterable[Row]) -> None:
        """As `fill`, for so many rows that their indexes are better made anew afterwards.

        Raises:
            UniqueViolationError: one of them is a duplicate after all; nothing was added then.
        """
        with self.transaction():
            self._ensure(table)
            found = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
                (table,),
            )
            self._run(phrase("DROP INDEX", quote(name)) for (name,) in found.fetchall())
            try:
                self.fill(table, rows)
                self._run(index_statements(get_table(table)))
            except sqlite3.IntegrityError as error:
                raise UniqueViolationError(table, (KEY,)) from error

    def update(self, table: str, sys_id: str, columns: Row) -> None:
        """Change columns of the row, in whichever class of the family it is.

        Raises:
            UniqueViolationError: a unique key is taken.
            KeyError: no such row, or a name that is no column of its class.
        """
        with self.transaction():
            row = self.get(table, sys_id)
            name = self.locate(table, sys_id)
            if row is None or name is None:
                raise KeyError(sys_id)
            self._refuse_strangers(name, columns)
            self._refuse_duplicates(name, row | columns, but=sys_id)
            sets = listing(*(phrase(quote(column), "= ?") for column in columns))
            if sets:
                statement = phrase("UPDATE", quote(name), "SET", sets, "WHERE", quote(KEY), "= ?")
                self._write(statement, (*columns.values(), sys_id), name)

    def delete(self, table: str, sys_id: str) -> None:
        """Remove the row from whichever class of the family holds it; nothing happens when none does."""
        name = self.locate(table, sys_id)
        if name is not None:
            self._write(phrase("DELETE FROM", quote(name), "WHERE", quote(KEY), "= ?"), (sys_id,), name)

    def clear(self) -> None:
        """Remove every row of every table."""
        with self.transaction():
            for name in self._tables():
                self._write(phrase("DELETE FROM", quote(name)), (), name)

    def _write(self, statement: str, values: tuple[str, ...], table: str) -> None:
        self._connection.execute(statement, values)
        self._writes[table] += 1

    def _refuse_strangers(self, table: str, row: Row) -> None:
        strangers = sorted(row.keys() - get_table(table).columns.keys() - {KEY})
        if strangers:
            raise KeyError(f"{table} has no column {', '.join(strangers)}")

    def _refuse_duplicates(self, table: str, row: Row, *, but: str) -> None:
        for owner, key in find_unique_keys(table):
            values = {column: row.get(column, "") for column in key}
            if all(values.values()) and any(
                found[KEY].lower() != but.lower() for found in self._matching(owner, values, exactly=False)
            ):
                raise UniqueViolationError(owner, key)
