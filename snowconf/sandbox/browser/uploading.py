"""`/sys_upload.do`: the form by which people bring the XML of an update set. Name and password of an admin let one in here."""

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.answers.answering import ALWAYS, HTML, UNCACHED, as_header, page
from snowconf.sandbox.answers.negotiating import MAX_FILE, refuse_length
from snowconf.sandbox.browser.browsing import refuse
from snowconf.sandbox.browser.entering import find_reader
from snowconf.sandbox.identity.identities import Caller, Gate
from snowconf.sandbox.update_sets.documents import UnreadableDocumentError
from snowconf.sandbox.update_sets.loading import SETS, load
from snowconf.sandbox.wire import multipart
from snowconf.sandbox.wire.requests import Answer, Request

FILE = "attachFile"


def upload(gate: Gate, request: Request) -> Answer:
    """The retrieved set's form, or a page that says why there is none."""
    if request.method != "POST":
        return page(405, "Method not allowed", "Files are uploaded by POST.")
    caller = find_reader(gate, request, "")
    if caller is None:
        return refuse()
    return refuse_length(request, MAX_FILE) or _load(gate, caller, request)


def _load(gate: Gate, caller: Caller, request: Request) -> Answer:
    parts = multipart.split(request.header("content-type"), request.body)
    file = next((each for each in parts if each.name == FILE), None)
    if file is None:
        return page(400, "No file", "The form has no file called attachFile.")
    session = Session(
        store=gate.store, switches=gate.switches, caller=caller, clock=gate.clock, sink=gate.sink
    )
    try:
        loaded = load(session, file.data)
    except UnreadableDocumentError:
        return page(400, "Not an update set", "The file is not the XML of an exported update set.")
    location = as_header(f"/{SETS}.do?sys_id={loaded['sys_id']}")
    return Answer(status=302, headers=(("Location", location), *UNCACHED, HTML, *ALWAYS))
