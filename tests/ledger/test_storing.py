"""The ledger where it is kept: whole versions, one that counts, and nothing believed that is not."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from snowconf.errors import InstanceError
from snowconf.ledger.encoding import encode, pack
from snowconf.ledger.failures import (
    ClonedLedgerError,
    ForeignLedgerError,
    LedgerDamagedError,
    LedgerHiddenError,
    LedgerNotSavedError,
)
from snowconf.ledger.filing import FileStore
from snowconf.ledger.holder import Holder
from snowconf.ledger.storing import InstanceStore, Store
from snowconf.model.ownership import Ledger
from snowconf.model.query import where
from tests.ledger.box import Box, close_batch, lose_answer, value_of
from tests.ledger.changes import HOLDER
from tests.ledger.entries import SYS_ID, URL, ledger, owned
from tests.servicenow import wire

HEAD = "snowconf.demo.ledger"
OTHER_URL = "https://acme-dev.service-now.com"
MakeStore: TypeAlias = Callable[[], Store]


def alive(_: Holder) -> bool:
    """Nobody is known to be dead."""
    return False


def on_instance(box: Box, stack: str = "demo", url: str = URL) -> InstanceStore:
    """A store as each process would make it."""
    return InstanceStore(box.records, stack, url)


@pytest.fixture(params=["instance", "file"])
def make_store(request: pytest.FixtureRequest, box: Box, tmp_path: Path) -> MakeStore:
    """Makes a store as each process would."""
    path = tmp_path / "ledgers" / "ledger.json"
    return lambda: FileStore(path, "demo", URL) if request.param == "file" else on_instance(box)


def saved(store: Store, what: Ledger) -> Ledger:
    """A whole run that stores this."""
    store.take(HOLDER, alive)
    store.load()
    stored = store.save(what)
    store.release(HOLDER)
    return stored


def test_without_a_ledger_nothing_is_owned(make_store: MakeStore) -> None:
    """And looking makes none."""
    assert make_store().load().ledger == ledger()
    assert make_store().load().ledger == ledger()


def test_what_was_stored_is_loaded(make_store: MakeStore) -> None:
    """With a serial that grows by one each time."""
    for serial in (1, 2, 3):
        entry = owned(origin=f"stack.toml:{serial}")
        before = make_store().load().ledger
        assert saved(make_store(), before.with_entry(entry)) == ledger(entry, serial=serial)
        assert make_store().load().ledger == ledger(entry, serial=serial)


def test_a_file_store_knows_no_owners_and_no_copies(tmp_path: Path) -> None:
    """It sees one file."""
    store = FileStore(tmp_path / "l.json", "demo", URL)
    assert (store.owners_of(frozenset({SYS_ID})), store.copies()) == ({}, ())


def test_a_file_is_cut_or_whole(tmp_path: Path) -> None:
    """A cut one is named, with what to do; begun again, it is written over."""
    path = tmp_path / "l.json"
    path.write_bytes(encode(ledger(owned()))[:-9])
    store = FileStore(path, "demo", URL)
    with pytest.raises(LedgerDamagedError, match=r"l\.json.*\n*.*snowconf ledger verify"):
        store.load()
    store.begin_again()
    store.save(ledger())
    assert store.load().ledger == ledger(serial=1)


def test_a_file_for_another_instance_is_refused(tmp_path: Path) -> None:
    """With the way to have one for each."""
    path = tmp_path / "l.json"
    FileStore(path, "demo", OTHER_URL).save(ledger(owned()))
    with pytest.raises(ClonedLedgerError, match=r"ledger-\{instance\}\.json") as refused:
        FileStore(path, "demo", URL).load()
    assert refused.value.ledger.url == OTHER_URL


def test_the_first_run_costs_six_requests(box: Box) -> None:
    """Lock, heads; a head to hang the attachment on, the attachment, the switch; and one to end."""
    saved(on_instance(box), ledger(owned()))
    assert box.took() == [
        "POST table",
        "GET table",
        "POST table",
        "POST attachment",
        "PATCH table",
        "POST batch",
    ]


def test_every_later_run_costs_six_requests(box: Box) -> None:
    """Lock, heads, content; attachment, switch, and one to end. It leaves one attachment and no lock."""
    for _ in range(3):
        box.took()
        saved(on_instance(box), ledger(owned()))
    asked = box.took()
    assert asked == [
        "POST table",
        "GET table",
        "GET attachment",
        "POST attachment",
        "PATCH table",
        "POST batch",
    ]
    assert (len(box.files(HEAD)), box.row("snowconf.demo.lock")) == (1, None)


def test_10_000_records_cost_no_request_more(box: Box) -> None:
    """The whole ledger is one attachment."""
    many = ledger(*(owned(f"user.u{number}", f"{number:032x}") for number in range(10_000)))
    saved(on_instance(box), many)
    box.took()
    saved(on_instance(box), many)
    assert len(box.took()) == 6
    assert on_instance(box).load().ledger.entries == many.entries


def test_without_batches_it_costs_one_more(box: Box) -> None:
    """Each is removed by itself."""
    saved(on_instance(box), ledger())
    box.transport.meddle = close_batch
    box.took()
    saved(on_instance(box), ledger(owned()))
    assert box.took()[-3:] == ["POST batch", "DELETE table", "DELETE attachment"]
    assert (len(box.files(HEAD)), box.row("snowconf.demo.lock")) == (1, None)


def test_the_head_says_what_it_is(box: Box) -> None:
    """Which version, where, with which digest, for which instance; in no update set, and no cache is flushed."""
    saved(on_instance(box), ledger(owned()))
    row = box.row(HEAD)
    assert row is not None
    assert (row["is_private"], row["ignore_cache"]) == ("true", "true")
    assert "snowconf owns" in row["description"]
    parts = value_of(row)
    assert (parts["serial"], parts["url"], [parts["attachment"]]) == (1, URL, box.files(HEAD))


def test_a_crash_before_the_switch_leaves_the_version_before(box: Box) -> None:
    """What was attached counts for nothing, and the next run that stores removes it."""
    saved(on_instance(box), ledger(owned()))

    def die(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PATCH":
            raise KeyboardInterrupt
        return answer()

    box.transport.meddle = die
    with pytest.raises(KeyboardInterrupt):
        saved(on_instance(box), ledger())
    box.transport.meddle = lambda _, answer: answer()
    on_instance(box).unlock()
    assert on_instance(box).load().ledger == ledger(owned(), serial=1)
    assert len(box.files(HEAD)) == 2
    saved(on_instance(box), ledger())
    saved(on_instance(box), ledger())
    assert len(box.files(HEAD)) == 1


def test_files_of_a_later_run_and_of_others_are_left(box: Box) -> None:
    """Somebody else may have begun meanwhile, and an admin may attach what he likes."""
    saved(on_instance(box), ledger())
    row = box.row(HEAD)
    assert row is not None
    kept = {
        box.records.attach("sys_properties", row["sys_id"], name=name, content=b"x")
        for name in ("snowconf-demo-9-abc.json.gz", "notes.txt", "snowconf-other-1-abc.json.gz")
    }
    saved(on_instance(box), ledger(owned()))
    assert kept < set(box.files(HEAD))


@pytest.mark.parametrize(("verb", "path"), [("POST", "attachment"), ("PATCH", "table"), ("POST", "batch")])
def test_a_lost_answer_does_no_harm(box: Box, verb: str, path: str) -> None:
    """It is looked for, or sent again; one version counts, one attachment is left, nobody holds the lock."""
    saved(on_instance(box), ledger())
    box.transport.meddle = lose_answer(verb, path)
    saved(on_instance(box), ledger(owned()))
    assert on_instance(box).load().ledger == ledger(owned(), serial=2)
    assert (len(box.files(HEAD)), box.row("snowconf.demo.lock")) == (1, None)


def test_a_missing_attachment_is_named_with_its_head(box: Box) -> None:
    """Nothing is guessed: an empty ledger would make everything somebody else's."""
    saved(on_instance(box), ledger(owned()))
    (attachment,) = box.files(HEAD)
    box.records.remove_attachment(attachment)
    row = box.row(HEAD)
    assert row is not None
    pattern = f"{row['sys_id']}, attachment {attachment}(.|\n)*gone(.|\n)*snowconf ledger verify"
    with pytest.raises(LedgerDamagedError, match=pattern):
        on_instance(box).load()


def test_another_content_than_the_head_tells_of_is_damage(box: Box) -> None:
    """Whole, and not the one that was stored."""
    saved(on_instance(box), ledger(owned()))
    box.put(HEAD, value=(box.row(HEAD) or {})["value"].replace('"sha256": "', '"sha256": "0'))
    with pytest.raises(LedgerDamagedError, match="tells of another content"):
        on_instance(box).load()


@pytest.mark.parametrize(
    "value", ["", "x", "[]", "{}", '{"serial": "1", "attachment": "", "sha256": "", "url": ""}']
)
def test_a_head_that_somebody_edited_is_damage(box: Box, value: str) -> None:
    """It cannot be followed; begun again, it is written over."""
    saved(on_instance(box), ledger(owned()))
    box.put(HEAD, value=value)
    store = on_instance(box)
    with pytest.raises(LedgerDamagedError, match="head is no JSON"):
        store.load()
    store.begin_again()
    store.save(ledger())
    assert on_instance(box).load().ledger == ledger(serial=1)


def test_beginning_again_keeps_the_count(box: Box) -> None:
    """A version that is lost is not counted twice; without a head there is nothing to begin again from."""
    on_instance(box).begin_again()
    saved(on_instance(box), ledger(owned()))
    store = on_instance(box)
    store.load()
    store.begin_again()
    assert store.save(ledger()).serial == 2


def test_two_heads_of_one_name_are_refused(box: Box) -> None:
    """On a release without the unique key; both sys_ids are named."""
    row = {"name": HEAD, "value": "{}", "sys_mod_count": "0"}
    rows = [{**row, "sys_id": "a" * 32}, {**row, "sys_id": "b" * 32}]
    box.transport.meddle = lambda _request, _answer: wire.listed(rows)
    with pytest.raises(LedgerDamagedError, match=f"{'a' * 32}(.|\n)*{'b' * 32}"):
        on_instance(box).load()


def test_a_clone_is_noticed(box: Box) -> None:
    """Both addresses are said, and both ways out; what the ledger says is there for who wants it."""
    saved(on_instance(box), ledger(owned()))
    with pytest.raises(ClonedLedgerError) as refused:
        on_instance(box, url=OTHER_URL).load()
    for word in (URL, OTHER_URL, "snowconf ledger rehome", "forget --all"):
        assert word in refused.value.detail
    assert refused.value.ledger == ledger(owned(), serial=1)


def test_a_clone_can_be_made_home(box: Box) -> None:
    """The same row points to a version for this address."""
    saved(on_instance(box), ledger(owned()))
    store = on_instance(box, url=OTHER_URL)
    with pytest.raises(ClonedLedgerError) as refused:
        store.load()
    store.save(refused.value.ledger)
    assert on_instance(box, url=OTHER_URL).load().ledger == ledger(owned(), serial=2, url=OTHER_URL)


def test_an_attachment_of_another_stack_is_refused(box: Box) -> None:
    """Somebody copied a head."""
    saved(on_instance(box, "hr"), ledger(owned()))
    value = (box.row("snowconf.hr.ledger") or {})["value"]
    box.records.insert("sys_properties", {"name": HEAD, "value": value})
    with pytest.raises(ForeignLedgerError, match="'hr'"):
        on_instance(box).load()


def test_properties_that_are_hidden_are_not_taken_for_none(box: Box) -> None:
    """An account that sees none of them owns nothing by mistake."""
    saved(on_instance(box), ledger(owned()))
    with pytest.raises(LedgerHiddenError, match=r"file:ledger\.json"):
        InstanceStore(box.reader(), "demo", URL).load()


def test_other_stacks_are_listed_and_own_what_they_own(box: Box) -> None:
    """Their ledgers are read when it matters, once."""
    saved(on_instance(box, "hr"), ledger(owned(), stack="hr"))
    saved(on_instance(box, "it"), ledger(owned("role.z", "b" * 32), stack="it"))
    store = on_instance(box)
    assert store.load().others == ("hr", "it")
    box.took()
    asked = frozenset({SYS_ID, "c" * 32})
    assert (store.owners_of(asked), store.owners_of(asked)) == ({SYS_ID: "hr"}, {SYS_ID: "hr"})
    assert box.took() == ["GET attachment", "GET attachment"]


def test_a_stack_that_owns_nothing_yet_is_no_owner(box: Box) -> None:
    """Its head points to nothing: its first run was cut short."""
    box.transport.meddle = _no_attachments
    with pytest.raises(InstanceError):
        saved(on_instance(box, "hr"), ledger(owned(), stack="hr"))
    assert on_instance(box).owners_of(frozenset({SYS_ID})) == {}
    assert on_instance(box, "hr").load().ledger == ledger(stack="hr")


def test_a_head_that_others_made_meanwhile_is_not_taken_for_ours(box: Box) -> None:
    """It has the same key."""
    store = on_instance(box)
    store.load()
    saved(on_instance(box), ledger(owned()))
    with pytest.raises(LedgerNotSavedError, match=HEAD):
        store.save(ledger())


def test_a_head_found_with_another_value_is_not_taken_for_ours(box: Box) -> None:
    """The answer to its making was lost, and what is there is another run's."""
    store = on_instance(box)
    store.load()
    box.transport.meddle = lambda _request, _answer: wire.result({"sys_id": "x", "value": "{}"}, 201)
    with pytest.raises(LedgerNotSavedError, match="Another run"):
        store.save(ledger())


def test_a_switch_that_the_instance_does_not_take_is_noticed(box: Box) -> None:
    """A rule may change what is written."""
    saved(on_instance(box), ledger())

    def altered(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        return wire.result({"sys_id": "x", "value": ""}) if request.method == "PATCH" else answer()

    store = on_instance(box)
    store.load()
    box.transport.meddle = altered
    with pytest.raises(LedgerNotSavedError, match="as it was sent"):
        store.save(ledger(owned()))


def test_copies_are_told_apart(box: Box) -> None:
    """Whole ones with what is in them, others with what is wrong."""
    saved(on_instance(box), ledger(owned()))
    row = box.row(HEAD)
    assert row is not None
    for name, content in (("a", pack(ledger(owned(), serial=7))), ("b", b"x")):
        box.records.attach("sys_properties", row["sys_id"], name=name, content=content)
    whole, broken = sorted(on_instance(box).copies(), key=len, reverse=True)
    assert ("(a) is a whole ledger of version 7 with 1 records" in whole, "(b) is no ledger" in broken) == (
        True,
        True,
    )


def test_no_head_has_no_copies(box: Box) -> None:
    """Nor a damaged one, when nothing hangs on it."""
    assert on_instance(box).copies() == ()
    box.records.insert("sys_properties", {"name": HEAD, "value": "x"})
    assert on_instance(box).copies() == []


def test_the_rows_are_the_stack_s_own(box: Box) -> None:
    """Two instances or stacks never share a sys_id."""
    saved(on_instance(box), ledger())
    saved(on_instance(box, "hr"), ledger(stack="hr"))
    ids = {
        each["sys_id"]
        for name in (HEAD, "snowconf.hr.ledger")
        for each in box.records.list_rows("sys_properties", where(name=name), ("name",)).rows
    }
    assert len(ids) == 2


def _no_attachments(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
    if "attachment" in request.url.path:
        return wire.refused(400, "Failed to create the attachment", "The type of the file is not allowed")
    return answer()
