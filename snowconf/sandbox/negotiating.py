"""Whether a request can be served at all: its method, the types it sends and takes, its size (wire-contract.md 1.8)."""

from snowconf.sandbox.answering import failure
from snowconf.sandbox.decoding import MAX_BODY, MEDIA_TYPES
from snowconf.sandbox.requests import Answer, Request

OVERRIDE = "x-http-method-override"
JSON_TYPE = "application/json"
ACCEPTED = frozenset({"*/*", "application/*", JSON_TYPE})
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def read_method(request: Request) -> str:
    """The method that counts: a header may replace the one of the request line."""
    return (request.header(OVERRIDE) or request.method).upper()


def refuse_types(request: Request) -> Answer | None:
    """406 for an answer in a type the sandbox does not write, 415 for a body in one that it does not read."""
    if not _takes_json(request.header("accept")):
        text = f"Invalid response_type. Supported response media types for this service are: [{JSON_TYPE}]"
        return failure(406, text, None)
    sent = _media_type(request.header("content-type")) or JSON_TYPE
    if request.body and read_method(request) in WITH_BODY and sent != JSON_TYPE:
        text = f"Invalid content-type. Supported request media types for this service are: [{MEDIA_TYPES}]"
        return failure(415, text, None)
    return None


def refuse_size(request: Request) -> Answer | None:
    """400 for a body over the platform's limit, whose length the caller may have announced."""
    if len(request.body) <= MAX_BODY:
        return None
    announced = request.header("content-length")
    length = announced if announced.isdecimal() else str(len(request.body))
    detail = (
        f"Rejected large REST payload with content-length = {length} bytes. Max allowed: {MAX_BODY} bytes."
    )
    return failure(400, "Exception while reading request", detail)


def _takes_json(accept: str) -> bool:
    return not accept.strip() or any(_media_type(part) in ACCEPTED for part in accept.split(","))


def _media_type(text: str) -> str:
    return text.partition(";")[0].strip().lower()
