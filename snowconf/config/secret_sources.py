"""Where a block says a secret is. What stands where a secret is due is never repeated, whatever it is."""

from collections.abc import Iterable

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.generating import SHORTEST
from snowconf.config.guessing import hint
from snowconf.config.secret_stores import BUILT_IN, provider_names
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.value import SecretSource

GENERATE, STORE = "generate", "store"
EXAMPLE = '{ generate = 48, store = { file = "secrets/…" } }'
# What is taken where the dictionary does not know the column.
USUAL_LENGTH = 255


def read_secret(
    spot: Spot, name: str, *, address: Address | None = None, limit: int | None = None
) -> SecretSource | Diagnostic:
    """The source that is written for the secret called `name`, or what is wrong with it.

    A block at an `address` may have its secret generated, in at most `limit` characters.
    """
    if not isinstance(spot.raw, dict):
        detail = (
            f"'{name}' is a secret and its value stands in the file. Write where it is instead, as in "
            f'{name} = {{ env = "{name.upper()}" }}. If this file was shared, change the secret.'
        )
        return codes.LITERAL_SECRET.at(spot.origin, detail, address=address)
    if GENERATE in spot.raw or STORE in spot.raw:
        return _read_generated(spot, name, address, limit=limit or USUAL_LENGTH)
    return _read_place(spot, name, address=address)


def _read_place(spot: Spot, name: str, *, address: Address | None) -> SecretSource | Diagnostic:
    if len(spot.raw) != 1 or not all(isinstance(place, str) and place for place in spot.raw.values()):
        detail = f"'{name}' must be one provider and one name, as in {name} = {{ env = \"{name.upper()}\" }}."
        return codes.BAD_SECRET.at(spot.origin, detail, address=address)
    ((provider, place),) = spot.raw.items()
    if provider not in BUILT_IN and provider not in (known := provider_names()):
        return codes.UNKNOWN_PROVIDER.at(spot.origin, _unknown(provider, known), address=address)
    return SecretSource(provider, place)


def _read_generated(
    spot: Spot, name: str, address: Address | None, *, limit: int
) -> SecretSource | Diagnostic:
    if address is None:
        detail = (
            f"'{name}' is what snowconf itself logs in with, so it must be there before snowconf runs and cannot be generated. "
            f'Write where it is, as in {name} = {{ env = "{name.upper()}" }}.'
        )
        return codes.BAD_GENERATED.at(spot.origin, detail)
    if wrong := _misshapen(spot, name):
        return codes.BAD_GENERATED.at(spot.origin, wrong, address=address)
    length = spot.child(GENERATE)
    if wrong := _bad_length(length.raw, name, limit=limit):
        return codes.BAD_LENGTH.at(length.origin, wrong, address=address)
    return _read_store(spot.child(STORE), name, length.raw, address=address)


def _misshapen(spot: Spot, name: str) -> str:
    """What is wrong with the names in it; nothing when both are there and no other."""
    others = [each for each in spot.raw if each not in (GENERATE, STORE)]
    if others:
        return (
            f"'{name}' is either generated or somewhere already, and '{others[0]}' stands beside it. Write {name} = {EXAMPLE} to have "
            f'it made, or {name} = {{ {others[0]} = "…" }} to take it from there.'
        )
    if STORE not in spot.raw:
        return (
            f"'{name}' is generated and the block does not say where it is kept: without a store it would be lost. Write "
            f"{name} = {EXAMPLE}."
        )
    if GENERATE not in spot.raw:
        return (
            f"'{name}' has a store and the block does not say how many characters are generated. Write {name} = {EXAMPLE}, or leave "
            f'store out where the secret is there already: {name} = {{ file = "…" }}.'
        )
    return ""


def _bad_length(length: object, name: str, *, limit: int) -> str:
    if not isinstance(length, int) or isinstance(length, bool):
        return f"generate says in how many characters '{name}' is made: a whole number without quotes, as in {EXAMPLE}."
    if length < SHORTEST:
        return f"'{name}' would have {length} characters, which could be guessed. Generate at least {SHORTEST}; 48 is a good length."
    if length > limit:
        return f"'{name}' would have {length:,} characters, and its column holds {limit:,}. Generate fewer; 48 is a good length."
    return ""


def _read_store(spot: Spot, name: str, length: int, *, address: Address) -> SecretSource | Diagnostic:
    is_one = isinstance(spot.raw, dict) and len(spot.raw) == 1
    if not is_one or not all(isinstance(place, str) and place for place in spot.raw.values()):
        detail = f"The store of '{name}' must be one provider and one name, as in {name} = {EXAMPLE}."
        return codes.BAD_STORE.at(spot.origin, detail, address=address)
    ((provider, place),) = spot.raw.items()
    if provider not in BUILT_IN and provider not in (known := provider_names()):
        return codes.UNKNOWN_PROVIDER.at(spot.origin, _unknown(provider, known), address=address)
    if wrong := _unfit(provider, place, name):
        return codes.BAD_STORE.at(spot.origin, wrong, address=address)
    return SecretSource(provider, place, length)


def _unfit(provider: str, place: str, name: str) -> str:
    """Why nothing can be kept there."""
    if provider == "env":
        return (
            f"'{name}' cannot be kept in an environment variable: it would be gone when the command ends. Use "
            f'store = {{ file = "secrets/…" }} or a provider that stores; or {name} = {{ env = "{place}" }} for a secret that '
            "somebody else made."
        )
    if provider == "file" and place.endswith((".toml", "/")):
        return (
            f"'{name}' would be kept in {place}, which is a folder or would be read as a file of the stack. Give the file another "
            'name, as in store = { file = "secrets/finout" }.'
        )
    return ""


def _unknown(provider: str, known: Iterable[str]) -> str:
    return f"Nothing here provides secrets as '{provider}'.{hint(provider, known)}"
