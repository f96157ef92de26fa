from collections.abc import Iterator
from pathlib import Path
from sqlite3 import connect

import pytest

from snowconf.sandbox.storage.sql import Sql
from snowconf.sandbox.storage.store import Selection, Store, UniqueViolationError

ANN = {"sys_id": "AAAA1111", "user_name": "ann", "name": "Ann"}
BOB = {"sys_id": "BBBB2222", "user_name": "bob", "name": "Bob"}


@pytest.fixture
def store() -> Iterator[Store]:
    """An empty store in memory."""
    store = Store(None)
    yield store
    store.close()


def insert_twice(store: Store) -> None:
    """A write that succeeds, and one that fails."""
    store.insert("sys_user", ANN)
    store.insert("sys_user", ANN)


def test_a_row_comes_back_whole(store: Store) -> None:
    """Columns that were not given are empty strings, and the class is filled in."""
    store.insert("sys_user", ANN)
    row = store.get("sys_user", "AAAA1111")
    assert row is not None
    assert {"sys_id": "AAAA1111", "email": "", "sys_class_name": "sys_user"}.items() <= row.items()


def test_sys_ids_are_found_in_any_case(store: Store) -> None:
    """Letters' case does not count when a record is looked up, and is kept."""
    store.insert("sys_user", ANN)
    found = store.get("sys_user", "aaaa1111")
    assert found is not None
    assert found["sys_id"] == "AAAA1111"


def test_nothing_is_found_before_anything_was_written(store: Store) -> None:
    """A table that never held a row answers like an empty one."""
    assert (store.get("sys_user", "x"), store.find("sys_user", name="x"), store.count("sys_user")) == (
        None,
        [],
        0,
    )
    assert store.select(Selection(table="sys_user", columns=("name",))) == []


def test_find_compares_exactly(store: Store) -> None:
    """`find` minds letters' case, `find_ignoring_case` does not."""
    store.insert("sys_user", ANN)
    assert [len(store.find("sys_user", user_name=name)) for name in ("ann", "ANN")] == [1, 0]
    assert [len(store.find_ignoring_case("sys_user", user_name=name)) for name in ("ann", "ANN")] == [1, 1]


def test_find_orders_by_sys_id(store: Store) -> None:
    """Rows come in the order of their keys, whatever order they were written in."""
    store.insert("sys_user", BOB)
    store.insert("sys_user", ANN)
    assert [row["user_name"] for row in store.find("sys_user")] == ["ann", "bob"]


def test_a_base_table_covers_its_classes(store: Store) -> None:
    """Rows of every class are found on the table that they extend, each with its own columns."""
    store.insert("oauth_entity", {"sys_id": "1", "name": "app", "client_id": "c"})
    store.insert("sys_user_role", {"sys_id": "2", "name": "itil"})
    assert [row["sys_class_name"] for row in store.find("sys_metadata")] == ["oauth_entity", "sys_user_role"]
    row = store.get("sys_metadata", "1")
    assert row is not None
    assert row["client_id"] == "c"
    assert store.locate("sys_metadata", "2") == "sys_user_role"
    assert store.count("sys_metadata", Sql("t0.sys_class_name = ?", ("SYS_USER_ROLE",))) == 1


def test_a_select_over_classes_shows_the_columns_of_the_base(store: Store) -> None:
    """One list holds the rows of all classes, sorted and cut as a whole."""
    store.insert("oauth_entity", {"sys_id": "1", "name": "app"})
    store.insert("sys_user_role", {"sys_id": "2", "name": "itil"})
    selection = Selection(
        table="sys_metadata", columns=("sys_class_name",), order=Sql("t0.sys_id DESC"), limit=1, offset=1
    )
    assert store.select(selection) == [{"sys_class_name": "oauth_entity"}]


def test_a_unique_key_is_kept_in_any_case(store: Store) -> None:
    """A second row with the same key is refused, as the platform's database compares it."""
    store.insert("sys_user", ANN)
    with pytest.raises(UniqueViolationError, match="sys_user has a row with the same user_name"):
        store.insert("sys_user", BOB | {"user_name": "ANN"})


def test_a_unique_key_holds_over_classes(store: Store) -> None:
    """What a base table declares unique is unique among the rows of all its classes."""
    store.insert("oauth_entity", {"sys_id": "1", "name": "app"})
    with pytest.raises(UniqueViolationError) as caught:
        store.insert("oauth_jwt", {"sys_id": "2", "name": "app"})
    assert (caught.value.table, caught.value.columns) == ("oauth_entity", ("name",))


def test_a_sys_id_is_taken_in_the_whole_hierarchy(store: Store) -> None:
    """One sys_id cannot belong to rows of two classes of one base."""
    store.insert("oauth_entity", {"sys_id": "aa", "name": "app"})
    with pytest.raises(UniqueViolationError, match="same sys_id"):
        store.insert("sys_user_role", {"sys_id": "AA", "name": "itil"})


def test_empty_keys_do_not_collide(store: Store) -> None:
    """Rows without a value in a unique column are no duplicates of each other."""
    store.insert("sys_user", {"sys_id": "1"})
    store.insert("sys_user", {"sys_id": "2"})
    assert store.count("sys_user") == 2


def test_the_database_itself_keeps_keys(tmp_path: Path) -> None:
    """Unique indexes are in the file, so that no other writer can break a key."""
    store = Store(tmp_path / "s.db")
    store.insert("sys_user", ANN)
    store.close()
    with connect(tmp_path / "s.db") as raw:
        rows = raw.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE UNIQUE INDEX%'").fetchall()
    raw.close()
    assert ("unique_sys_user_user_name",) in rows


def test_an_update_changes_what_it_names(store: Store) -> None:
    """Other columns stay, and a row may keep its own key."""
    store.insert("sys_user", ANN)
    store.update("sys_user", "aaaa1111", {"user_name": "ann", "email": "a@example.com"})
    row = store.get("sys_user", "AAAA1111")
    assert row is not None
    assert (row["name"], row["email"]) == ("Ann", "a@example.com")


def test_an_update_of_nothing_is_none(store: Store) -> None:
    """No column to change is no write."""
    store.insert("sys_user", ANN)
    before = store.stamp("sys_user")
    store.update("sys_user", "AAAA1111", {})
    assert store.stamp("sys_user") == before


def test_an_update_keeps_unique_keys(store: Store) -> None:
    """A key that another row has is refused."""
    store.insert("sys_user", ANN)
    store.insert("sys_user", BOB)
    with pytest.raises(UniqueViolationError):
        store.update("sys_user", "BBBB2222", {"user_name": "ann"})


def test_an_update_of_a_missing_row_says_so(store: Store) -> None:
    """Nothing is created by changing it."""
    with pytest.raises(KeyError):
        store.update("sys_user", "nope", {"name": "x"})


@pytest.mark.parametrize("write", ["insert", "update"])
def test_names_that_are_no_column_are_refused(store: Store, write: str) -> None:
    """Only the dictionary's columns get into SQL."""
    store.insert("sys_user", BOB)
    strange = {'x" TEXT); DROP TABLE sys_user; --': "1"}
    with pytest.raises(KeyError, match="has no column"):
        store.insert("sys_user", ANN | strange) if write == "insert" else store.update(
            "sys_user", "BBBB2222", strange
        )


def test_a_delete_is_final_and_may_be_repeated(store: Store) -> None:
    """Deleting what is gone does nothing."""
    store.insert("sys_user_role", {"sys_id": "2", "name": "itil"})
    store.delete("sys_metadata", "2")
    store.delete("sys_metadata", "2")
    assert store.get("sys_user_role", "2") is None


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """Neither rows nor the tables that were made for them survive."""
    with pytest.raises(UniqueViolationError), store.transaction():
        insert_twice(store)
    assert store.classes("sys_user") == ()
    store.insert("sys_user", ANN)
    assert store.count("sys_user") == 1


def test_an_inner_transaction_can_fail_by_itself(store: Store) -> None:
    """What was done before it in the outer one stays."""
    with store.transaction():
        store.insert("sys_user", BOB)
        with pytest.raises(UniqueViolationError), store.transaction():
            insert_twice(store)
    assert [row["name"] for row in store.find("sys_user")] == ["Bob"]


def test_a_stamp_tells_tables_apart(store: Store) -> None:
    """A write to one table leaves the stamps of others alone."""
    store.insert("sys_user", ANN)
    users, roles = store.stamp("sys_user"), store.stamp("sys_user_role")
    store.insert("sys_user", BOB)
    assert (store.stamp("sys_user") == users, store.stamp("sys_user_role") == roles) == (False, True)


def test_a_rollback_changes_every_stamp(store: Store) -> None:
    """What was worked out from rows that never were must not be remembered."""
    before = store.stamp("sys_user")
    with pytest.raises(ZeroDivisionError), store.transaction():
        raise ZeroDivisionError
    assert store.stamp("sys_user") != before


def test_a_stamp_notices_other_processes(tmp_path: Path) -> None:
    """A commit through another connection changes the stamp, and its tables are seen."""
    here, there = Store(tmp_path / "s.db"), Store(tmp_path / "s.db")
    before = here.stamp("sys_user")
    there.insert("sys_user", ANN)
    assert here.stamp("sys_user") != before
    assert here.count("sys_user") == 1
    here.close()
    there.close()


def test_a_file_learns_the_columns_of_a_later_release(tmp_path: Path) -> None:
    """A column that the dictionary has and the file lacks is added when the file is opened."""
    store = Store(tmp_path / "s.db")
    store.insert("sys_user", ANN)
    store.close()
    with connect(tmp_path / "s.db") as raw:
        raw.execute('ALTER TABLE sys_user DROP COLUMN "email"')
    raw.close()
    later = Store(tmp_path / "s.db")
    row = later.get("sys_user", "AAAA1111")
    later.close()
    assert row is not None
    assert row["email"] == ""


def test_clearing_keeps_no_row(store: Store) -> None:
    """Every table is empty afterwards."""
    store.insert("sys_user", ANN)
    store.clear()
    assert store.count("sys_user") == 0


def test_tables_that_nobody_knows_are_left_alone(tmp_path: Path) -> None:
    """A file of a later release may hold more tables than this one knows."""
    with connect(tmp_path / "s.db") as raw:
        raw.execute("CREATE TABLE u_later (sys_id TEXT)")
        raw.execute("INSERT INTO u_later VALUES ('x')")
    raw.close()
    store = Store(tmp_path / "s.db")
    store.clear()
    store.close()
    with connect(tmp_path / "s.db") as raw:
        assert raw.execute("SELECT * FROM u_later").fetchall() == [("x",)]
    raw.close()
