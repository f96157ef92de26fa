"""Who may look at the pages: a user with the role admin, by name and password."""

from snowconf.sandbox.identity.credentials import read_basic
from snowconf.sandbox.identity.identities import Caller, Gate, Stranger, caller_for, prove
from snowconf.sandbox.wire.requests import Request


def find_reader(gate: Gate, request: Request, trusted_user: str) -> Caller | None:
    """The admin whose request it is; None for everybody else. Restrictions of basic authentication are for APIs."""
    name = trusted_user or _prove(gate, request)
    caller = caller_for(gate.store, name) if name else None
    return caller if caller is not None and caller.admin else None


def _prove(gate: Gate, request: Request) -> str:
    scheme, _, credentials = request.header("authorization").partition(" ")
    name, password = read_basic(credentials.strip()) if scheme.lower() == "basic" else ("", "")
    found = prove(gate, name, password)
    return "" if isinstance(found, Stranger) else found["user_name"]
