"""Why nobody was let in: each prerequisite of each way in, held against what the instance shows; no reason is guessed.

The platform's own words stand for almost every cause (wire-contract.md 1.4, 4.2). What stands is not mentioned.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from snowconf.engine.context import Context
from snowconf.engine.enter import prerequisites as needs
from snowconf.engine.enter.examined import Examined
from snowconf.engine.enter.inspecting import inspect, is_at_api
from snowconf.engine.enter.prerequisites import Prerequisite
from snowconf.engine.enter.remedies import Blocks
from snowconf.engine.enter.suspecting import suspect_secret
from snowconf.engine.port import Instance
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Refusal
from snowconf.model.state import Desired

OF_ACCOUNTS = (
    needs.ACCOUNT_ACTIVE,
    needs.ACCOUNT_UNLOCKED,
    needs.PASSWORD_NOT_OVERDUE,
)
OF_CLIENTS = (needs.CLIENT_THERE, needs.CLIENT_ACTIVE)
# In the order in which the platform asks, as far as that is known.
AT_TOKENS: Mapping[str, tuple[Prerequisite, ...]] = MappingProxyType(
    {
        "client_credentials": (*OF_CLIENTS, needs.GATE_OPEN, needs.APPLICATION_USER, *OF_ACCOUNTS),
        "password": (
            *OF_CLIENTS,
            needs.PASSWORD_GRANT_ON,
            needs.ACCOUNT_THERE,
            *OF_ACCOUNTS,
            needs.PASSWORD_USABLE,
        ),
        "refresh_token": (*OF_CLIENTS, needs.ACCOUNT_THERE, *OF_ACCOUNTS),
    }
)
WITH_PASSWORD = (
    needs.POLICY_TAKES,
    needs.ACCOUNT_THERE,
    *OF_ACCOUNTS,
    needs.PASSWORD_USABLE,
    needs.BASIC_ALLOWED,
    needs.REST_ROLE_HELD,
)
LAST: Mapping[str, tuple[Prerequisite, ...]] = MappingProxyType({"basic": (needs.BASIC_ALLOWED_UNSAID,)})
# For a token that was given, and that an API does not take.
WITH_TOKEN = (needs.POLICY_TAKES, *OF_CLIENTS, *OF_ACCOUNTS, needs.REST_ROLE_HELD)


def diagnose(
    refusals: Sequence[Refusal], desired: Desired, instance: Instance, context: Context
) -> Mapping[Address, tuple[Diagnostic, ...]]:
    """For each refused user what stands in the way, by what the runner's own session sees; never empty.

    Each diagnostic names one thing to change and the block that changes it. Where all prerequisites stand, the
    secret is another than the declared one. At most eight lists, whatever the number of users.

    Raises:
        InstanceError: the instance did not answer.
    """
    if not refusals:
        return {}
    blocks = Blocks.of(desired)
    evidence = inspect(refusals, blocks, instance, context)
    examined = (
        Examined(refusal=each, evidence=evidence, blocks=blocks, context=context) for each in refusals
    )
    return {each.entrance.user: tuple(_explain(each)) for each in examined}


def _explain(examined: Examined) -> Iterable[Diagnostic]:
    """What is broken; else what nobody could look at, else the secret."""
    listed = _prerequisites(examined)
    broken = _broken(listed, examined) or _broken(LAST.get(examined.entrance.way, ()), examined)
    if broken:
        return [_diagnostic(each, examined) for each in broken]
    unseen = [each.about for each in listed if not each.is_seen(examined)]
    return suspect_secret(examined, unseen)


def _broken(listed: Iterable[Prerequisite], examined: Examined) -> Sequence[Prerequisite]:
    return [each for each in listed if each.is_broken(examined)]


def _prerequisites(examined: Examined) -> tuple[Prerequisite, ...]:
    way = examined.entrance.way
    if way == "basic":
        return WITH_PASSWORD
    return WITH_TOKEN if is_at_api(examined.refusal) else AT_TOKENS[way]


def _diagnostic(broken: Prerequisite, examined: Examined) -> Diagnostic:
    remedy = broken.remedy(examined)
    user = examined.entrance.user
    return Diagnostic(
        code=broken.code,
        summary=broken.summary,
        detail=f"{broken.why(examined)} {remedy.text}",
        origin=remedy.origin or examined.blocks.origin_of(user),
        address=remedy.address or user,
    )
