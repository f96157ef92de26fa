"""Access tokens in the JWT format, signed with a key of this process that /api/now/oauth/jwks shows the public half of.

The token is looked up like any other when it comes back; the signature is for clients that read it (docs/platform.md).
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from snowconf.sandbox.identity.public_keys import PREFIXES, RsaKey
from snowconf.sandbox.storage.remembering import hold
from snowconf.sandbox.storage.store import Store

BITS = 2048
EXPONENT = 65537
ROUNDS = 24
SMALL = 2000


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair: the public one, and the exponent that signs."""

    public: RsaKey
    private: int

    @property
    def name(self) -> str:
        """The `kid`."""
        return hashlib.sha256(str(self.public.modulus).encode()).hexdigest()[:32]

    def sign(self, message: bytes) -> bytes:
        """The RS256 signature."""
        length = (self.public.modulus.bit_length() + 7) // 8
        digest = PREFIXES["256"] + hashlib.sha256(message).digest()
        padded = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
        return pow(int.from_bytes(padded), self.private, self.public.modulus).to_bytes(length)


def signed_token(store: Store, claims: Mapping[str, str | int]) -> str:
    """The claims as a JWT. Equal claims give equal tokens as long as the store is open."""
    key = hold(store, make_key)
    head = {"alg": "RS256", "typ": "JWT", "kid": key.name}
    text = f"{_part(head)}.{_part(claims)}"
    return f"{text}.{_encode(key.sign(text.encode()))}"


def key_set(store: Store) -> dict[str, list[dict[str, str]]]:
    """The public key as a JSON Web Key Set."""
    key = hold(store, make_key)
    numbers = {
        "n": _encode(key.public.modulus.to_bytes(BITS // 8)),
        "e": _encode(key.public.exponent.to_bytes(3)),
    }
    return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.name} | numbers]}


def make_key(_: Store) -> SigningKey:
    """A fresh key; it takes about a second."""
    first, second = (_find_prime(BITS // 2) for _ in range(2))
    private = pow(EXPONENT, -1, (first - 1) * (second - 1))
    return SigningKey(RsaKey(first * second, EXPONENT), private)


def _find_prime(bits: int) -> int:
    """A prime whose two highest bits are set, so that two of them multiply to twice the length."""
    while True:
        number = secrets.randbits(bits) | (0b11 << (bits - 2)) | 1
        if number % EXPONENT != 1 and _is_prime(number):
            return number


def _is_prime(number: int) -> bool:
    """After Miller and Rabin."""
    if any(number % prime == 0 for prime in _small_primes()):
        return False
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    return all(_witnesses(number, twos) for _ in range(ROUNDS))


@cache
def _small_primes() -> tuple[int, ...]:
    return tuple(number for number in range(3, SMALL) if all(number % each for each in range(2, number)))


def _witnesses(number: int, twos: int) -> bool:
    value = pow(secrets.randbelow(number - 3) + 2, (number - 1) >> twos, number)
    if value in {1, number - 1}:
        return True
    return any((value := value * value % number) == number - 1 for _ in range(twos - 1))


def _part(content: Mapping[str, str | int]) -> str:
    return _encode(json.dumps(content, separators=(",", ":")).encode())


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
