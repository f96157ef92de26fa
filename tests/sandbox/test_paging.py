"""Pages, totals and links: wire-contract.md 1.5 and 2.3."""

from collections.abc import Callable

import pytest

from snowconf.sandbox.answers.paging import Page, link_header
from snowconf.sandbox.instance import Sandbox
from tests.sandbox.caller import HOST, Caller

ROLES = f"{HOST}/api/now/table/sys_user_role"


def total(admin: Caller) -> int:
    """How many roles there are."""
    return int(str(admin.get("sys_user_role").header("X-Total-Count")))


def test_a_list_that_fits_has_no_link(admin: Caller) -> None:
    """One page needs no links, and the total is told all the same."""
    reply = admin.get("sys_user")
    assert (reply.header("Link"), reply.header("X-Total-Count")) == (None, "2")


def test_links_keep_the_url_as_it_was_sent(admin: Caller) -> None:
    """Encodings stay, the limit is replaced where it stands, the offset is added (recorded 01)."""
    last = total(admin) - 1
    path = "/api/now/table/sys_user_role?query=number%3DINC0000040&display_value=True&sysparm_limit=1"
    assert admin.send("GET", path).header("Link") == ",".join(
        f'<{HOST}{path}&sysparm_offset={offset}>;rel="{rel}"'
        for rel, offset in [("first", 0), ("next", 1), ("last", last)]
    )


def test_a_missing_limit_is_added_after_the_offset() -> None:
    """The default limit stands in the links (recorded 04)."""
    page = Page(url="https://x/t", limit=10_000, offset=0, total=28_124)
    assert link_header(page) == (
        (
            "Link",
            ",".join(
                f'<https://x/t?sysparm_offset={offset}&sysparm_limit=10000>;rel="{rel}"'
                for rel, offset in [("first", 0), ("next", 10_000), ("last", 20_000)]
            ),
        ),
    )


@pytest.mark.parametrize(
    ("offset", "rels"),
    [
        (0, ["first 0", "next 2", "last 4"]),
        (1, ["first 0", "next 3", "last 4"]),
        (2, ["first 0", "prev 0", "next 4", "last 4"]),
        (4, ["first 0", "prev 2", "last 4"]),
        (9, ["first 0", "prev 7", "last 4"]),
    ],
)
def test_which_links_there_are(offset: int, rels: list[str]) -> None:
    """No page before the first, none after the last."""
    assert links(Page(url="u", limit=2, offset=offset, total=5)) == rels


def test_the_first_page_may_link_to_before_itself() -> None:
    """Captures of 2021 and 2022 have a negative offset."""
    page = Page(url="u", limit=1, offset=0, total=67, negative_prev=True)
    assert links(page) == ["first 0", "prev -1", "next 1", "last 66"]


def links(page: Page) -> list[str]:
    """Each link's relation and offset."""
    (header,) = link_header(page)
    pieces = [piece.split('>;rel="') for piece in header[1].split(",")]
    return [f"{rel.rstrip(chr(34))} {url.split('offset=')[1].split('&')[0]}" for url, rel in pieces]


def test_a_strange_url_cannot_end_the_header() -> None:
    """Whatever a URL holds, the header stays one header with the links that are ours."""
    page = Page(url='u?a=">\r\nX: y<é', limit=1, offset=0, total=2)
    ((_, value),) = link_header(page)
    assert {"\r", "\n", '"first"', "é"} & set(value) == set()
    assert value.count("<") == value.count(">") == 3


def test_the_negative_link_has_a_switch(start: Callable[..., Sandbox]) -> None:
    """`first_page_prev` brings it back."""
    reply = Caller(start(first_page_prev="on")).get("sys_user", sysparm_limit="1")
    assert 'sysparm_offset=-1>;rel="prev"' in str(reply.header("Link"))


def test_links_can_be_left_out(admin: Caller) -> None:
    """`sysparm_suppress_pagination_header` takes the links and leaves the total."""
    reply = admin.get("sys_user", sysparm_limit="1", sysparm_suppress_pagination_header="true")
    assert (reply.header("Link"), reply.header("X-Total-Count")) == (None, "2")


def test_counting_can_be_left_out(admin: Caller) -> None:
    """Without a count there is neither total nor last page."""
    reply = admin.get("sys_user", sysparm_limit="1", sysparm_no_count="true")
    assert (reply.header("Link"), reply.header("X-Total-Count"), len(reply.result)) == (None, None, 1)


def test_pages_follow_each_other(admin: Caller) -> None:
    """Limit and offset cut the same list."""
    everything = admin.names("sys_user_role", "name")
    pages = [
        admin.names("sys_user_role", "name", sysparm_limit="4", sysparm_offset=str(at)) for at in (0, 4, 8)
    ]
    assert [name for page in pages for name in page] == everything[:12]


@pytest.mark.parametrize("limit", ["", "many", "-1", "1e3", "99999999999999999999"])
def test_senseless_limits_are_ignored(admin: Caller, limit: str) -> None:
    """What is no count is the default."""
    assert len(admin.get("sys_user", sysparm_limit=limit, sysparm_offset=limit).result) == 2


def test_a_limit_of_nothing_counts(admin: Caller) -> None:
    """No rows, and how many there would be."""
    reply = admin.get("sys_user", sysparm_limit="0")
    assert (reply.result, reply.header("X-Total-Count"), reply.header("Link")) == ([], "2", None)


def test_the_total_is_blind_to_access(admin: Caller, nobody: Caller) -> None:
    """Rows that the caller may not read are counted and missing (wire-contract.md 1.5)."""
    hidden = nobody.get("sys_properties")
    assert hidden.status == 200
    assert len(hidden.result) < int(str(hidden.header("X-Total-Count")))
    assert hidden.header("X-Total-Count") == admin.get("sys_properties").header("X-Total-Count")


def test_the_limit_counts_before_access_does(admin: Caller) -> None:
    """A page can be short or empty while later ones have rows: security_admin is invisible to everybody."""
    names = admin.names("sys_user_role", "name", "nameSTARTSWITHsecurity_admin^ORname=itil^ORDERBYDESCname")
    first = admin.get(
        "sys_user_role", sysparm_query="name=security_admin^ORname=itil^ORDERBYDESCname", sysparm_limit="1"
    )
    assert (names, first.result, first.header("X-Total-Count")) == (["itil"], [], "2")


def test_version_one_answers_an_empty_list_with_404(admin: Caller) -> None:
    """Later versions answer 200 and nothing (wire-contract.md 1.2)."""
    query = "sys_user?sysparm_query=user_name=x"
    one, two = (admin.send("GET", f"/api/now/{version}/table/{query}") for version in ("v1", "v2"))
    assert (one.status, one.error[0]) == (404, "No Record found")
    assert (two.status, two.result, two.header("X-Total-Count")) == (200, [], "0")
