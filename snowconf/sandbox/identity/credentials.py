"""What a request shows of who sends it: a password, a token, a key, a browser's session. Checks none of it."""

from base64 import b64decode
from dataclasses import dataclass
from typing import Literal, TypeAlias

from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store
from snowconf.sandbox.wire.requests import Request

Kind: TypeAlias = Literal["basic", "bearer", "api_key", "session", "none"]

SESSION_COOKIE = "JSESSIONID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`secret` is what proves it, `name` a user's name; `parameter` the sys_id of the auth parameter of a key."""

    kind: Kind
    name: str = ""
    secret: str = ""
    parameter: str = ""


NOTHING = Credentials(kind="none")


def read_credentials(store: Store, request: Request) -> Credentials:
    """The first kind that the request has, the Authorization header before all others."""
    scheme, _, rest = request.header("authorization").partition(" ")
    match scheme.lower():
        case "basic":
            name, password = read_basic(rest.strip())
            return Credentials(kind="basic", name=name, secret=password)
        case "bearer":
            return Credentials(kind="bearer", secret=rest.strip())
        case "":
            return _read_others(store, request)
        case _:
            return NOTHING


def _read_others(store: Store, request: Request) -> Credentials:
    if key := _find_key(store, request):
        return key
    # wire-contract.md 4.3: documented beside the header.
    if token := request.parameter("access_token"):
        return Credentials(kind="bearer", secret=token)
    session = read_cookie(request, SESSION_COOKIE)
    return Credentials(kind="session", secret=session) if session else NOTHING


def _find_key(store: Store, request: Request) -> Credentials | None:
    """A key in one of the headers or query parameters that the instance knows (docs/platform.md)."""
    for row in recall(store, ("sys_token_auth_parameter",), _parameters):
        name, prefix = row["parameter_name"], row["prefix"]
        text = request.header(name.lower()) if row["type"] == "auth_header" else request.parameter(name)
        if text and text.startswith(prefix):
            key = text.removeprefix(prefix).strip()
            return Credentials(kind="api_key", secret=key, parameter=row["sys_id"])
    return None


def _parameters(store: Store) -> list[Row]:
    return [row for row in store.find("sys_token_auth_parameter") if row["parameter_name"]]


def read_basic(credentials: str) -> tuple[str, str]:
    """Name and password of a basic Authorization header; both empty when it is none."""
    try:
        name, _, password = b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password


def read_cookie(request: Request, name: str) -> str:
    """The cookie's value, empty when it was not sent."""
    pairs = (pair.partition("=") for pair in request.header("cookie").split(";"))
    return next((value.strip().strip('"') for key, _, value in pairs if key.strip() == name), "")
