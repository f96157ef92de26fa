"""OAuth tokens as rows of oauth_credential, which hold a digest and never the token (tables.md 2.2).

A token is worked out from the client's secret and its row's sys_id, so that a client that shows its secret again
gets the living token again (wire-contract.md 4.1), although neither is kept. Who may have a token is decided in `oauth`.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from snowconf.sandbox.session import Clock
from snowconf.sandbox.store import Row, Store

TABLE = "oauth_credential"
STAMP = "%Y-%m-%d %H:%M:%S"
DEFAULT_LIFESPANS_S = {"access_token": 1800, "refresh_token": 8_640_000}
# The largest integer of the platform's database.
LONGEST_LIFESPAN_S = 2**31 - 1

Kind: TypeAlias = Literal["access_token", "refresh_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who is to have tokens: the client with the secret it showed, the user it acts as, and by which grant."""

    client: Row
    user: Row
    secret: str
    grant_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token in hand: its text, and how many seconds it has left."""

    text: str
    expires_in: int


def issue(store: Store, claim: Claim, kind: Kind, clock: Clock) -> Token:
    """The claim's living token of this kind, or a fresh one when there is none."""
    now = clock()
    living = (row for row in _rows_of(store, claim, kind) if _seconds_left(row, now) > 0)
    found = next((row for row in living if _digest(_text(claim, row["sys_id"])) == row["token"]), None)
    if claim.secret and found:
        return Token(text=_text(claim, found["sys_id"]), expires_in=_seconds_left(found, now))
    return _mint(store, claim, kind, now)


def find_token(store: Store, text: str, kind: Kind, clock: Clock) -> Row | None:
    """The row of a token that is still alive."""
    found = store.find(TABLE, token=_digest(text), type=kind) if text else []
    return next((row for row in found if _seconds_left(row, clock()) > 0), None)


def find_holder(store: Store, text: str, clock: Clock) -> Row | None:
    """The user whom a living access token acts as; none when its client is gone or inactive."""
    row = find_token(store, text, "access_token", clock)
    client = store.get("oauth_entity", row["peer"]) if row else None
    if row is None or client is None or client["active"] != "true":
        return None
    return store.get("sys_user", row["user"])


def expire(store: Store, text: str, clock: Clock) -> None:
    """Mark a token of either kind as expired; nothing happens when there is none."""
    for row in store.find(TABLE, token=_digest(text)):
        store.update(TABLE, row["sys_id"], {"expires": clock().astimezone(UTC).strftime(STAMP)})


def seconds(client: Row, kind: Kind) -> int:
    """How long the client's tokens live."""
    text = client[f"{kind}_lifespan"]
    chosen = int(text) if text.isdecimal() else 0
    return min(chosen, LONGEST_LIFESPAN_S) if chosen > 0 else DEFAULT_LIFESPANS_S[kind]


def _rows_of(store: Store, claim: Claim, kind: Kind) -> list[Row]:
    return store.find(TABLE, peer=claim.client["sys_id"], user=claim.user["sys_id"], type=kind)


def _mint(store: Store, claim: Claim, kind: Kind, now: datetime) -> Token:
    key = secrets.token_hex(16)
    # Without a secret there is nothing that only the client knows, so such a token can be given out once only.
    text = _text(claim, key) if claim.secret else _readable(secrets.token_bytes(64))
    received = now.astimezone(UTC).replace(microsecond=0)
    row = {
        "sys_id": key,
        "type": kind,
        "peer": claim.client["sys_id"],
        "user": claim.user["sys_id"],
        "grant_type": claim.grant_type,
        "token": _digest(text),
        "token_received": received.strftime(STAMP),
        "expires": (received + timedelta(seconds=seconds(claim.client, kind))).strftime(STAMP),
    }
    store.insert(TABLE, row | _system_columns(claim, received))
    return Token(text=text, expires_in=_seconds_left(row, now))


def _system_columns(claim: Claim, at: datetime) -> Row:
    who, when = claim.user["user_name"], at.strftime(STAMP)
    return {
        "sys_created_by": who,
        "sys_created_on": when,
        "sys_updated_by": who,
        "sys_updated_on": when,
        "sys_mod_count": "0",
    }


def _seconds_left(row: Row, now: datetime) -> int:
    expires = datetime.strptime(row["expires"], STAMP).replace(tzinfo=UTC)
    return max(0, int((expires - now).total_seconds()))


def _text(claim: Claim, key: str) -> str:
    # The sealed secret takes part as salt: two clients with one secret still have different tokens.
    salted = f"{claim.secret}\n{claim.client['client_secret']}".encode()
    return _readable(hmac.digest(salted, key.encode(), "sha512"))


def _readable(token: bytes) -> str:
    return urlsafe_b64encode(token).decode().rstrip("=")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
