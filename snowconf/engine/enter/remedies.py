"""The one thing to change, and the block of the stack that changes it, with its place. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.state import Desired, Resource


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do in whole sentences, and where in the stack; no `origin` where a block is yet to be written."""

    text: str
    origin: Origin | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a stack, by address."""

    by_address: Mapping[Address, Resource]

    @classmethod
    def of(cls, desired: Desired) -> "Blocks":
        """All of them."""
        return cls({each.address: each for each in desired.resources})

    def origin_of(self, address: Address | None, attribute: str = "") -> Origin | None:
        """Where the attribute stands, else where its block does; None without a block."""
        block = self.by_address.get(address) if address else None
        if block is None:
            return None
        written = block.attributes.get(attribute)
        return written.origin if written else block.origin

    def name_of(self, address: Address | None) -> str:
        """What the record of a block is called on the instance; "" without a block."""
        block = self.by_address.get(address) if address else None
        written = block.attributes.get("name") if block else None
        return str(written.value) if written else ""

    def write(self, address: Address | None, attribute: str, *, wanted: bool | str) -> Remedy:
        """Have the attribute hold what is wanted."""
        block = self.by_address.get(address) if address else None
        if block is None:
            return Remedy(
                f"Set {attribute} = {_toml(wanted)} on the instance: no block of the stack is about it."
            )
        origin = self.origin_of(address, attribute)
        written = block.attributes.get(attribute)
        if written is None:
            text = (
                f"Write {attribute} = {_toml(wanted)} into [{address}] ({origin}), then run 'snowconf apply'."
            )
        elif (held := _toml(_as_written(written.value))) == _toml(_as_written(wanted)):
            text = (
                f"{origin} asks for {attribute} = {_toml(wanted)}, and the instance holds something else: "
                "run 'snowconf apply'."
            )
        else:
            text = (
                f"{origin} asks for {attribute} = {held}: write "
                f"{attribute} = {_toml(wanted)} there, then run 'snowconf apply'."
            )
        return Remedy(text, origin, address)

    def write_property(self, name: str, *, wanted: bool) -> Remedy:
        """Have a property of the platform hold what is wanted."""
        for address, block in self.by_address.items():
            label = block.attributes.get("name")
            if address.kind == "property" and name in (address.label, str(label.value) if label else ""):
                return self.write(address, "value", wanted=wanted)
        block_text = f'[property."{name}"] with type = "boolean" and value = {_toml(wanted)}'
        return Remedy(f"Add a block to the stack, {block_text}, then run 'snowconf apply'.")

    def apply(self, address: Address | None) -> Remedy:
        """Have the record made that the block describes."""
        origin = self.origin_of(address)
        if origin is None:
            return Remedy("Create it on the instance: no block of the stack is about it.")
        return Remedy(f"[{address}] ({origin}) describes it: run 'snowconf apply'.", origin, address)


def _as_written(value: object) -> object:
    """A property holds true and false as texts, however they are written."""
    return {"true": True, "false": False}.get(str(value), value)


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'
