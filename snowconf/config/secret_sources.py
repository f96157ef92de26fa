"""Where a block says a secret is. What stands where a secret is due is never repeated, whatever it is."""

from collections.abc import Iterable

from snowconf.config import codes
from snowconf.config.documents import Spot
from snowconf.config.guessing import hint
from snowconf.config.secrets import BUILT_IN, provider_names
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.value import SecretSource


def read_secret(spot: Spot, name: str, *, address: Address | None = None) -> SecretSource | Diagnostic:
    """The source that is written for the secret called `name`, or what is wrong with it."""
    if not isinstance(spot.raw, dict):
        detail = (
            f"'{name}' is a secret and its value stands in the file. Write where it is instead, as in "
            f'{name} = {{ env = "{name.upper()}" }}. If this file was shared, change the secret.'
        )
        return codes.LITERAL_SECRET.at(spot.origin, detail, address=address)
    if len(spot.raw) != 1 or not all(isinstance(place, str) and place for place in spot.raw.values()):
        detail = f"'{name}' must be one provider and one name, as in {name} = {{ env = \"{name.upper()}\" }}."
        return codes.BAD_SECRET.at(spot.origin, detail, address=address)
    ((provider, place),) = spot.raw.items()
    if provider not in BUILT_IN and provider not in (known := provider_names()):
        return codes.UNKNOWN_PROVIDER.at(spot.origin, _unknown(provider, known), address=address)
    return SecretSource(provider, place)


def _unknown(provider: str, known: Iterable[str]) -> str:
    return f"Nothing here provides secrets as '{provider}'.{hint(provider, known)}"
