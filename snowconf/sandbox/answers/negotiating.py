"""Whether a request can be served at all: its method, the types it sends and takes, its size (wire-contract.md 1.8)."""

import re

from snowconf.sandbox.answers.answering import failure
from snowconf.sandbox.wire.decoding import MAX_BODY, MEDIA_TYPES
from snowconf.sandbox.wire.requests import Answer, Request

OVERRIDE = "x-http-method-override"
JSON_TYPE = "application/json"
# The platform's own default is ten times as much; a sandbox holds a file in memory.
MAX_FILE = 104_857_600
# What the sandbox reads and writes, by media type.
FORMS = {
    "*/*": "json",
    "application/*": "json",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/*": "xml",
}
_QUALITY = re.compile(r";\s*q=([01](?:\.[0-9]{0,3})?)")
# The form that takes files of XML.
UPLOAD = "/sys_upload.do"
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def read_method(request: Request) -> str:
    """The method that counts: a header may replace the one of the request line."""
    return (request.header(OVERRIDE) or request.method).upper()


def refuse_types(request: Request) -> Answer | None:
    """406 for an answer in a type the sandbox does not write, 415 for a body in one that it does not read."""
    return refuse_accept(request) or _refuse_content(request)


def refuse_accept(request: Request) -> Answer | None:
    """406 for an answer in a type the sandbox does not write."""
    if find_form(request.header("accept")):
        return None
    text = f"Invalid response_type. Supported response media types for this service are: [{MEDIA_TYPES}]"
    return failure(406, text, None)


def _refuse_content(request: Request) -> Answer | None:
    sent = media_type(request.header("content-type")) or JSON_TYPE
    if request.body and read_method(request) in WITH_BODY and sent not in FORMS:
        text = f"Invalid content-type. Supported request media types for this service are: [{MEDIA_TYPES}]"
        return failure(415, text, None)
    return None


def refuse_size(request: Request) -> Answer | None:
    """400 for a body over the platform's limit, whose length the caller may have announced."""
    return refuse_length(request, MAX_BODY)


def refuse_length(request: Request, most: int) -> Answer | None:
    """400 for a body of more than `most` bytes."""
    if len(request.body) <= most:
        return None
    announced = request.header("content-length")
    length = announced if announced.isdecimal() else str(len(request.body))
    detail = f"Rejected large REST payload with content-length = {length} bytes. Max allowed: {most} bytes."
    return failure(400, "Exception while reading request", detail)


def find_limit(path: str) -> int:
    """How many bytes of a body are read at most before it is refused."""
    is_file = path.startswith("/api/now/") and "/attachment/" in path
    return MAX_FILE if is_file or path == UPLOAD else MAX_BODY


def find_form(accept: str) -> str:
    """`json` or `xml`, whichever the caller likes best; empty when it takes neither."""
    wanted = [_weighed(part) for part in accept.split(",")] if accept.strip() else [(1.0, "*/*")]
    liked = sorted((each for each in wanted if each[0] > 0), key=lambda each: -each[0])
    return next((FORMS[kind] for _, kind in liked if kind in FORMS), "")


def _weighed(part: str) -> tuple[float, str]:
    found = _QUALITY.search(part)
    return float(found[1]) if found else 1.0, media_type(part)


def media_type(text: str) -> str:
    """The type alone, without its parameters."""
    return text.partition(";")[0].strip().lower()


def sends_xml(request: Request) -> bool:
    """Whether the body is XML."""
    return media_type(request.header("content-type")) in {"application/xml", "text/xml"}
