"""Signatures that openssl made over the words below, and keys that it wrote (RFC 7518)."""

from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from snowconf.sandbox.identity.public_keys import (
    P256,
    EcKey,
    RsaKey,
    UnreadableKeyError,
    read_public_key,
    verify,
)
from snowconf.sandbox.identity.signing import make_key
from snowconf.sandbox.storage.store import Store
from tests.sandbox_identity.site import rsa_pem

KEYS = Path(__file__).parent / "keys"
MESSAGE = b"signed by openssl"
SIGNATURES = {
    name: b64decode(text)
    for name, text in (line.split() for line in (KEYS / "signatures.txt").read_text().splitlines())
}
FILES = {
    "RS256": "rsa.pem",
    "RS384": "rsa.pem",
    "ES256": "p256.pem",
    "ES384": "p384.pem",
    "ES512": "p521.pem",
}


def key(name: str) -> RsaKey | EcKey:
    """The key in that file."""
    return read_public_key((KEYS / name).read_text())


@pytest.mark.parametrize("algorithm", FILES)
def test_a_signature_is_recognized(algorithm: str) -> None:
    """Certificates of RSA and P-256, and bare keys on P-384 and P-521."""
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
        (KEYS / "k256.pem").read_text(),
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


@pytest.mark.parametrize(("modulus_bits", "exponent_bits"), [(8200, 17), (2048, 100)])
def test_a_key_of_absurd_size_is_refused(modulus_bits: int, exponent_bits: int) -> None:
    """Or every token request would take as long as its owner likes."""
    with pytest.raises(UnreadableKeyError):
        read_public_key(rsa_pem(1 << modulus_bits, 1 << exponent_bits))


def test_a_compressed_point_is_not_understood() -> None:
    """Its first byte says that only half of it is there."""
    lines = (KEYS / "p384.pem").read_text().splitlines()
    data = bytearray(b64decode("".join(lines[1:-1])))
    data[-97] = 2
    text = "\n".join([lines[0], b64encode(data).decode(), lines[-1]])
    with pytest.raises(UnreadableKeyError):
        read_public_key(text)


def test_two_points_that_cancel_out_sign_nothing() -> None:
    """A signature that leads nowhere is none."""
    number = int.from_bytes(sha256(MESSAGE).digest())
    signature = (-number % P256.order).to_bytes(32) + (1).to_bytes(32)
    assert not verify(EcKey(P256, P256.base), "ES256", MESSAGE, signature)


def test_the_sandboxs_own_signatures_are_right() -> None:
    """What it signs it would accept."""
    own = make_key(Store(None))
    assert own.public.modulus.bit_length() == 2048
    assert verify(own.public, "RS256", MESSAGE, own.sign(MESSAGE))
