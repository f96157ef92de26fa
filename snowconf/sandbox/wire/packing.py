"""Answers packed with gzip for who asks for it, as they are on the wire (wire-contract.md 2.3).

The door in process hands answers over as they are: packing is about the way between two machines.
"""

import gzip
import re
from dataclasses import replace

from snowconf.sandbox.wire.requests import Answer, Request

# As little work as possible: whoever reads it is near.
LEVEL = 1
PACKED = re.compile(r"(?:application/(?:json|xml)|text/)")
_NEVER = re.compile(r";\s*q=0(?:\.0{0,3})?\s*$")


def pack(request: Request, answer: Answer) -> Answer:
    """The answer packed, when the caller takes gzip and it is text, however short (docs/platform.md).

    What a fault cuts at a byte stays as it is.
    """
    if not _takes_gzip(request.header("accept-encoding")) or not _is_text(answer):
        return answer
    body = gzip.compress(answer.body, LEVEL, mtime=0)
    kept = (header for header in answer.headers if header[0] != "Content-Length")
    headers = (*kept, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body))))
    return replace(answer, headers=headers, body=body)


def _is_text(answer: Answer) -> bool:
    plain = not answer.header("content-encoding") and answer.delivery.upto is None
    return plain and bool(answer.body) and bool(PACKED.match(answer.header("content-type")))


def _takes_gzip(accepted: str) -> bool:
    """Only by name: a star alone is what takes anything, and so also what is not packed."""
    names = (part for part in accepted.lower().split(",") if not _NEVER.search(part))
    return any(part.partition(";")[0].strip() in {"gzip", "x-gzip"} for part in names)
