"""The feed of people, acted out: a partner signs an assertion, gets a token for it, lays rows down, and can do nothing else."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse

ENV = ("--env-file", ".env.example")
CLIENT = "5e0c7a3f9b1d4826a7f3c0d9e4b6182d"
ADDRESS = "feed@partner.example.com"
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "feed.partner.example.com")])
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = (("Content-Type", "application/json"), ("Accept", "application/json"))
PERSON = {"user_id": "ann.new", "first_name": "Ann", "last_name": "New"}

Run: TypeAlias = Callable[..., Any]


def make_key() -> tuple[ec.EllipticCurvePrivateKey, str]:
    """A key, and a certificate with its public half."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    valid = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    pem = valid.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return key, pem.decode().strip()


def encoded(part: bytes) -> str:
    """As a JWT holds it."""
    return urlsafe_b64encode(part).rstrip(b"=").decode()


@dataclass(frozen=True)
class Partner:
    """Who has the private key, and calls the instance with what it gets for it."""

    sandbox: Sandbox
    key: ec.EllipticCurvePrivateKey
    numbers: Iterator[int] = field(default_factory=count)

    def assertion(self, **claims: object) -> str:
        """Signed, about the feed's account unless the claims say otherwise."""
        usual = {"iss": CLIENT, "aud": CLIENT, "sub": ADDRESS, "exp": int(time.time()) + 60}
        head = encoded(json.dumps({"alg": "ES256", "kid": "2026"}).encode())
        body = encoded(json.dumps(usual | {"jti": f"a{next(self.numbers)}"} | claims).encode())
        signature = self.key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        return f"{head}.{body}.{encoded(b''.join(n.to_bytes(32, 'big') for n in decode_dss_signature(signature)))}"

    def ask_token(self, assertion: str) -> tuple[int, dict[str, str]]:
        """What the token endpoint answers."""
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        form = urlencode({"grant_type": grant, "client_id": CLIENT, "assertion": assertion}).encode()
        return self._send("POST", "/oauth_token.do", (FORM,), form)

    def call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> int:
        """The status of a call with a fresh token."""
        _, answer = self.ask_token(self.assertion())
        headers = (*JSON, ("Authorization", f"Bearer {answer['access_token']}"))
        status, _ = self._send(method, path, headers, json.dumps(body).encode() if body else b"")
        return status

    def _send(
        self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> tuple[int, dict[str, str]]:
        status, _, answer = self.sandbox.exchange()(method, f"https://acme.example.com{path}", headers, body)
        return status, json.loads(answer)


@pytest.fixture
def partner(copy_of: Callable[[str], Path], run: Run) -> Iterator[Partner]:
    """The example with a certificate of which the key is known, applied."""
    stack = copy_of("partner-feed")
    key, pem = make_key()
    text = (stack / "feed.toml").read_text("utf-8")
    start, end = text.index("-----BEGIN"), text.index('\n"""', text.index("-----END"))
    (stack / "feed.toml").write_text(text[:start] + pem + text[end:], "utf-8")
    run(stack, "apply", *ENV, "--auto-approve")
    with closing(Sandbox(stack / ".snowconf" / "sandbox.db", parse({}))) as sandbox:
        yield Partner(sandbox, key)


def test_the_partner_lays_rows_down_and_does_nothing_else(partner: Partner) -> None:
    """Nobody becomes a user by it, and the Table API is closed to the token, whatever the account may do."""
    assert partner.call("POST", "/api/now/import/imp_user", PERSON) == 201
    assert [row["user_id"] for row in partner.sandbox.store.find("imp_user")] == ["ann.new"]
    assert list(partner.sandbox.store.find("sys_user", user_name="ann.new")) == []
    assert partner.call("GET", "/api/now/table/sys_user?sysparm_limit=1") == 403


def test_an_assertion_works_once(partner: Partner) -> None:
    """Its jti is remembered."""
    assertion = partner.assertion()
    assert [partner.ask_token(assertion)[0] for _ in range(2)] == [200, 401]


@pytest.mark.parametrize("claims", [{"sub": "admin@example.com"}, {"exp": 1}, {"aud": "another"}])
def test_an_assertion_that_does_not_fit_gets_no_token(partner: Partner, claims: dict[str, object]) -> None:
    """Another user, another time, another client."""
    assert partner.ask_token(partner.assertion(**claims))[0] == 401


def test_another_key_gets_no_token(partner: Partner) -> None:
    """The certificate decides."""
    stranger = Partner(partner.sandbox, make_key()[0])
    assert stranger.ask_token(stranger.assertion())[0] == 401
