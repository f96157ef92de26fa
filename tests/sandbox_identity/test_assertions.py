"""JWT bearer assertions, and access tokens in the JWT format (wire-contract.md 4.1, tables.md 2.1, docs/platform.md)."""

import hmac
import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from snowconf.sandbox.identity.public_keys import RsaKey, verify
from snowconf.sandbox.identity.signing import SigningKey, make_key
from snowconf.sandbox.storage.store import Row, Store
from tests.sandbox_identity.site import Reply, Site, bearer, rsa_pem

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NOW = 1_782_907_200  # 2026-07-01 12:00:00 UTC, where the desk's clock stands


@pytest.fixture(scope="session")
def signer() -> SigningKey:
    """Somebody's key pair."""
    return make_key(Store(None))


def part(content: Mapping[str, Any] | bytes) -> str:
    """A part of a JWT."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(data).decode().rstrip("=")


def unpart(text: str) -> dict[str, Any]:
    """What a part of a JWT says."""
    found: dict[str, Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def sign(key: SigningKey, claims: Mapping[str, Any], **head: Any) -> str:
    """The claims as an assertion."""
    text = f"{part({'alg': 'RS256', 'typ': 'JWT'} | head)}.{part(claims)}"
    return f"{text}.{part(key.sign(text.encode()))}"


def shared(key: bytes, claims: Mapping[str, Any], algorithm: str) -> str:
    """The claims as an assertion that a shared key signs."""
    text = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims)}"
    return f"{text}.{part(hmac.digest(key, text.encode(), 'sha' + algorithm[2:]))}"


def verifier(site: Site, client: Row, text: str, **values: str) -> Row:
    """A verifier map of the client with that certificate."""
    certificate = site.desk.insert("sys_certificate", name="cert", pem_certificate=text)
    pair = {"oauth_jwt": client["sys_id"], "sys_certificate": certificate["sys_id"]}
    site.desk.insert("jwt_verifier_map", **({"name": "map", "kid": "one"} | pair | values))
    return certificate


def ask(site: Site, assertion: str, **form: str) -> Reply:
    """The token request."""
    return site.token(**({"client_id": "machine", "grant_type": GRANT, "assertion": assertion} | form))


def claims_of(user: Row, **others: Any) -> dict[str, Any]:
    """Claims that are right for the machine's client."""
    return {"aud": "machine", "iss": "machine", "sub": user["sys_id"], "exp": NOW + 60, "jti": "1"} | others


@pytest.fixture
def machine(site: Site, signer: SigningKey) -> Row:
    """A client with a verifier map for the signer's key."""
    client = site.jwt_client()
    verifier(site, client, rsa_pem(signer.public.modulus, signer.public.exponent))
    return client


def test_an_assertion_gets_a_token_for_its_subject(
    site: Site, joe: Row, machine: Row, signer: SigningKey
) -> None:
    """Without a refresh token (wire-contract.md 4.1)."""
    reply = ask(site, sign(signer, claims_of(joe), kid="one"))
    assert list(reply.json()) == ["access_token", "scope", "token_type", "expires_in"]
    assert site.call(bearer(reply.json()["access_token"])).status == 200
    row = site.desk.one("oauth_credential", peer=machine["sys_id"])
    assert (row["user"], row["grant_type"]) == (joe["sys_id"], GRANT)


@pytest.mark.parametrize(
    ("user_field", "subject"),
    [("user_name", "JOE"), ("user_id", "joe"), ("email", "joe@example.com"), ("", "sys_id")],
)
def test_the_subject_is_a_value_of_the_registrys_column(
    site: Site, machine: Row, signer: SigningKey, user_field: str, subject: str
) -> None:
    """`user_field` says which; the sys_id when it says nothing."""
    joe = site.desk.user("joe", email="joe@example.com")
    site.desk.update("oauth_jwt", machine, user_field=user_field)
    value = joe["sys_id"] if subject == "sys_id" else subject
    assert ask(site, sign(signer, claims_of(joe, sub=value))).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "other"},
        {"aud": 1},
        {"iss": "other"},
        {"iss": None},
        {"sub": "nobody"},
        {"sub": ""},
        {"exp": NOW - 301},
        {"exp": None},
        {"exp": 1e300},
        {"nbf": NOW + 301},
    ],
)
def test_claims_must_hold(
    site: Site, joe: Row, machine: Row, signer: SigningKey, change: dict[str, Any]
) -> None:
    """Audience, issuer, subject and times (wire-contract.md 4.1)."""
    assert ask(site, sign(signer, claims_of(joe, **change))).status == 401
    assert "the assertion is not accepted" in site.why()
    assert machine["active"] == "true"


@pytest.mark.parametrize(
    "change", [{"aud": ["x", "machine"]}, {"exp": NOW - 299}, {"exp": NOW + 0.5}, {"nbf": NOW + 299}]
)
def test_clocks_may_differ_a_little(
    site: Site, joe: Row, machine: Row, signer: SigningKey, change: dict[str, Any]
) -> None:
    """By the registry's skew of five minutes; an audience may be a list."""
    assert ask(site, sign(signer, claims_of(joe, **change))).status == 200
    assert machine["clock_skew"] == "300"


def test_the_signature_must_be_a_registered_keys(
    site: Site, joe: Row, machine: Row, signer: SigningKey
) -> None:
    """Not somebody else's, not none, not one over other claims."""
    right = sign(signer, claims_of(joe))
    head, claims, signature = right.split(".")
    others = [
        sign(make_key(Store(None)), claims_of(joe)),
        f"{part({'alg': 'none'})}.{claims}.",
        f"{part({'alg': 1})}.{claims}.{signature}",
        f"{head}.{part(claims_of(joe, sub=machine['sys_id']))}.{signature}",
        sign(signer, claims_of(joe), kid="two"),
    ]
    assert [ask(site, each).status for each in others] == [401] * 5
    assert ask(site, right).status == 200


@pytest.mark.parametrize(
    "text",
    ["", "a.b", "a.b.c", "ä.b.c", f"{part(b'1')}.{part(b'1')}.x", f"{part(b'[')}.{part({})}.x", "x" * 70_000],
)
def test_what_is_no_jwt_proves_nothing(site: Site, machine: Row, text: str) -> None:
    """Refused like everything."""
    assert ask(site, text).status == 401
    assert machine["active"] == "true"


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_shared_key_signs_as_well(site: Site, joe: Row, algorithm: str) -> None:
    """The verifier map's own, by its three hashes, and not the client's secret; nobody sees it (docs/platform.md)."""
    client = site.jwt_client()
    site.desk.insert("jwt_verifier_map", name="map", kid="one", oauth_jwt=client["sys_id"], shared_key="k3y")
    assert ask(site, shared(b"k3y", claims_of(joe), algorithm)).status == 200
    for key in (b"s3cret", b"", b"k3y "):
        assert ask(site, shared(key, claims_of(joe), algorithm)).status == 401
    stored = site.desk.one("jwt_verifier_map", name="map")["shared_key"]
    assert "k3y" not in stored
    assert b"k3y" not in b64decode(stored[2:])


def test_a_public_key_is_no_shared_one(site: Site, joe: Row, machine: Row, signer: SigningKey) -> None:
    """Everybody has a certificate's text, so it must sign nothing."""
    pem = site.desk.one("sys_certificate", name="cert")["pem_certificate"]
    assert ask(site, shared(pem.encode(), claims_of(joe), "HS256")).status == 401
    assert ask(site, shared(b"", claims_of(joe), "HS256")).status == 401
    assert machine["active"] == "true"
    assert signer.public.exponent


def test_a_shared_key_outlives_what_was_undone(site: Site, joe: Row) -> None:
    """The key that hides it is made in the first transaction that needs it, which may be rolled back."""
    client = site.jwt_client()
    values = {"name": "map", "kid": "one", "oauth_jwt": client["sys_id"], "shared_key": "k3y"}
    with suppress(LookupError), site.desk.store.transaction():
        site.desk.insert("jwt_verifier_map", **values)
        raise LookupError
    site.desk.insert("jwt_verifier_map", **values)
    site.desk.store.memory.clear()
    assert ask(site, shared(b"k3y", claims_of(joe), "HS256")).status == 200


def test_a_jti_is_good_once_where_it_is_verified(
    site: Site, joe: Row, machine: Row, signer: SigningKey
) -> None:
    """enable_jti_verification; the claim may have another name."""
    site.desk.update("oauth_jwt", machine, enable_jti_verification="true")
    asked = [claims_of(joe), claims_of(joe), claims_of(joe, jti="2"), claims_of(joe, jti="")]
    assert [ask(site, sign(signer, each)).status for each in asked] == [200, 401, 200, 401]
    site.desk.update("oauth_jwt", machine, jti_claim="nonce")
    assert ask(site, sign(signer, claims_of(joe, nonce="1"))).status == 401
    site.desk.clock.forward(minutes=10)
    later = claims_of(joe, nonce="1", exp=NOW + 1200)
    assert ask(site, sign(signer, later)).status == 200


def test_admins_get_no_token_for_an_assertion(site: Site, machine: Row, signer: SigningKey) -> None:
    """invalid_grant (tables.md 2.1)."""
    admin = site.desk.one("sys_user", user_name="admin")
    reply = ask(site, sign(signer, claims_of(admin)))
    assert (reply.status, reply.json()["error"]) == (401, "invalid_grant")
    assert machine["active"] == "true"


def test_certificates_must_be_active_and_readable(
    site: Site, joe: Row, machine: Row, signer: SigningKey
) -> None:
    """A map without a certificate, or with rubbish, is passed over."""
    certificate = site.desk.one("sys_certificate", name="cert")
    verifier(site, machine, "rubbish", kid="two")
    site.desk.insert("jwt_verifier_map", name="none", oauth_jwt=machine["sys_id"], kid="three")
    assert ask(site, sign(signer, claims_of(joe))).status == 200
    site.desk.update("sys_certificate", certificate, active="false")
    assert ask(site, sign(signer, claims_of(joe))).status == 401


def test_only_jwt_clients_take_assertions(site: Site, joe: Row, signer: SigningKey) -> None:
    """The class is fixed at birth (tables.md 2.1)."""
    site.client()
    claims = claims_of(joe, aud="finout", iss="finout")
    assert ask(site, sign(signer, claims), client_id="finout").status == 401
    assert site.why() == "the client is no OAuth JWT client"


def test_a_public_client_is_named_by_its_assertion(
    site: Site, joe: Row, machine: Row, signer: SigningKey
) -> None:
    """client_id and client_secret may be left out then (docs/platform.md)."""
    blank = {"client_id": "", "client_secret": ""}
    before = ask(site, sign(signer, claims_of(joe)), **blank).status
    site.desk.update("oauth_jwt", machine, public_client="true")
    assert (before, ask(site, sign(signer, claims_of(joe)), **blank).status) == (401, 200)
    assert ask(site, "rubbish", **blank).status == 401


@pytest.mark.parametrize(("claim", "column"), [("", "sys_id"), ("user_id", "user_name"), ("email", "email")])
def test_a_token_in_the_jwt_format_says_whose_it_is(site: Site, claim: str, column: str) -> None:
    """token_format=jwt; the keys are at /api/now/oauth/jwks (wire-contract.md 4.1)."""
    joe = site.desk.user("joe", password="pw", email="joe@example.com")
    site.client(token_format="jwt", sub_claim=claim)
    asked = {"grant_type": "password", "username": "joe", "password": "pw"}
    text = site.token(**asked).json()["access_token"]
    head, claims, signature = text.split(".")
    said = unpart(claims)
    assert (said["sub"], said["aud"], said["exp"] - said["iat"]) == (joe[column], "finout", 1800)
    (shown,) = site.send("GET", "/api/now/oauth/jwks").json()["keys"]
    assert unpart(head)["kid"] == shown["kid"]
    modulus = int.from_bytes(b64decode(shown["n"] + "==", altchars=b"-_"))
    raw = urlsafe_b64decode(signature + "==")
    assert verify(RsaKey(modulus, 65537), "RS256", f"{head}.{claims}".encode(), raw)
    assert site.call(bearer(text)).status == 200
    assert site.token(**asked).json()["access_token"] == text
    assert site.call(bearer(text[:-4] + "AAAA")).status == 401
