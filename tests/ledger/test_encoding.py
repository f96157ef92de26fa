"""A ledger as bytes: what comes back, what is refused, how large it is."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings, strategies

from snowconf.ledger.encoding import decode, digest, encode, pack
from snowconf.ledger.failures import ForeignLedgerError, LedgerDamagedError, LedgerFormatError
from snowconf.ledger.fingerprints import fingerprint
from snowconf.model.address import Address
from snowconf.model.ownership import Custody, Ledger, Owned, Removal
from tests.ledger.entries import SYS_ID, URL, ledger, owned

FULL = owned(
    name="svc_finout",
    origin="finout.toml:12",
    custody=Custody.ADOPTED,
    digests={"first_name": "d1"},
    secrets={"user_password": "scrypt$a$b", "other": ""},
    before={"first_name": "Zoë \ud800", "*roles": SYS_ID},
    on_remove=Removal.KEEP,
    prevent_delete=True,
    depends_on=(Address("role", "z"),),
)
SOME = replace(ledger(FULL, owned("role.z", "b" * 32), serial=7), receipts=('{"a": 1}', "x"))
TEXTS = strategies.text(max_size=8)
MAPS = strategies.dictionaries(TEXTS, TEXTS, max_size=3)
LABELS = strategies.text(min_size=1, max_size=6)
ADDRESSES = strategies.builds(Address, strategies.sampled_from(["user", "role", "record"]), LABELS)
ENTRIES = strategies.builds(
    Owned,
    address=ADDRESSES,
    table=TEXTS,
    sys_id=TEXTS,
    custody=strategies.sampled_from(Custody),
    name=TEXTS,
    origin=TEXTS,
    digests=MAPS,
    secrets=MAPS,
    before=MAPS,
    on_remove=strategies.sampled_from(Removal),
    prevent_delete=strategies.booleans(),
    depends_on=strategies.lists(ADDRESSES, max_size=2).map(tuple),
)


def back(content: bytes, stack: str = "demo") -> Ledger:
    """What is read from bytes."""
    return decode(content, where="The ledger", stack=stack)


@given(strategies.lists(ENTRIES, max_size=4), strategies.integers(0), strategies.lists(TEXTS, max_size=2))
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read(entries: list[Owned], serial: int, receipts: list[str]) -> None:
    """Any ledger comes back whole, packed and not."""
    written = replace(ledger(*entries, serial=serial), receipts=tuple(receipts))
    assert (back(encode(written)), back(pack(written))) == (written, written)


def test_the_same_ledger_gives_the_same_bytes() -> None:
    """Whatever the order in which entries were added."""
    other = Ledger(
        stack="demo",
        url=URL,
        serial=7,
        entries=dict(reversed(list(SOME.entries.items()))),
        receipts=SOME.receipts,
    )
    assert (encode(other), pack(other), digest(other)) == (encode(SOME), pack(SOME), digest(SOME))


def test_a_ledger_in_a_file_can_be_read_by_people() -> None:
    """JSON with one entry a line, and nothing in it that is empty or usual."""
    lines = encode(ledger(owned("role.z", "b" * 32))).decode().splitlines()
    assert [json.loads(each) for each in lines[1:-1]] == [
        {"address": "role.z", "table": "sys_user_role", "sys_id": "b" * 32, "custody": "created"}
    ]


@pytest.mark.parametrize("write", [encode, pack])
def test_half_a_document_is_never_believed(write: object) -> None:
    """Cut anywhere, it is damage, and the message says what to do."""
    assert callable(write)
    content = write(SOME)
    for length in range(0, len(content) - 1, 7):
        with pytest.raises(LedgerDamagedError, match="snowconf ledger verify"):
            back(content[:length])


def test_a_changed_letter_is_noticed() -> None:
    """An entry that somebody edited by hand is not taken for the stack's own."""
    with pytest.raises(LedgerDamagedError, match="its digest does not fit"):
        back(encode(SOME).replace(b"svc_finout", b"svc_finouT"))


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b"1",
        b"\xff",
        b'{"format": 1}',
        b'{"format":1,"sha256":"","stack":1,"url":"","serial":0,"receipts":[],"entries":[]}',
        b'{"format":1,"sha256":"","stack":"demo","url":"","serial":"0","receipts":[],"entries":[]}',
        b'{"format":1,"sha256":"","stack":"demo","url":"","serial":0,"receipts":[],"entries":[1]}',
        b'{"format":1,"sha256":"","stack":"demo","url":"","serial":0,"receipts":[],"entries":[{"address":"x"}]}',
        b"[" * 100_000,
    ],
)
def test_other_things_are_no_ledger(text: bytes) -> None:
    """Whatever stands there, it is one typed error."""
    with pytest.raises(LedgerDamagedError):
        back(text)


def test_another_version_says_so() -> None:
    """A newer format is not guessed at."""
    with pytest.raises(LedgerFormatError, match="has format 2"):
        back(encode(SOME).replace(b'"format":1', b'"format":2'))


def test_another_stack_is_refused() -> None:
    """Both names are said."""
    with pytest.raises(ForeignLedgerError, match=r"'demo'.*'hr'"):
        back(encode(SOME), stack="hr")


def test_10_000_entries_stay_under_2_mb() -> None:
    """As the instance keeps them: with names, places, digests, a secret in ten, references."""
    entries = [_likely(number) for number in range(10_000)]
    assert len(pack(ledger(*entries))) < 2_000_000


def _likely(number: int) -> Owned:
    def made(what: str) -> str:
        return sha256(f"{what}{number}".encode()).hexdigest()

    secret = {"user_password": fingerprint("x", column="c", sys_id="s")} if number % 100 == 0 else {}
    if number % 10 == 0 and not secret:
        secret = {"user_password": f"scrypt${made('s')[:22]}${made('h')[:43]}"}
    return owned(
        f"user.svc_integration_{number}",
        made("id")[:32],
        name=f"svc_integration_{number}",
        origin=f"accounts.toml:{number * 9}",
        digests={name: made(name)[:32] for name in ("user_name", "first_name", "email", "active", "roles")},
        secrets=secret,
        depends_on=(Address("role", f"reader_{number % 50}"),),
    )
