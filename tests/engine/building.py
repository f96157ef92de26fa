"""Stacks built by hand, as loading would build them."""

from collections.abc import Mapping
from typing import Any

from snowconf.engine.context import Context
from snowconf.kinds import KINDS
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.plan import Change, Plan
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Located
from tests.engine.pretend import PretendKeeper

URL = "https://acme.service-now.com"


def resource(kind: str, label: str, *, line: int = 1, **written: Any) -> Resource:
    """A block; names starting with an underscore set the resource itself (`_absent`, `_ignore`)."""
    described = KINDS[kind]
    place = Origin("stack.toml", line)
    own = {name.removeprefix("_"): value for name, value in written.items() if name.startswith("_")}
    values: Mapping[str, Any] = {name: value for name, value in written.items() if not name.startswith("_")}
    located = {name: Located(described.attribute(name).parse(raw), place) for name, raw in values.items()}
    if described.key and described.key[0] not in located:
        located[described.key[0]] = Located(label, place)
    return Resource(address=Address(kind, label), origin=place, attributes=located, **own)


def stack(*resources: Resource) -> Desired:
    """A stack of these."""
    return Desired(stack="demo", resources=tuple(sorted(resources, key=lambda each: each.address)))


def context(keeper: PretendKeeper | None = None, **settings: Any) -> Context:
    """A run on the pretended instance; access controls may be written unless `elevation` says otherwise."""
    chosen = {"elevation": False} | settings
    return Context(instance_name="dev", url=URL, secrets=keeper or PretendKeeper(), **chosen)


def change_of(plan: Plan, address: str) -> Change:
    """The change of one resource."""
    return next(each for each in plan.changes if str(each.address) == address)


def codes(plan: Plan) -> list[str]:
    """The codes of a plan's diagnostics."""
    return [each.code for each in plan.diagnostics]
