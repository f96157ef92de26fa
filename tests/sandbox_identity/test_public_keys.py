"""Signatures that openssl made over the words below, and keys that it wrote (RFC 7518)."""

from base64 import b64decode
from pathlib import Path

import pytest

from snowconf.sandbox.public_keys import EcKey, RsaKey, UnreadableKeyError, read_public_key, verify
from snowconf.sandbox.signing import make_key
from snowconf.sandbox.store import Store

KEYS = Path(__file__).parent / "keys"
MESSAGE = b"signed by openssl"
SIGNATURES = {
    name: b64decode(text)
    for name, text in (line.split() for line in (KEYS / "signatures.txt").read_text().splitlines())
}
FILES = {"RS256": "rsa.pem", "RS384": "rsa.pem", "ES256": "p256.pem", "ES384": "p384.pem"}


def key(name: str) -> RsaKey | EcKey:
    """The key in that file."""
    return read_public_key((KEYS / name).read_text())


@pytest.mark.parametrize("algorithm", FILES)
def test_a_signature_is_recognized(algorithm: str) -> None:
    """Certificates of RSA and P-256, and a bare key on P-384."""
    assert verify(key(FILES[algorithm]), algorithm, MESSAGE, SIGNATURES[algorithm])


@pytest.mark.parametrize("algorithm", FILES)
@pytest.mark.parametrize("damage", ["message", "signature", "length", "zero"])
def test_anything_else_is_not(algorithm: str, damage: str) -> None:
    """Another message, a changed bit, a byte more, nothing but zeros."""
    right = SIGNATURES[algorithm]
    message = b"signed by nobody" if damage == "message" else MESSAGE
    signature = {
        "message": right,
        "signature": bytes([*right[:-1], right[-1] ^ 1]),
        "length": right + b"\x00",
        "zero": bytes(len(right)),
    }[damage]
    assert not verify(key(FILES[algorithm]), algorithm, message, signature)


@pytest.mark.parametrize(
    ("file", "algorithm"),
    [
        ("rsa.pem", "ES256"),
        ("rsa.pem", "HS256"),
        ("rsa.pem", "none"),
        ("rsa.pem", "RS384"),
        ("p256.pem", "RS256"),
        ("p256.pem", "ES384"),
        ("p256.pem", "ES512"),
        ("p256.pem", ""),
    ],
)
def test_an_algorithm_that_is_not_the_keys_is_refused(file: str, algorithm: str) -> None:
    """Whoever names another gets nowhere with it."""
    assert not verify(key(file), algorithm, MESSAGE, SIGNATURES["RS256" if file == "rsa.pem" else "ES256"])


def test_a_number_that_is_too_large_is_no_signature() -> None:
    """It must be smaller than the modulus."""
    assert not verify(key("rsa.pem"), "RS256", MESSAGE, b"\xff" * 256)


@pytest.mark.parametrize(
    "pem",
    [
        "",
        "no key",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----",
        (KEYS / "p521.pem").read_text(),
        (KEYS / "p256.pem").read_text().replace("-----END", "-----NO"),
    ],
)
def test_what_holds_no_known_key_is_unreadable(pem: str) -> None:
    """Empty, cut, of a curve that is not here."""
    with pytest.raises(UnreadableKeyError):
        read_public_key(pem)


def test_a_point_beside_the_curve_is_no_key() -> None:
    """Arithmetic with it would prove nothing."""
    text = (KEYS / "p384.pem").read_text().splitlines()
    text[-2] = "A" * len(text[-2].rstrip("=")) + "=" * text[-2].count("=")
    with pytest.raises(UnreadableKeyError):
        read_public_key("\n".join(text))


def test_the_sandboxs_own_signatures_are_right() -> None:
    """What it signs it would accept."""
    own = make_key(Store(None))
    assert own.public.modulus.bit_length() == 2048
    assert verify(own.public, "RS256", MESSAGE, own.sign(MESSAGE))
