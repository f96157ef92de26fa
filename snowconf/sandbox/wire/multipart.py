"""Bodies of `multipart/form-data` taken apart (RFC 7578), as far as an upload needs it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)
_NAME = re.compile(r';\s*name="([^"]*)"')
_FILE_NAME = re.compile(r';\s*filename="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a form: a value, or a file when it has a file name."""

    name: str
    file_name: str
    content_type: str
    data: bytes


def split(content_type: str, body: bytes) -> tuple[Part, ...]:
    """The parts of a body; none when it is not what its type says."""
    found = _BOUNDARY.search(content_type)
    if not content_type.strip().lower().startswith("multipart/form-data") or found is None:
        return ()
    mark = b"--" + (found[1] or found[2]).encode()
    return tuple(_read(piece) for piece in _pieces(body, mark))


def _pieces(body: bytes, mark: bytes) -> Iterator[bytes]:
    """What stands between the marks, without the line breaks that belong to these."""
    for piece in (b"\r\n" + body).split(b"\r\n" + mark)[1:]:
        if piece.startswith(b"--"):
            return
        yield piece.partition(b"\r\n")[2]


def _read(piece: bytes) -> Part:
    head, _, data = piece.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("utf-8", errors="replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    disposition = headers.get("content-disposition", "")
    return Part(
        name=_first(_NAME, disposition),
        file_name=_first(_FILE_NAME, disposition).replace('\\"', '"'),
        content_type=headers.get("content-type", ""),
        data=data,
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
