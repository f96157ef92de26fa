"""The Service Catalog API: the vendor's page, and docs/platform.md "Service catalog"."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.caller import ADMIN, Caller, Reply

ROOT = "/api/sn_sc/servicecatalog"


@dataclass(frozen=True, slots=True)
class Shop:
    """A catalog with a category and two items, the second of which asks for something."""

    owner: Caller
    buyer: Caller
    catalog: str
    category: str
    tablet: str
    mailbox: str

    def get(self, place: str) -> Any:
        """What the buyer is told."""
        return self.buyer.send("GET", f"{ROOT}/{place}").result

    def send(self, method: str, place: str, body: object = None) -> Reply:
        """What the buyer does."""
        return self.buyer.send(method, f"{ROOT}/{place}", b"" if body is None else json.dumps(body).encode())

    def order(self, item: str, **body: object) -> Any:
        """What is told of an order that must succeed."""
        reply = self.send("POST", f"items/{item}/order_now", {"sysparm_quantity": "1"} | body)
        assert reply.status == 200, reply.body
        return reply.result

    def requested(self, request: str) -> Any:
        """The items of a request."""
        return self.owner.get("sc_req_item", sysparm_query=f"request={request}").result


@pytest.fixture
def shop(admin: Caller, nobody: Caller) -> Shop:
    """A catalog that somebody without any role buys from."""

    def make(table: str, **values: str) -> str:
        return str(admin.post(table, values).result["sys_id"])

    catalog = make("sc_catalog", title="Service Catalog", description="What there is")
    category = make("sc_category", title="Hardware", sc_catalog=catalog)
    place = {"category": category, "sc_catalogs": catalog}
    tablet = make("sc_cat_item", name="Apple iPad 3", short_description="A tablet", price="600", **place)
    mailbox = make("sc_cat_item", name="New Email Account", **place)
    make("item_option_new", name="new_email", question_text="Address", cat_item=mailbox, mandatory="true")
    return Shop(admin, nobody, catalog, category, tablet, mailbox)


# -- what is offered


def test_catalogs_are_listed(shop: Shop) -> None:
    """By title, with whether there is anything in them."""
    empty = shop.owner.post("sc_catalog", {"title": "Attic"}).result["sys_id"]
    told = [(each["sys_id"], each["has_categories"], each["has_items"]) for each in shop.get("catalogs")]
    assert told == [(empty, False, False), (shop.catalog, True, True)]
    assert [each["title"] for each in shop.get("catalogs?sysparm_text=service&sysparm_limit=1")] == [
        "Service Catalog"
    ]


def test_a_catalog_has_categories(shop: Shop) -> None:
    """In short within the catalog, with their number of items in a list of their own."""
    (inside,) = shop.get(f"catalogs/{shop.catalog}")["categories"]
    assert (inside["sys_id"], inside["title"]) == (shop.category, "Hardware")
    (listed,) = shop.get(f"catalogs/{shop.catalog}/categories")
    assert (listed["sys_id"], listed["count"], listed["full_description"]) == (shop.category, 2, None)


def test_categories_lie_in_categories(shop: Shop) -> None:
    """Those at the top can be asked for alone; a category tells of those below it."""
    values = {"title": "Tablets", "sc_catalog": shop.catalog, "parent": shop.category}
    below = shop.owner.post("sc_category", values).result["sys_id"]
    top = shop.get(f"catalogs/{shop.catalog}/categories?sysparm_top_level_only=true")
    assert [(each["sys_id"], each["subcategories"]) for each in top] == [
        (shop.category, [{"sys_id": below, "title": "Tablets"}])
    ]
    (child,) = shop.get(f"categories/{shop.category}")["child_categories"]
    assert (child["sys_id"], child["parent"], child["isParentCategory"]) == (below, shop.category, False)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Apple iPad 3", "New Email Account"]),
        ("sysparm_text=ipad", ["Apple iPad 3"]),
        ("sysparm_text=TABLET%20apple", ["Apple iPad 3"]),
        ("sysparm_text=nothing", []),
        ("sysparm_catalog=none", []),
        ("sysparm_category=none", []),
        ("sysparm_limit=1&sysparm_offset=1", ["New Email Account"]),
        ("sysparm_type=Order%20Guide", []),
    ],
)
def test_items_are_looked_for(shop: Shop, asked: str, names: list[str]) -> None:
    """By words, catalog and category, a page at a time."""
    assert [each["name"] for each in shop.get(f"items?{asked}")] == names


def test_an_item_is_told_in_full(shop: Shop) -> None:
    """Prices as people see them, where it is, and what is asked of whoever orders it."""
    tablet, mailbox = (shop.get(f"items/{each}") for each in (shop.tablet, shop.mailbox))
    assert (tablet["price"], tablet["show_price"], tablet["type"]) == ("$600.00", True, "catalog_item")
    assert tablet["category"] == {"sys_id": shop.category, "title": "Hardware"}
    assert tablet["catalogs"] == [{"sys_id": shop.catalog, "title": "Service Catalog", "active": True}]
    (asked,) = mailbox["variables"]
    assert (asked["name"], asked["friendly_type"], asked["mandatory"]) == (
        "new_email",
        "single_line_text",
        True,
    )
    assert shop.get(f"items/{shop.mailbox}/variables") == [asked]


def test_what_is_inactive_is_not_offered(shop: Shop) -> None:
    """Nor can it be ordered, which is told in other words."""
    shop.owner.patch(f"sc_cat_item/{shop.tablet}", {"active": "false"})
    assert shop.send("GET", f"items/{shop.tablet}").error == ("Invalid Request", "")
    ordered = shop.send("POST", f"items/{shop.tablet}/order_now", {"sysparm_quantity": 1})
    assert (ordered.status, ordered.error[0]) == (400, "Security constraints prevent ordering of Item")


def test_record_producers_are_items_that_nobody_orders(shop: Shop) -> None:
    """They can be asked for alone."""
    values = {"name": "Report a squeak", "sc_catalogs": shop.catalog}
    made = shop.owner.post("sc_cat_item_producer", values).result["sys_id"]
    asked = f"items?sysparm_catalog={shop.catalog}&sysparm_type=Record%20Producer"
    assert [(each["sys_id"], each["type"]) for each in shop.get(asked)] == [(made, "record_producer")]
    assert shop.send("POST", f"items/{made}/order_now", {"sysparm_quantity": "1"}).status == 400


# -- orders


def test_an_order_is_a_request_with_an_item(shop: Shop) -> None:
    """The caller's own, whatever rights it takes to write one."""
    told = shop.order(shop.tablet, sysparm_quantity="2")
    assert (told["table"], told["number"], told["request_id"]) == (
        "sc_request",
        told["request_number"],
        told["sys_id"],
    )
    request = shop.buyer.get(f"sc_request/{told['sys_id']}", sysparm_exclude_reference_link="true").result
    (wanted,) = shop.requested(told["sys_id"])
    assert (request["number"], request["price"], request["opened_by"]) == (
        told["number"],
        "1200",
        request["requested_for"],
    )
    assert (wanted["quantity"], wanted["cat_item"]["value"]) == ("2", shop.tablet)
    assert wanted["number"].startswith("RITM")


def test_an_order_can_be_for_somebody_else(shop: Shop) -> None:
    """Whose request and item it is then."""
    told = shop.order(shop.tablet, sysparm_requested_for=ADMIN)
    (wanted,) = shop.requested(told["sys_id"])
    assert wanted["requested_for"]["value"] == ADMIN


def test_answers_are_kept_with_the_item(shop: Shop) -> None:
    """In sc_item_option, which sc_item_option_mtom ties to the requested item."""
    told = shop.order(shop.mailbox, variables={"new_email": "team@example.com", "nothing": "x"})
    (wanted,) = shop.requested(told["sys_id"])
    query = f"request_item={wanted['sys_id']}"
    names = "sc_item_option.value,sc_item_option.item_option_new.name"
    (kept,) = shop.owner.get("sc_item_option_mtom", sysparm_query=query, sysparm_fields=names).result
    assert list(kept.values()) == ["team@example.com", "new_email"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Invalid Quantity value"),
        ({"sysparm_quantity": "-1"}, "Invalid Quantity value"),
        ({"sysparm_quantity": "two"}, "Invalid Quantity value"),
        ({"sysparm_quantity": "1"}, "Mandatory Variables are required"),
        ({"sysparm_quantity": "1", "variables": []}, "Mandatory Variables are required"),
        ({"sysparm_quantity": "1", "variables": ["x"]}, "Invalid Request"),
        ([], "Invalid Request"),
    ],
)
def test_an_order_that_lacks_something_is_refused(shop: Shop, body: object, message: str) -> None:
    """In the words of the platform's own script, and nothing is ordered."""
    for verb in ("order_now", "add_to_cart"):
        reply = shop.send("POST", f"items/{shop.mailbox}/{verb}", body)
        assert (reply.status, reply.error[0]) == (400, message)
    assert shop.owner.get("sc_request").result == []


@pytest.mark.parametrize(("quantity", "state"), [("1", "in_process"), ("2", "requested")])
def test_what_costs_little_is_approved_at_once(shop: Shop, quantity: str, state: str) -> None:
    """Over 1,000 somebody has to."""
    told = shop.order(shop.tablet, sysparm_quantity=quantity)
    assert shop.owner.get(f"sc_request/{told['sys_id']}").result["request_state"] == state


def test_a_draft_is_approved_when_it_is_one_no_more(admin: Caller) -> None:
    """Over the Table API as well, unless it is closed."""
    states = [
        admin.patch(f"sc_request/{draft}", {"request_state": state}).result["request_state"]
        for state in ("submitted", "closed_cancelled")
        for draft in [admin.post("sc_request", {"request_state": "draft"}).result["sys_id"]]
    ]
    assert states == ["in_process", "closed_cancelled"]


def test_an_order_happens_whole_or_not_at_all(shop: Shop) -> None:
    """A rule of a client's that wants no requested items leaves no request either, and the cart full."""
    put(shop, shop.tablet)
    rule = {"name": "None", "collection": "sc_req_item", "when": "before", "abort_action": "true"}
    shop.owner.post("sys_script", rule | {"action_insert": "true"})
    reply = shop.send("POST", "cart/submit_order")
    assert (reply.status, reply.error[0]) == (403, "Operation Failed")
    assert shop.owner.get("sc_request").result == []
    assert len(shop.get("cart")["none"]["items"]) == 1


# -- the cart


def put(shop: Shop, item: str, **body: object) -> Any:
    """Put an item into the buyer's cart."""
    return shop.send("POST", f"items/{item}/add_to_cart", {"sysparm_quantity": "1"} | body).result


def test_a_cart_fills_up(shop: Shop) -> None:
    """Each addition tells of everything in it; the cart itself has more to tell."""
    put(shop, shop.tablet, sysparm_quantity="2")
    told = put(shop, shop.mailbox, variables={"new_email": "a@example.com"})
    assert told["subtotal"] == "$1,200.00"
    assert {each["item_name"]: each["quantity"] for each in told["items"]} == {
        "Apple iPad 3": "2",
        "New Email Account": "1",
    }
    cart = shop.get("cart")
    assert (cart["cart_id"], cart["subtotal_price"]) == (told["cart_id"], "$1,200.00")
    variables = {each["item_name"]: each["variables"] for each in cart["none"]["items"]}
    assert variables == {"Apple iPad 3": {}, "New Email Account": {"Address": "a@example.com"}}


def test_a_cart_without_items_has_no_group_of_them(shop: Shop) -> None:
    """And cannot be ordered."""
    cart = shop.get("cart")
    assert (cart["subtotal_price"], "none" in cart) == ("$0.00", False)
    for verb in ("checkout", "submit_order"):
        assert shop.send("POST", f"cart/{verb}").status == 400


@pytest.mark.parametrize("verb", ["checkout", "submit_order"])
def test_a_cart_is_ordered_and_gone(shop: Shop, verb: str) -> None:
    """One request with an item for each line."""
    put(shop, shop.tablet)
    put(shop, shop.mailbox, variables={"new_email": "a@example.com"})
    told = shop.send("POST", f"cart/{verb}").result
    assert set(told) == {"request_number", "request_id"}
    assert len(shop.requested(told["request_id"])) == 2
    assert "none" not in shop.get("cart")


def test_with_two_steps_a_checkout_shows_the_cart(shop: Shop) -> None:
    """And `submit_order` orders."""
    shop.owner.post("sys_properties", {"name": "glide.sc.checkout.twostep", "value": "true"})
    assert shop.send("POST", "cart/checkout").status == 400
    put(shop, shop.tablet, sysparm_requested_for=ADMIN)
    told = shop.send("POST", "cart/checkout").result
    assert (told["requested_for"], len(told["none"]["items"])) == (ADMIN, 1)
    assert shop.owner.get("sc_request").result == []
    assert shop.send("POST", "cart/submit_order").result["request_number"].startswith("REQ")


def test_a_line_is_changed_and_deleted(shop: Shop) -> None:
    """Its quantity, its answers, all of it."""
    line = put(shop, shop.mailbox, variables={"new_email": "a@example.com"})["items"][0]["cart_item_id"]
    shop.send("PUT", f"cart/{line}", {"sysparm_quantity": "3"})
    told = shop.send("PUT", f"cart/{line}", {"sysparm_quantity": "4", "variables": {"new_email": "b"}}).result
    (kept,) = told["none"]["items"]
    assert (kept["quantity"], kept["variables"]) == ("4", {"Address": "b"})
    assert shop.send("DELETE", f"cart/{line}").status == 204
    assert "none" not in shop.get("cart")
    assert shop.send("DELETE", f"cart/{line}").status == 400


def test_a_cart_is_its_users_own(shop: Shop) -> None:
    """Others neither see nor change it; an admin may empty it."""
    told = put(shop, shop.tablet)
    shop.owner.post("sys_user", {"user_name": "other"})
    other = Caller(shop.owner.sandbox, "other")
    assert "none" not in other.send("GET", f"{ROOT}/cart").result
    assert other.send("DELETE", f"{ROOT}/cart/{told['items'][0]['cart_item_id']}").status == 400
    assert other.send("DELETE", f"{ROOT}/cart/{told['cart_id']}/empty").status == 400
    seen = [len(who.get("sc_cart_item").result) for who in (other, shop.buyer)]
    assert seen == [0, 1]
    assert shop.owner.send("DELETE", f"{ROOT}/cart/{told['cart_id']}/empty").status == 204
    assert "none" not in shop.get("cart")


def test_an_item_that_is_deleted_leaves_carts(shop: Shop) -> None:
    """It is as if nobody had put it there."""
    put(shop, shop.tablet)
    shop.owner.delete(f"sc_cat_item/{shop.tablet}")
    assert "none" not in shop.get("cart")


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("GET", "nowhere", 400),
        ("GET", "catalogs/none", 400),
        ("POST", "catalogs", 405),
        ("GET", "items/a/b/c", 400),
        ("POST", "items/a/order_now", 400),
    ],
)
def test_other_requests_are_refused(shop: Shop, method: str, place: str, status: int) -> None:
    """Places, records and verbs that there are not, and a body that cannot be read."""
    assert shop.buyer.send(method, f"{ROOT}/{place}", b"[" if method == "POST" else b"").status == status


def test_answers_come_in_xml_too(shop: Shop) -> None:
    """For whoever wants it."""
    reply = shop.buyer.send("GET", f"{ROOT}/catalogs", Accept="application/xml")
    assert reply.body.startswith(b"<?xml")
    assert b"<title>Service Catalog</title>" in reply.body
