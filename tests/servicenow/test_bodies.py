"""Bodies that are packed, endless or damaged."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterable, Iterator

import httpx
import pytest

from snowconf.errors import BrokenAnswerError, OutcomeUnknownError
from snowconf.model.query import Query
from snowconf.servicenow import bounding
from tests.servicenow.wire import ID, Wire, client, listed

LIST = b'{"result": [{"sys_id": "1"}]}'


class Pieces(httpx.SyncByteStream):
    """A body in pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = list(pieces)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


def body(*pieces: bytes, packing: str = "") -> httpx.Response:
    """A JSON answer whose body comes in these pieces."""
    headers = {"Content-Type": "application/json", **({"Content-Encoding": packing} if packing else {})}
    return httpx.Response(200, headers=headers, stream=Pieces(pieces))


def read_rows(response: httpx.Response) -> int:
    """How many rows a list in that body has; the page after it is empty."""
    return len(client(Wire([response, listed([])])).list_rows("sys_user", Query(), []).rows)


def refuse_to_read(response: httpx.Response) -> None:
    """The same body comes however often it is asked for."""
    client(Wire([response], endless=True)).list_rows("sys_user", Query(), [])


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "GZIP"])
def test_a_packed_body_is_unpacked(packing: str) -> None:
    """In whatever pieces it comes."""
    packed = gzip.compress(LIST)
    assert read_rows(body(packed[:5], b"", packed[5:], packing=packing)) == 1


def test_a_plain_body_is_read_as_it_is() -> None:
    """`identity` is no packing."""
    assert read_rows(body(LIST[:9], LIST[9:], packing="identity")) == 1


def test_a_large_packed_body_is_whole() -> None:
    """Nothing is lost where the unpacking pauses."""
    many = b'{"result": [' + b",".join(b'{"sys_id": "%032x"}' % n for n in range(60_000)) + b"]}"
    assert read_rows(body(gzip.compress(many), packing="gzip")) == 60_000


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (body(gzip.compress(LIST)[:-9], packing="gzip"), "ends early"),
        (body(b"no gzip", packing="gzip"), "damaged"),
        (body(zlib.compress(LIST), packing="br"), "not asked for"),
    ],
)
def test_a_damaged_body_is_broken_and_never_an_empty_list(response: httpx.Response, words: str) -> None:
    """The worst reading of it would be: there are no records."""
    with pytest.raises(BrokenAnswerError, match=f"GET /api/now/table/sys_user: .*{words}"):
        refuse_to_read(response)


def test_an_empty_packed_body_is_no_result() -> None:
    """Nothing was packed at all."""
    with pytest.raises(BrokenAnswerError, match="no result"):
        refuse_to_read(body(packing="gzip"))


def test_a_gzip_bomb_is_stopped_at_the_limit() -> None:
    """A few kilobytes never become more in memory than the limit and a little."""
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packing.compress(bytes(1 << 20)) for _ in range(400)) + packing.flush()
    tracemalloc.start()
    with pytest.raises(BrokenAnswerError, match="100 MB"):
        refuse_to_read(body(bomb, packing="gzip"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * bounding.MAX_BODY_BYTES


def test_an_endless_body_is_stopped_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is not packed."""
    monkeypatch.setattr(bounding, "MAX_BODY_BYTES", 1000)
    with pytest.raises(BrokenAnswerError, match="longer than"):
        refuse_to_read(body(b"x" * 600, b"x" * 600))


def test_a_change_with_a_damaged_answer_is_of_unknown_outcome() -> None:
    """The instance may have made it."""
    wire = Wire([body(b"no gzip", packing="gzip")], endless=True)
    with pytest.raises(OutcomeUnknownError):
        client(wire).update("sys_user", ID, {"name": "x"})
