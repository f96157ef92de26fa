"""Whether a request can be served at all: its method, the types it sends and takes, its size (wire-contract.md 1.8)."""

from snowconf.sandbox.answering import failure
from snowconf.sandbox.decoding import MAX_BODY, MEDIA_TYPES
from snowconf.sandbox.requests import Answer, Request

OVERRIDE = "x-http-method-override"
JSON_TYPE = "application/json"
# The platform's own default is ten times as much; a sandbox holds a file in memory.
MAX_FILE = 104_857_600
ACCEPTED = frozenset({"*/*", "application/*", JSON_TYPE})
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def read_method(request: Request) -> str:
    """The method that counts: a header may replace the one of the request line."""
    return (request.header(OVERRIDE) or request.method).upper()


def refuse_types(request: Request) -> Answer | None:
    """406 for an answer in a type the sandbox does not write, 415 for a body in one that it does not read."""
    return refuse_accept(request) or _refuse_content(request)


def refuse_accept(request: Request) -> Answer | None:
    """406 for an answer in a type the sandbox does not write."""
    if _takes_json(request.header("accept")):
        return None
    text = f"Invalid response_type. Supported response media types for this service are: [{JSON_TYPE}]"
    return failure(406, text, None)


def _refuse_content(request: Request) -> Answer | None:
    sent = _media_type(request.header("content-type")) or JSON_TYPE
    if request.body and read_method(request) in WITH_BODY and sent != JSON_TYPE:
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
    return MAX_FILE if path.startswith("/api/now/") and "/attachment/" in path else MAX_BODY


def _takes_json(accept: str) -> bool:
    return not accept.strip() or any(_media_type(part) in ACCEPTED for part in accept.split(","))


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()
