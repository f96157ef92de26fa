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

from snowconf.sandbox.acting.session import MOMENT as STAMP, Clock
from snowconf.sandbox.identity.signing import signed_token
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.remembering import recall
from snowconf.sandbox.storage.store import Row, Store

TABLE = "oauth_credential"
DEFAULT_LIFESPANS_S = {"access_token": 1800, "refresh_token": 8_640_000}
# The largest integer of the platform's database.
LONGEST_LIFESPAN_S = 2**31 - 1

Kind: TypeAlias = Literal["access_token", "refresh_token"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who is to have tokens: the client with the secret it showed, the user it acts as, by which grant, what for.

    `scopes` are those that were asked for, separated by blanks; empty for all that the client has.
    """

    client: Row
    user: Row
    secret: str
    grant_type: str
    scopes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token in hand: its text, and how many seconds it has left."""

    text: str
    expires_in: int


def issue(store: Store, claim: Claim, kind: Kind, clock: Clock) -> Token:
    """The claim's living token of this kind, or a fresh one when there is none."""
    now = clock()
    living = (row for row in _rows_of(store, claim, kind) if _seconds_left(row, now) > 0)
    for row in living if claim.secret else ():
        text = _text(store, claim, row)
        if row["scopes"] == claim.scopes and _digest(text) == row["token"]:
            return Token(text=text, expires_in=_seconds_left(row, now))
    return _mint(store, claim, kind, now)


def find_token(store: Store, text: str, kind: Kind, clock: Clock) -> Row | None:
    """The row of a token that is still alive."""
    row = recall(store, (TABLE,), _by_digest).get(_digest(text)) if text else None
    return row if row and row["type"] == kind and _seconds_left(row, clock()) > 0 else None


def find_client(store: Store, token: Row) -> Row | None:
    """The registry that the token was given to; none when it is gone or inactive."""
    client = store.get("oauth_entity", token["peer"])
    return client if client and client["active"] == "true" else None


def expire(store: Store, text: str, clock: Clock) -> None:
    """Mark a token of either kind as expired; nothing happens when there is none."""
    for row in store.find(TABLE, token=_digest(text)):
        store.update(TABLE, row["sys_id"], {"expires": clock().astimezone(UTC).strftime(STAMP)})


def seconds(store: Store, client: Row, kind: Kind) -> int:
    """How long the client's tokens live: as it says, and access tokens no longer than the instance allows."""
    text = client[f"{kind}_lifespan"]
    chosen = int(text) if text.isdecimal() else 0
    lifespan = min(chosen, LONGEST_LIFESPAN_S) if chosen > 0 else DEFAULT_LIFESPANS_S[kind]
    cap = settings.find_number(store, settings.LIFESPAN_CAP, 0) if kind == "access_token" else 0
    return min(lifespan, cap) if cap else lifespan


def _by_digest(store: Store) -> dict[str, Row]:
    return {row["token"]: row for row in store.find(TABLE)}


def _rows_of(store: Store, claim: Claim, kind: Kind) -> list[Row]:
    return store.find(TABLE, peer=claim.client["sys_id"], user=claim.user["sys_id"], type=kind)


def _mint(store: Store, claim: Claim, kind: Kind, now: datetime) -> Token:
    received = now.astimezone(UTC).replace(microsecond=0)
    row = {
        "sys_id": secrets.token_hex(16),
        "type": kind,
        "peer": claim.client["sys_id"],
        "user": claim.user["sys_id"],
        "grant_type": claim.grant_type,
        "scopes": claim.scopes,
        "token_received": received.strftime(STAMP),
        "expires": (received + timedelta(seconds=seconds(store, claim.client, kind))).strftime(STAMP),
    }
    text = _text(store, claim, row)
    row["token"] = _digest(text)
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
    return max(0, int((_moment(row["expires"]) - now).total_seconds()))


def _moment(stored: str) -> datetime:
    return datetime.strptime(stored, STAMP).replace(tzinfo=UTC)


def _text(store: Store, claim: Claim, row: Row) -> str:
    opaque = _readable(_bytes_of(claim, row["sys_id"]))
    if row["type"] == "access_token" and claim.client.get("token_format") == "jwt":
        return signed_token(store, _claims(claim, row, opaque))
    return opaque


def _bytes_of(claim: Claim, key: str) -> bytes:
    """Without a secret there is nothing that only the client knows, so such a token can be given out once only."""
    if not claim.secret:
        return secrets.token_bytes(64)
    # The sealed secret takes part as salt: two clients with one secret still have different tokens.
    salted = f"{claim.secret}\n{claim.client['client_secret']}".encode()
    return hmac.digest(salted, key.encode(), "sha512")


def _claims(claim: Claim, row: Row, opaque: str) -> dict[str, str | int]:
    """What a token in the JWT format says of itself (docs/platform.md)."""
    column = {"user_id": "user_name"}.get(claim.client["sub_claim"], claim.client["sub_claim"])
    subject = claim.user.get(column) or claim.user["sys_id"]
    issued, expires = (_moment(row[name]) for name in ("token_received", "expires"))
    identity = claim.client["client_id"]
    return {
        "aud": identity,
        "iss": identity,
        "sub": subject,
        "iat": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "jti": opaque[:43],
        "scope": row["scopes"],
    }


def _readable(token: bytes) -> str:
    return urlsafe_b64encode(token).decode().rstrip("=")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
