"""The link rows of what was found, those of renamed records included."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from snowconf.engine.context import Context
from snowconf.engine.observe.asking import LinkAsk
from snowconf.engine.observe.matching import Match, is_renamed, links_of
from snowconf.engine.observe.observing import Observation, Seen, look_at_last, look_by_owner, prove_sight
from snowconf.engine.port import Reader


def all_links(
    matches: Iterable[Match], observation: Observation, instance: Reader, context: Context
) -> Mapping[LinkAsk, Seen]:
    """What was observed, and a second look for records that had been asked for by a name they do not have now.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    links = dict(observation.links)
    existing = [each for each in matches if each.row is not None]
    owned = {ask: None for each in existing for ask in links_of(each.managed, links)}
    links |= look_at_last([ask for ask in owned if ask in observation.postponed], instance, context)
    for ask, seen in look_by_owner(_renamed(existing, links), instance, context):
        links[ask] = links[ask].with_rows_of(seen)
    sighted = {ask.table for ask, seen in links.items() if seen.sighted}
    links |= {ask: replace(seen, sighted=True) for ask, seen in links.items() if ask.table in sighted}
    unproven = [ask for ask in owned if not links[ask].sighted and not links[ask].hidden]
    return links | dict(prove_sight(unproven, instance, context))


def _renamed(existing: Iterable[Match], links: Mapping[LinkAsk, Seen]) -> list[tuple[LinkAsk, str]]:
    """What to ask again, by the sys_id of the owner."""
    return [
        (ask, each.row["sys_id"])
        for each in existing
        if each.row is not None and is_renamed(each)
        for ask in links_of(each.managed, links)
    ]
