"""What a change of a property can break."""

import pytest

from snowconf.model.ownership import Ledger
from tests.hazards.bench import Bench, change_of, codes, find_hazard, hazards_of, owning, sentence_of


def test_a_new_property_that_does_not_ignore_the_cache_flushes_all(bench: Bench) -> None:
    """That is what the platform makes of a property whose block says nothing (tables.md 5)."""
    plan = bench.plan('[property."acme.x"]\nvalue = 1\n')
    assert sentence_of(plan, "cache_flush").startswith("Writing it flushes every cache of the instance")


@pytest.mark.parametrize(("written", "hazards"), [("true", []), ("false", ["cache_flush"])])
def test_the_block_decides_about_the_cache(bench: Bench, written: str, hazards: list[str]) -> None:
    """What the block writes is what will be stored, and nothing is asked for."""
    plan = bench.plan(f'[property."acme.x"]\nvalue = 1\nignore_cache = {written}\n')
    assert (hazards_of(plan), bench.asked) == (hazards, {"sys_properties": 1})


@pytest.mark.parametrize(("held", "hazards"), [("true", []), ("false", ["cache_flush"])])
def test_the_instance_decides_where_the_block_says_nothing(
    bench: Bench, held: str, hazards: list[str]
) -> None:
    """Once a property exists, its own column tells."""
    bench.put("sys_properties", name="acme.x", value="0", ignore_cache=held)
    assert hazards_of(bench.plan('[property."acme.x"]\nvalue = 1\n')) == hazards


def test_many_properties_cost_one_list_more(bench: Bench) -> None:
    """Twenty that must be asked about are asked about together."""
    for number in range(20):
        bench.put("sys_properties", name=f"acme.{number}", value="0", ignore_cache="true")
    plan = bench.plan("".join(f'[property."acme.{number}"]\nvalue = 1\n' for number in range(20)))
    assert (hazards_of(plan), bench.asked) == ([], {"sys_properties": 2})


def test_adopting_without_a_write_flushes_nothing(bench: Bench) -> None:
    """Only a write does."""
    bench.put("sys_properties", name="acme.x", value="1", ignore_cache="false")
    plan = bench.plan('[property."acme.x"]\nvalue = 1\n', ledger=_empty())
    assert hazards_of(plan) == ["adoption"]
    assert sentence_of(plan, "adoption").endswith("nothing is overwritten.")


def test_an_adoption_says_what_it_overwrites(bench: Bench) -> None:
    """By the names of the attributes."""
    bench.put("sys_properties", name="acme.x", value="0", description="x", ignore_cache="true")
    plan = bench.plan('[property."acme.x"]\nvalue = 1\ndescription = "y"\n', ledger=_empty())
    assert sentence_of(plan, "adoption").endswith("it overwrites description and value.")


def test_what_this_stack_makes_is_no_adoption(bench: Bench) -> None:
    """A record that is new to the instance belongs to whoever makes it."""
    plan = bench.plan('[property."acme.x"]\nvalue = 1\nignore_cache = true\n', ledger=_empty())
    assert hazards_of(plan) == []


def test_removing_a_property_is_a_deletion(bench: Bench) -> None:
    """`absent = true` deletes, whoever made the record."""
    bench.put("sys_properties", name="acme.x", value="0", ignore_cache="true")
    plan = bench.plan('[property."acme.x"]\nabsent = true\n')
    assert hazards_of(plan) == ["deletion"]
    assert change_of(plan, "property.acme.x").hazards[0].address.label == "acme.x"


@pytest.mark.parametrize(
    "name",
    [
        "glide.security.file.mime_type.validation",
        "glide.sm.default_mode",
        "glide.oauth.state.parameter.required",
    ],
)
def test_security_settings_are_marked(bench: Bench, name: str) -> None:
    """By a list of names and of beginnings."""
    plan = bench.plan(f'[property."{name}"]\nvalue = "x"\nignore_cache = true\n')
    assert "security_property" in hazards_of(plan)


@pytest.mark.parametrize("name", ["glide.security_x", "acme.glide.security.x", "glide.product.name.x"])
def test_other_properties_are_not_marked_as_security_settings(bench: Bench, name: str) -> None:
    """A name that only looks like one is none."""
    assert hazards_of(bench.plan(f'[property."{name}"]\nvalue = "x"\nignore_cache = true\n')) == []


def test_the_password_grant_of_the_run_is_protected(bench: Bench) -> None:
    """Who gets tokens with a password must not switch that off."""
    app = bench.put(
        "oauth_entity", name="Own", type="client", client_id="own", client_secret="made-up-Secret-1"
    )
    bench.make_runner("admin")
    secrets = 'client_secret = { env = "SECRET" }, password = { env = "RUNNER_PASSWORD" }'
    auth = f'grant = "password", client_id = "own", username = "svc_runner", {secrets}'
    bench.instance = f'url = "sandbox:"\nauth = {{ {auth} }}'
    plan = bench.plan('[property."glide.oauth.inbound.ropc.grant_type.disabled"]\nvalue = true\n')
    assert sentence_of(plan, "self_lockout").startswith("snowconf gets its own tokens with a password")
    assert (codes(plan), bool(app)) == (["SNC224"], True)


def test_another_grant_is_not_concerned_by_the_password_grant(bench: Bench) -> None:
    """With basic authentication there is no token to lose."""
    bench.make_runner("admin")
    plan = bench.plan('[property."glide.oauth.inbound.ropc.grant_type.disabled"]\nvalue = true\n')
    assert find_hazard(plan, "self_lockout") is None


def _empty() -> Ledger:
    return owning()
