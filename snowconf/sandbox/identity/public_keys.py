"""Public keys out of PEM certificates, and whether a signature was made with their other half (RFC 7518).

Nothing secret is handled here, so plain arithmetic will do: no library for it has to be installed.
"""

import hashlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

LARGEST_MODULUS_BITS = 8192
LARGEST_EXPONENT_BITS = 64


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ - 3x + b over the integers modulo `prime`, with a base point of the given order."""

    prime: int
    b: int
    order: int
    base: tuple[int, int]

    @property
    def size(self) -> int:
        """The length of a coordinate in bytes."""
        return (self.prime.bit_length() + 7) // 8


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A modulus and its public exponent."""

    modulus: int
    exponent: int


@dataclass(frozen=True, slots=True)
class EcKey:
    """A point on a curve."""

    curve: Curve
    point: tuple[int, int]


PublicKey: TypeAlias = RsaKey | EcKey
Point: TypeAlias = tuple[int, int] | None

P256 = Curve(
    prime=2**256 - 2**224 + 2**192 + 2**96 - 1,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    base=(
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    prime=2**384 - 2**128 - 2**96 + 2**32 - 1,
    b=0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    order=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    base=(
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)
P521 = Curve(
    prime=2**521 - 1,
    b=0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
    order=0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    base=(
        0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
        0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
    ),
)
# Object identifiers as DER writes them.
RSA = bytes.fromhex("2a864886f70d010101")
CURVES: Mapping[bytes, Curve] = MappingProxyType(
    {
        bytes.fromhex("2a8648ce3d030107"): P256,
        bytes.fromhex("2b81040022"): P384,
        bytes.fromhex("2b81040023"): P521,
    }
)
HASHES: Mapping[str, str] = MappingProxyType({"256": "sha256", "384": "sha384", "512": "sha512"})
# What stands before a digest in an RSA signature.
PREFIXES: Mapping[str, bytes] = MappingProxyType(
    {
        "256": bytes.fromhex("3031300d060960864801650304020105000420"),
        "384": bytes.fromhex("3041300d060960864801650304020205000430"),
        "512": bytes.fromhex("3051300d060960864801650304020305000440"),
    }
)
EC_ALGORITHMS: Mapping[str, Curve] = MappingProxyType({"ES256": P256, "ES384": P384, "ES512": P521})


class UnreadableKeyError(Exception):
    """The text holds no certificate or key of a kind that is known."""


def read_public_key(pem: str) -> PublicKey:
    """The key of a PEM certificate, or of a bare PEM public key.

    Raises:
        UnreadableKeyError: it is neither, or of another kind than RSA, P-256, P-384 and P-521.
    """
    try:
        kind, body = _unwrap(pem)
        info = _find_info(body) if kind == "CERTIFICATE" else _elements(body)[0]
        return _read_info(info)
    except (ValueError, IndexError, KeyError) as error:
        raise UnreadableKeyError from error


def verify(key: PublicKey, algorithm: str, message: bytes, signature: bytes) -> bool:
    """Whether the key's owner signed the message; never for an algorithm that is not the key's."""
    size = algorithm[2:]
    if size not in HASHES:
        return False
    digest = hashlib.new(HASHES[size], message).digest()
    if isinstance(key, RsaKey):
        return algorithm.startswith("RS") and _verify_rsa(key, PREFIXES[size] + digest, signature)
    return EC_ALGORITHMS.get(algorithm) == key.curve and _verify_ec(key, digest, signature)


# -- certificates

Element: TypeAlias = tuple[int, bytes]


def _unwrap(pem: str) -> tuple[str, bytes]:
    """What a PEM text says it holds, and that."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    kind = lines[0].removeprefix("-----BEGIN ").removesuffix("-----")
    end = lines.index(f"-----END {kind}-----")
    return kind, b64decode("".join(lines[1:end]), validate=True)


def _elements(der: bytes) -> list[Element]:
    """The elements of a sequence's content: tag and content each."""
    found: list[Element] = []
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length >= 0x80:
            count = length - 0x80
            length, at = int.from_bytes(der[at : at + count]), at + count
        found.append((tag, der[at : at + length]))
        at += length
    return found


def _find_info(der: bytes) -> Element:
    """The key's part of a certificate: after serial number, algorithm, issuer, validity and subject."""
    signed = _elements(_elements(_elements(der)[0][1])[0][1])
    versioned = signed[0][0] == 0xA0
    return signed[6 if versioned else 5]


def _read_info(info: Element) -> PublicKey:
    algorithm, (_, bits) = _elements(info[1])
    identifiers = [content for _, content in _elements(algorithm[1])]
    if identifiers[0] == RSA:
        modulus, exponent = (int.from_bytes(content) for _, content in _elements(_elements(bits[1:])[0][1]))
        if modulus.bit_length() > LARGEST_MODULUS_BITS or exponent.bit_length() > LARGEST_EXPONENT_BITS:
            raise ValueError
        return RsaKey(modulus, exponent)
    curve = CURVES[identifiers[1]]
    # A leading 4 says that the point is not compressed.
    if len(bits) != 2 + 2 * curve.size or bits[1] != 4:
        raise ValueError
    x, y = (int.from_bytes(half) for half in (bits[2 : 2 + curve.size], bits[2 + curve.size :]))
    if (y * y - (x**3 - 3 * x + curve.b)) % curve.prime:
        raise ValueError
    return EcKey(curve, (x, y))


# -- signatures


def _verify_rsa(key: RsaKey, digest: bytes, signature: bytes) -> bool:
    length = (key.modulus.bit_length() + 7) // 8
    padding = length - len(digest) - 3
    number = int.from_bytes(signature)
    if len(signature) != length or number >= key.modulus or padding < 8:
        return False
    found = pow(number, key.exponent, key.modulus).to_bytes(length)
    return found == b"\x00\x01" + b"\xff" * padding + b"\x00" + digest


def _verify_ec(key: EcKey, digest: bytes, signature: bytes) -> bool:
    curve = key.curve
    if len(signature) != 2 * curve.size:
        return False
    r, s = (int.from_bytes(half) for half in (signature[: curve.size], signature[curve.size :]))
    if not (0 < r < curve.order and 0 < s < curve.order):
        return False
    inverse = pow(s, -1, curve.order)
    by_base = _times(curve, int.from_bytes(digest) * inverse % curve.order, curve.base)
    by_key = _times(curve, r * inverse % curve.order, key.point)
    point = _plus(curve, by_base, by_key)
    return point is not None and point[0] % curve.order == r


def _times(curve: Curve, factor: int, point: Point) -> Point:
    found: Point = None
    while factor:
        if factor & 1:
            found = _plus(curve, found, point)
        point, factor = _plus(curve, point, point), factor >> 1
    return found


def _plus(curve: Curve, left: Point, right: Point) -> Point:
    """The sum of two points; None is the neutral one."""
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2), prime = left, right, curve.prime
    if x1 == x2 and (y1 + y2) % prime == 0:
        return None
    if left == right:
        slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, prime)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, prime)
    x3 = (slope * slope - x1 - x2) % prime
    return x3, (slope * (x1 - x3) - y1) % prime
