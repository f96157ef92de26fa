"""Short URLs: the query of a URL that is too long to be sent, kept under a name (docs/platform.md "Short URLs")."""

import re
from dataclasses import replace

from snowconf.dictionary import get_table
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.answers.answering import failure, no_method, plain
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.made_ids import fresh_id
from snowconf.sandbox.storage.store import Store
from snowconf.sandbox.wire.decoding import UnreadableBodyError, decode
from snowconf.sandbox.wire.reading import parse_pairs
from snowconf.sandbox.wire.requests import Answer, Request

TABLE = "sys_tiny_url"
PARAMETER = "sysparm_tiny"
SHORTEST = "glide.tiny_url_min_length"
USUAL_SHORTEST = 1024
_HOST = re.compile(r"https?://[^/]*")


def answer(call: Call) -> Answer:
    """POST of `{"url": …}`: where the short one leads, without scheme and host; a URL that is short stays itself."""
    if read_method(call.request) != "POST":
        return no_method(("POST",))
    return refuse_types(call.request) or refuse_size(call.request) or _shorten(call)


def expand(store: Store, request: Request) -> Request:
    """The request with the parameters that a short URL stands for after its own; as it is when there is none.

    The path stays the request's. A name that nobody gave stands for nothing.
    """
    name = request.parameter(PARAMETER)
    found = next(iter(store.find(TABLE, tiny_url=name)), None) if name else None
    if found is None:
        return request
    return replace(request, query=(*request.query, *parse_pairs(found["data"])))


def _shorten(call: Call) -> Answer:
    try:
        url = decode(call.request.body).get("url", "")
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    if not url:
        return failure(400, "The url is missing", None)
    session = call.session
    if len(url) < settings.find_number(session.store, SHORTEST, USUAL_SHORTEST):
        return plain(200, {"result": url})
    (before, _, query), name = url.partition("?"), fresh_id()
    longest = get_table(TABLE).columns["data"].max_length
    with session.store.transaction():
        insert_row(session, TABLE, {"tiny_url": name, "data": query[:longest]})
    return plain(200, {"result": f"{_HOST.sub('', before).lstrip('/')}?{PARAMETER}={name}"})
