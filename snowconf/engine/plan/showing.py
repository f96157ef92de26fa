"""Reading what the instance holds for the declared resources: every attribute of their kinds, not only what is written."""

from collections.abc import Mapping
from dataclasses import replace

from snowconf.engine.context import Context
from snowconf.engine.identifying import Identities
from snowconf.engine.observe.asking import LinkAsk, Managed
from snowconf.engine.observe.linking import all_links
from snowconf.engine.observe.matching import Match, match, members_of, record_of
from snowconf.engine.observe.naming import Names, look_for_names, with_names
from snowconf.engine.observe.observing import Seen, observe
from snowconf.engine.plan.masking import masked_attributes
from snowconf.engine.plan.owning import manage
from snowconf.engine.port import Instance
from snowconf.kinds.attributes import Attribute, Members, Secret
from snowconf.model.holding import Held, Holding
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Located, Value


def show(desired: Desired, instance: Instance, context: Context) -> Holding:
    """What is there for the targets, or for every resource when there are none. Secrets are not read.

    Raises:
        InstanceError: the instance refused or did not answer.
        UnaskableError: a natural key that no query can carry.
    """
    everything = manage(desired, Identities(desired.stack, context.url), context.ledger)
    wanted = context.targets or {each.address for each in desired.resources}
    declared = [each for each in everything if each.address in wanted and not each.leaving]
    widened = {each.address: replace(each, resource=_widened(each)) for each in declared}
    observation = observe(tuple(widened.values()), instance, context)
    matches = {address: match(each, observation) for address, each in widened.items()}
    links = all_links(matches.values(), observation, instance, context)
    held = [_held(each, matches[each.address], links) for each in declared]
    lists = [
        (each.kind, one.record) for each, one in zip(declared, held, strict=True) if one.record is not None
    ]
    names = look_for_names(lists, instance, context)
    return Holding(
        held=tuple(_named(one, each, names) for each, one in zip(declared, held, strict=True)),
        diagnostics=tuple(each.problem for each in matches.values() if each.problem),
    )


def _widened(managed: Managed) -> Resource:
    """The resource as if its block wrote everything; names it refers to are not looked for."""
    resource = managed.resource
    asked = [each for each in managed.kind.attributes if not isinstance(each, Secret)]
    blank = {each.name: Located(_blank(each), resource.origin) for each in asked}
    keys = {name: resource.attributes[name] for name in managed.kind.key}
    return replace(resource, attributes=blank | keys)


def _blank(attribute: Attribute) -> Value:
    return frozenset() if isinstance(attribute, Members) else ""


def _named(held: Held, managed: Managed, names: Names) -> Held:
    return replace(held, record=with_names(held.record, managed.kind, names)) if held.record else held


def _held(managed: Managed, found: Match, links: Mapping[LinkAsk, Seen]) -> Held:
    record = None
    if found.row is not None:
        record = record_of(found.managed, found.row, members_of(found.managed, found.row["sys_id"], links))
    written = managed.resource.attributes
    return Held(
        address=managed.address,
        origin=managed.resource.origin,
        table=managed.kind.table,
        record=record,
        declared=frozenset(written),
        secrets=tuple(each.name for each in managed.kind.of_type(Secret) if each.name in written),
        masked=masked_attributes(managed, record) if record else frozenset(),
    )
