"""Bodies read to a limit, also when they are packed: neither an endless answer nor a gzip bomb fills the memory."""

import zlib
from collections.abc import Iterator

import httpx

from snowconf.errors import BrokenAnswerError

MAX_BODY_BYTES = 100_000_000
_GZIP = 16 + zlib.MAX_WBITS
_STEP = 1 << 20


def bound_body(response: httpx.Response) -> None:
    """A response hook of httpx: whatever is read of the body from here on is unpacked and limited."""
    packing = str(response.headers.get("content-encoding", "")).strip().lower()
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = _BoundedStream(response.stream, packing)
    response.headers.pop("content-encoding", None)


class _BoundedStream(httpx.SyncByteStream):
    """Takes the place of httpx's own decoding, which unpacks each piece at once however large it becomes."""

    def __init__(self, stream: httpx.SyncByteStream, packing: str) -> None:
        self._stream = stream
        self._packing = packing

    def __iter__(self) -> Iterator[bytes]:
        room = MAX_BODY_BYTES
        for piece in self._pieces():
            room -= len(piece)
            if room < 0:
                raise BrokenAnswerError(
                    "The answer is longer than 100 MB. No answer of the Table API should be."
                )
            yield piece

    def close(self) -> None:
        self._stream.close()

    def _pieces(self) -> Iterator[bytes]:
        if self._packing in {"", "identity"}:
            return iter(self._stream)
        if self._packing in {"gzip", "x-gzip"}:
            return _unpacked(self._stream)
        raise BrokenAnswerError(
            "The answer is packed in a way that was not asked for. A proxy may have repacked it."
        )


def _unpacked(stream: httpx.SyncByteStream) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(_GZIP)
    is_empty = True
    try:
        for packed in stream:
            is_empty = is_empty and not packed
            yield from _steps(unpacking, packed)
    except zlib.error as error:
        raise BrokenAnswerError("The answer is packed, and damaged. Try again.") from error
    if not (is_empty or unpacking.eof):
        raise BrokenAnswerError("The answer is packed, and ends early. Try again.")


def _steps(unpacking: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """A megabyte at a time, so that whoever counts can stop in between."""
    while True:
        step = unpacking.decompress(packed, _STEP)
        yield step
        packed = unpacking.unconsumed_tail
        if len(step) < _STEP and not packed:
            return
