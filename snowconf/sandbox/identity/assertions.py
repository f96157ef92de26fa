"""JWT bearer assertions: whose they are, if a registered key signed them and their claims hold (wire-contract.md 4.1)."""

import hmac
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from snowconf.dictionary import get_table
from snowconf.sandbox.identity.public_keys import PublicKey, UnreadableKeyError, read_public_key, verify
from snowconf.sandbox.storage.concealing import reveal
from snowconf.sandbox.storage.remembering import hold
from snowconf.sandbox.storage.store import Row, Store

SKEW_S = 300
LARGEST = 65_536
# What tables.md 2.2 calls a column of sys_user otherwise than the table does.
COLUMNS = {"user_id": "user_name"}
# Algorithms whose key both sides have, and their hashes.
SHARED = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


class BadAssertionError(Exception):
    """The assertion proves nothing; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A JWT taken apart, its signature not yet looked at."""

    head: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    def claim(self, name: str) -> str:
        """A claim as text, empty when there is none."""
        value = self.claims.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def audience(self) -> tuple[str, ...]:
        """`aud`, which may be a list."""
        value = self.claims.get("aud")
        many = value if isinstance(value, list) else [value]
        return tuple(each for each in many if isinstance(each, str))


@dataclass(slots=True)
class Spent:
    """The `jti` that were used, each until its assertion expires."""

    store: Store
    until: dict[tuple[str, str], float] = field(default_factory=dict)

    def spend(self, client: str, name: str, *, until: float, now: float) -> bool:
        """Whether it is used for the first time."""
        self.until = {key: end for key, end in self.until.items() if end > now}
        if not name or (client, name) in self.until:
            return False
        self.until[client, name] = until
        return True


def read_assertion(text: str) -> Assertion:
    """The assertion.

    Raises:
        BadAssertionError: it is no JWT.
    """
    head, claims, signature = _split(text)
    return Assertion(
        head=_read(head),
        claims=_read(claims),
        signed=f"{head}.{claims}".encode(),
        signature=_decode(signature),
    )


def find_user(store: Store, client: Row, assertion: Assertion, now: datetime) -> Row:
    """The user whom the assertion is about.

    Raises:
        BadAssertionError: a key, a claim or the user does not fit.
    """
    if not any(_is_signed(store, row, assertion) for row in _maps(store, client, assertion)):
        raise BadAssertionError("no key of the client's verifier maps made the signature")
    _check_claims(store, client, assertion, now.timestamp())
    column = COLUMNS.get(client["user_field"], client["user_field"]) or "sys_id"
    subject = assertion.claim("sub")
    if column not in get_table("sys_user").columns or not subject:
        raise BadAssertionError("the subject names nobody")
    found = store.find_ignoring_case("sys_user", **{column: subject})
    if len(found) != 1:
        raise BadAssertionError("the subject is not exactly one user")
    return found[0]


def _algorithm(assertion: Assertion) -> str:
    value = assertion.head.get("alg")
    return value if isinstance(value, str) else ""


def _maps(store: Store, client: Row, assertion: Assertion) -> list[Row]:
    """Those of the maps with the assertion's key id; all of them when it has none."""
    wanted = assertion.head.get("kid")
    maps = store.find("jwt_verifier_map", oauth_jwt=client["sys_id"])
    return [row for row in maps if wanted is None or row["kid"] == wanted]


def _is_signed(store: Store, row: Row, assertion: Assertion) -> bool:
    """By the shared key or by the certificate's owner: what the algorithm says decides which of them counts."""
    algorithm, signed, signature = _algorithm(assertion), assertion.signed, assertion.signature
    if algorithm in SHARED:
        key = reveal(store, row["shared_key"])
        return bool(key) and hmac.compare_digest(
            hmac.digest(key or b"", signed, SHARED[algorithm]), signature
        )
    certificate = store.get("sys_certificate", row["sys_certificate"])
    if certificate is None or certificate["active"] != "true":
        return False
    return any(verify(key, algorithm, signed, signature) for key in _readable(certificate["pem_certificate"]))


def _readable(pem: str) -> list[PublicKey]:
    try:
        return [read_public_key(pem)]
    except UnreadableKeyError:
        return []


def _check_claims(store: Store, client: Row, assertion: Assertion, now: float) -> None:
    identity = client["client_id"]
    if identity not in assertion.audience or assertion.claim("iss") != identity:
        raise BadAssertionError("aud and iss must be the client id")
    skew, expires = _number(client["clock_skew"], SKEW_S), _instant(assertion, "exp")
    if expires is None or expires + skew <= now:
        raise BadAssertionError("it is expired, or does not say when it expires")
    begins = _instant(assertion, "nbf")
    if begins is not None and begins - skew > now:
        raise BadAssertionError("it is not valid yet")
    if client["enable_jti_verification"] == "true":
        name = assertion.claim(client["jti_claim"] or "jti")
        if not hold(store, Spent).spend(client["sys_id"], name, until=expires + skew, now=now):
            raise BadAssertionError("its jti is missing or was used before")


def _instant(assertion: Assertion, name: str) -> float | None:
    """Seconds since 1970; None for what is no number."""
    value = assertion.claims.get(name)
    return float(value) if isinstance(value, int | float) and abs(value) < 1e12 else None


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _split(text: str) -> tuple[str, str, str]:
    parts = text.split(".")
    if len(parts) != 3 or len(text) > LARGEST or not text.isascii():
        raise BadAssertionError("it is no JWT")
    return parts[0], parts[1], parts[2]


def _read(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_decode(part))
    except (ValueError, RecursionError) as error:
        raise BadAssertionError("it is no JWT") from error
    if not isinstance(found, dict):
        raise BadAssertionError("it is no JWT")
    return found


def _decode(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise BadAssertionError("it is no JWT") from error
