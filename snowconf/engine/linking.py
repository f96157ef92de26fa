"""The link rows of what was found, those of renamed records included."""

from collections.abc import Iterable, Mapping

from snowconf.engine.asking import LinkAsk
from snowconf.engine.context import Context
from snowconf.engine.matching import Match, is_renamed, links_of
from snowconf.engine.observing import Observation, Seen, look_by_owner
from snowconf.engine.port import Instance


def all_links(
    matches: Iterable[Match], observation: Observation, instance: Instance, context: Context
) -> Mapping[LinkAsk, Seen]:
    """What was observed, and a second look for records that had been asked for by a name they do not have now.

    Raises:
        InstanceError: the instance refused or did not answer.
    """
    links = dict(observation.links)
    asks = [
        (ask, each.row["sys_id"])
        for each in matches
        if each.row is not None and is_renamed(each)
        for ask in links_of(each.managed, links)
    ]
    for ask, seen in look_by_owner(asks, instance, context):
        links[ask] = links[ask].with_rows_of(seen)
    return links
