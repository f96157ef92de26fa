"""Blocks of outbound connections, and what `record` blocks of their tables can say."""

from typing import Any

import pytest

from snowconf.kinds import KINDS, kind_of
from snowconf.kinds.alias import alias_id
from snowconf.kinds.attributes import LooseText, References
from snowconf.kinds.exclusives import ACTIVE_CONNECTION, exclusives_of
from snowconf.kinds.record import attribute_for
from tests.kinds.blocks import block, codes, only, record_block


@pytest.mark.parametrize(
    ("name", "computed"),
    [("Acme SaaS", "Acme_SaaS"), ("Plugin CICD-Auth", "Plugin_CICD_Auth"), ("b@c (d)", "b_c__d_")],
)
def test_the_id_of_an_alias_follows_from_its_name(name: str, computed: str) -> None:
    """Letters and digits stay, all else is an underscore (tables.md 7.1)."""
    assert alias_id(block("alias", name=name)) == computed


@pytest.mark.parametrize("written", ["Acme_SaaS", "x_acme_app.Acme_SaaS"])
def test_an_id_may_have_the_prefix_of_an_application(written: str) -> None:
    """Which application the alias is of, the block does not say."""
    assert codes(block("alias", name="Acme SaaS", id=written)) == []


def test_an_id_that_the_platform_would_not_make_is_an_error() -> None:
    """The sentence names the one that it makes."""
    found = only(block("alias", name="Acme SaaS", id="acme"))
    assert (found.code, "'Acme_SaaS'" in found.detail) == ("SNC168", True)


@pytest.mark.parametrize("written", [{"url": "https://a.example"}, {"host": "a.example"}])
def test_a_connection_leads_somewhere(written: dict[str, Any]) -> None:
    """By its url, or by what it is put together from."""
    assert codes(block("http_connection", name="c", alias="a", **written)) == []
    assert codes(block("http_connection", name="c", alias="a", url="")) == ["SNC167"]


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ({}, "no auth_url and no token_url"),
        ({"token_url": "https://t.example"}, "no auth_url,"),
        ({"default_grant_type": "client_credentials"}, "no token_url,"),
    ],
)
def test_a_provider_says_where_tokens_come_from(written: dict[str, Any], missing: str) -> None:
    """People are sent somewhere only where they have to consent."""
    found = only(block("oauth_provider", name="Acme", **written))
    assert (found.code, missing in found.detail) == ("SNC543", True)


def test_a_provider_with_client_credentials_sends_nobody_anywhere() -> None:
    """So it needs no auth_url."""
    written = {"default_grant_type": "client_credentials", "token_url": "https://t.example"}
    assert codes(block("oauth_provider", name="Acme", **written)) == []


def test_trap_07_a_provider_is_no_client() -> None:
    """Both live in one table, and what a registry is cannot be changed."""
    assert KINDS["oauth_provider"].match["type"] == ("oauth_provider", "consumer")
    assert KINDS["oauth_app"].match["type"] == ("client",)


@pytest.mark.parametrize("table", ["http_connection", "sys_connection"])
def test_trap_11_what_only_one_can_be_holds_for_records_too(table: str) -> None:
    """Whichever block speaks of the table (tables.md 7.2)."""
    assert kind_of(record_block(table, ("name",), name="c")).exclusive == (ACTIVE_CONNECTION,)


def test_other_tables_have_nothing_exclusive() -> None:
    """Known to the dictionary or not."""
    assert (exclusives_of("incident"), exclusives_of("u_custom")) == ((), ())


@pytest.mark.parametrize(("raw", "expected"), [(["acme"], References), ("a,b", LooseText)])
def test_a_record_may_write_a_list_of_names_or_of_sys_ids(raw: object, expected: type) -> None:
    """Names are resolved, text is sent as it is."""
    assert type(attribute_for("basic_auth_credentials", "tag", raw)) is expected
