"""What the platform makes by itself along with a record: taken over where a block speaks for it, gone with its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from snowconf.engine.apply.accompanying import renumbered
from snowconf.engine.apply.applying import apply
from snowconf.engine.apply.receipting import receipt_of
from snowconf.engine.apply.retreating import has_failed, retreat
from snowconf.engine.identifying import Identities
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Row
from snowconf.model.address import Address
from snowconf.model.limits import Limits
from snowconf.model.outcome import ApplyReport, Status
from snowconf.model.ownership import Custody, Ledger
from snowconf.model.plan import Action
from snowconf.model.state import Resource
from tests.driving.shared import ABOUT
from tests.engine.building import URL, change_of, context, resource, stack
from tests.engine.pretend import PretendInstance, PretendKeeper, refusal

PROFILES, CREDENTIALS = "oauth_entity_profile", "oauth_2_0_credentials"
PROFILE = Address("oauth_profile", "acme")
GRANT = "client_credentials"


@dataclass
class Platform(PretendInstance):
    """Makes a default profile along with every provider, unless it `makes` none."""

    makes: bool = True

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """A row of its class, and what comes with it."""
        row = super().insert(table, {"sys_class_name": table, **columns}, display_input=display_input)
        if table == "oauth_entity" and self.makes:
            name = f"{columns['name']} default_profile"
            made = {"oauth_entity": columns["sys_id"], "name": name, "default": "true", "grant_type": GRANT}
            self.put(PROFILES, f"{len(self.log):032x}", **made)
        return row


def provider(**written: Any) -> Resource:
    """An OAuth provider."""
    return resource(
        "oauth_provider",
        "acme",
        **{"name": "Acme", "default_grant_type": GRANT, "token_url": "https://t.example"} | written,
    )


def profile(**written: Any) -> Resource:
    """The block that speaks for the default profile."""
    columns: dict[str, Any] = {
        "name": "Acme default_profile",
        "provider": "acme",
        "grant_type": GRANT,
        "default": True,
    }
    return resource("oauth_profile", "acme", **columns | written)


def credential() -> Resource:
    """What gets its tokens by that profile."""
    return resource("oauth_credential", "acme", profile="acme")


def applied(instance: PretendInstance, *blocks: Resource, ledger: Ledger | None = None) -> ApplyReport:
    """An apply of a stack that owns what it has made."""
    owned = ledger or Ledger(stack="demo", url=URL)
    run = context(PretendKeeper(), ledger=owned, limits=Limits(delete=1), parallelism=1)
    wanted = stack(*blocks)
    report = apply(make_plan(wanted, instance, run), wanted, instance, run)
    return retreat(report, receipt_of(report, run, ABOUT), instance, run) if has_failed(report) else report


def own_id(address: Address) -> str:
    """The sys_id that the stack would give."""
    return Identities("demo", URL).of(address)


def test_trap_07_a_default_profile_is_taken_over() -> None:
    """There is one, with what the block says, and it is the platform's own record."""
    instance = Platform()
    report = applied(instance, provider(), profile(oauth_resources="api"), credential())
    (sys_id,) = instance.tables[PROFILES]
    assert all(each.status is Status.DONE for each in report.outcomes)
    assert instance.tables[PROFILES][sys_id]["oauth_resources"] == "api"
    assert sys_id != own_id(PROFILE)


def test_what_refers_to_it_names_the_record_that_exists() -> None:
    """The credential's profile, with a verdict that says that it holds what was sent."""
    instance = Platform()
    report = applied(instance, provider(), profile(), credential())
    (sys_id,) = instance.tables[PROFILES]
    (row,) = instance.tables[CREDENTIALS].values()
    outcome = next(each for each in report.outcomes if each.change.address.kind == "oauth_credential")
    assert (row[PROFILES], outcome.mismatches) == (sys_id, ())


def test_the_ledger_knows_it_as_made_here() -> None:
    """By its own sys_id, so that it goes with its block even when nobody plans in between."""
    instance = Platform()
    report = applied(instance, provider(), profile())
    (sys_id,) = instance.tables[PROFILES]
    assert report.ledger is not None
    owned = report.ledger.entries[PROFILE]
    assert (owned.sys_id, owned.custody) == (sys_id, Custody.CREATED)
    applied(instance, ledger=report.ledger)
    assert (instance.tables[PROFILES], instance.tables["oauth_entity"]) == ({}, {})


def test_where_none_is_made_it_is_created() -> None:
    """With the sys_id of the stack."""
    instance = Platform(makes=False)
    applied(instance, provider(), profile())
    assert [*instance.tables[PROFILES]] == [own_id(PROFILE)]


@pytest.mark.parametrize("custody", [Custody.CREATED, Custody.ADOPTED])
def test_it_is_whose_its_provider_is(custody: Custody) -> None:
    """A profile that is there already comes with a provider of ours, or is adopted like the provider."""
    instance = Platform()
    if custody is Custody.ADOPTED:
        columns = {"name": "Acme", "type": "oauth_provider", "default_grant_type": GRANT}
        instance.insert("oauth_entity", {"sys_id": "7" * 32, **columns})
    ledger = applied(instance, provider()).ledger
    report = applied(instance, provider(), profile(), ledger=ledger)
    assert report.ledger is not None
    assert report.ledger.entries[PROFILE].custody is custody
    expected = Action.NO_OP if custody is Custody.CREATED else Action.ADOPT
    assert change_of(report.plan, str(PROFILE)).action is expected


def test_it_is_known_without_a_ledger_of_its_provider() -> None:
    """A run that was killed may have made the provider and not lived to say so."""
    instance = Platform()
    applied(instance, provider())
    report = applied(instance, provider(), profile())
    assert change_of(report.plan, str(PROFILE)).action is Action.NO_OP


def test_it_goes_with_its_provider_when_no_block_speaks_for_it() -> None:
    """A profile of nothing would be left, and its name be taken."""
    instance = Platform()
    ledger = applied(instance, provider()).ledger
    other = instance.put(
        PROFILES, "5" * 32, oauth_entity=own_id(Address("oauth_provider", "acme")), name="Other"
    )
    applied(instance, ledger=ledger)
    assert [*instance.tables[PROFILES]] == [other]


def test_it_goes_when_its_provider_is_taken_back() -> None:
    """An attempt that fails before the profile's turn leaves nothing, either."""
    instance = Platform(refuses={f"{PROFILES}:Acme default_profile": refusal()})
    report = applied(instance, provider(), profile())
    assert report.undone is not None
    assert (instance.tables["oauth_entity"], instance.tables[PROFILES]) == ({}, {})


def test_a_look_that_is_refused_fails_the_change() -> None:
    """Nothing is inserted where it is not known whether there is one."""
    instance = Platform()
    run = context(ledger=Ledger(stack="demo", url=URL), parallelism=1)
    wanted = stack(provider(), profile())
    plan = make_plan(wanted, instance, run)
    instance.closed = refusal()
    report = apply(plan, wanted, instance, run)
    statuses = {each.change.address.kind: each.status for each in report.outcomes}
    assert statuses == {"oauth_provider": Status.DONE, "oauth_profile": Status.FAILED}


def test_lists_are_renumbered_item_by_item() -> None:
    """A list column holds several sys_ids, any of which the instance may have chosen itself."""
    instance = Platform()
    aliases = (resource("alias", "a"), resource("alias", "b"))
    instance.renumbers.add("sys_alias")
    applied(instance, *aliases, resource("api_key_credential", "key", aliases=["a", "b"]))
    (row,) = instance.tables["api_key_credentials"].values()
    assert sorted(row["tag"].split(",")) == sorted(instance.tables["sys_alias"])


def test_nothing_is_renumbered_where_nothing_was_given() -> None:
    """The change is the one that was planned."""
    run = context(ledger=Ledger(stack="demo", url=URL))
    change = change_of(make_plan(stack(provider()), Platform(), run), "oauth_provider.acme")
    assert renumbered(change, {}) is change
