"""Files of records as the platform keeps them: a row that describes the file, and rows that hold its bytes.

The bytes are compressed, cut into pieces and written as base64, so that they are rows like any others.
"""

import gzip
import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row, stamp_change
from snowconf.sandbox.storage.store import Row, Store

TABLE = "sys_attachment"
PIECES = "sys_attachment_doc"
# wire-contract.md recorded answers 05, 16: what the platform says of its pieces, and who finishes the upload.
CHUNK = 700_000
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file on its way to a record."""

    table: str
    sys_id: str
    name: str
    content_type: str
    data: bytes


def attach(session: Session, file: File) -> Row:
    """Store the file and return its row as it is while the upload is pending; it is available right after."""
    compressed = gzip.compress(file.data, mtime=0)
    row = insert_row(session, TABLE, _describe(file, len(compressed)))
    for position, start in enumerate(range(0, len(compressed), CHUNK)):
        piece = compressed[start : start + CHUNK]
        values = {
            "sys_attachment": row["sys_id"],
            "position": str(position),
            "length": str(len(piece)),
            "data": b64encode(piece).decode(),
        }
        insert_row(session, PIECES, values)
    available = {"state": "available", "sys_mod_count": "1", "sys_updated_by": SYSTEM}
    session.store.update(TABLE, row["sys_id"], available)
    return row


def read(store: Store, sys_id: str) -> bytes:
    """The file's bytes; none when nothing was ever uploaded."""
    pieces = sorted(store.find(PIECES, sys_attachment=sys_id), key=lambda piece: int(piece["position"]))
    compressed = b"".join(b64decode(piece["data"]) for piece in pieces)
    return gzip.decompress(compressed) if compressed else b""


def rename(session: Session, row: Row, name: str) -> None:
    """Give the file another name."""
    session.store.update(TABLE, row["sys_id"], {"file_name": name[:100]} | stamp_change(session, row))


def discard(session: Session, row: Row) -> None:
    """Remove the file and its bytes."""
    session.store.delete(TABLE, row["sys_id"])
    _discard_pieces(session, row["sys_id"])


def follow(session: Session, table: str, sys_id: str) -> None:
    """Remove what belonged to a record that is gone: its files, or the bytes when it was a file itself."""
    for row in session.store.find(TABLE, table_sys_id=sys_id):
        discard(session, row)
    if table == TABLE:
        _discard_pieces(session, sys_id)


def _discard_pieces(session: Session, sys_id: str) -> None:
    for piece in session.store.find(PIECES, sys_attachment=sys_id):
        session.store.delete(PIECES, piece["sys_id"])


def _describe(file: File, compressed: int) -> Row:
    return {
        "table_name": file.table,
        "table_sys_id": file.sys_id,
        "file_name": file.name[:100],
        "content_type": file.content_type[:100],
        "size_bytes": str(len(file.data)),
        "size_compressed": str(compressed),
        "compressed": "true",
        "chunk_size_bytes": str(CHUNK),
        "hash": hashlib.sha256(file.data).hexdigest(),
    }
