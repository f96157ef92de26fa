"""The Service Catalog API (docs/platform.md "Service catalog"): catalogs, categories, items, the cart, orders."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from snowconf.sandbox.answers.answering import failure, no_method, no_place, nothing, plain
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.catalog import carts
from snowconf.sandbox.catalog.carts import Line
from snowconf.sandbox.catalog.offers import CATALOGS, CATEGORIES, ITEMS, Shop
from snowconf.sandbox.catalog.ordering import REQUESTS, order
from snowconf.sandbox.catalog.wishes import CatalogError, Wish, check, read_wish
from snowconf.sandbox.storage import settings
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.wire.decoding import UnreadableBodyError, load
from snowconf.sandbox.wire.requests import Answer
from snowconf.sandbox.writing import glide

INVALID = "Invalid Request"
ANY = "*"
RECORD_PRODUCER = "Record Producer"
ONLY = frozenset({RECORD_PRODUCER, "Order Guide"})
ADMINS = frozenset({"catalog_admin"})

Handler: TypeAlias = Callable[[Call], object]


def answer(call: Call) -> Answer:
    """The answer to a caller who is known."""
    handlers = _handlers(call.steps)
    if not handlers:
        return no_place()
    method = read_method(call.request)
    handler = handlers.get("GET" if method == "HEAD" else method)
    if handler is None:
        return no_method(handlers)
    return refuse_types(call.request) or refuse_size(call.request) or _answer(call, handler)


def _answer(call: Call, handler: Handler) -> Answer:
    """What the handler tells; None is 204."""
    try:
        with call.session.store.transaction():
            told = handler(call)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    except CatalogError as error:
        return failure(error.status, error.message, "")
    except glide.Aborted as aborted:
        return failure(403, aborted.message, aborted.detail)
    return nothing() if told is None else plain(200, {"result": told})


def _handlers(steps: tuple[str, ...]) -> Mapping[str, Handler]:
    """What can be done at the place; a place that is spelt out goes before one with any sys_id."""
    return next((handlers for place, handlers in PLACES.items() if _leads(place, steps)), {})


def _leads(place: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    same = (each in {ANY, step} for each, step in zip(place, steps, strict=False))
    return len(place) == len(steps) and all(same)


# -- what is offered


def _shop(call: Call) -> Shop:
    return Shop(call.session.store, call.access)


def _find(call: Call, table: str) -> Row:
    """The record that the path names.

    Raises:
        CatalogError: there is none, or none that the caller may see, which is told alike.
    """
    found = _shop(call).find(table, call.sys_id)
    if found is None:
        raise CatalogError(400, INVALID)
    return found


def _page(call: Call, told: list[dict[str, object]]) -> list[dict[str, object]]:
    asked = call.parameters
    return told[asked.offset :][: asked.limit]


def list_catalogs(call: Call) -> object:
    """GET of all catalogs."""
    return _page(call, _shop(call).catalogs(call.request.parameter("sysparm_text")))


def get_catalog(call: Call) -> object:
    """GET of a catalog."""
    return _shop(call).tell_catalog_in_full(_find(call, CATALOGS))


def list_categories(call: Call) -> object:
    """GET of the categories of a catalog."""
    top_level = call.request.parameter("sysparm_top_level_only").lower() == "true"
    return _page(call, _shop(call).categories(_find(call, CATALOGS)["sys_id"], top_level=top_level))


def get_category(call: Call) -> object:
    """GET of a category."""
    return _shop(call).tell_category_in_full(_find(call, CATEGORIES))


def list_items(call: Call) -> object:
    """GET of items; there are no order guides, and another type than these two is ignored."""
    ask, shop = call.request.parameter, _shop(call)
    catalog, category, kind = ask("sysparm_catalog"), ask("sysparm_category"), ask("sysparm_type")
    rows = shop.items(catalog=catalog, category=category, text=ask("sysparm_text"))
    if kind in ONLY:
        rows = [row for row in rows if kind == RECORD_PRODUCER and shop.makes_records(row)]
    asked = call.parameters
    return [shop.tell_item(row) for row in rows[asked.offset :][: asked.limit]]


def get_item(call: Call) -> object:
    """GET of an item."""
    return _shop(call).tell_item_in_full(_find(call, ITEMS))


def list_variables(call: Call) -> object:
    """GET of an item's variables alone."""
    return _shop(call).tell_item_in_full(_find(call, ITEMS))["variables"]


# -- carts and orders


def _wanted(call: Call) -> tuple[Row, Wish]:
    """The item that the path names, and what is wanted of it."""
    wish = read_wish(load(call.request.body))
    item = _shop(call).find(ITEMS, call.sys_id)
    if item is None or _shop(call).makes_records(item):
        raise CatalogError(400, "Security constraints prevent ordering of Item")
    check(wish, _shop(call).variables(item["sys_id"]))
    return item, wish


def add_to_cart(call: Call) -> object:
    """POST of an item into the caller's cart."""
    item, wish = _wanted(call)
    cart = carts.open_cart(call.session)
    carts.put(call.session, cart, item, wish)
    return carts.tell_added(call.session, cart)


def order_now(call: Call) -> object:
    """POST of an order of one item, past the caller's cart."""
    item, wish = _wanted(call)
    cart = carts.make_cart(call.session, f"cart_{item['sys_id']}")
    request = order(call.session, carts.put(call.session, cart, item, wish))
    numbers = {"sys_id": request["sys_id"], "number": request["number"], "table": REQUESTS}
    return numbers | _ordered(request) | {"parent_id": None, "parent_table": "task"}


def _ordered(request: Row) -> dict[str, object]:
    return {"request_number": request["number"], "request_id": request["sys_id"]}


def get_cart(call: Call) -> object:
    """GET of the caller's cart."""
    return carts.tell_cart(call.session, carts.open_cart(call.session))


def check_out(call: Call) -> object:
    """POST: the order, or with two steps what is to be confirmed by `submit_order`."""
    if not settings.is_on(call.session.store, settings.TWO_STEPS):
        return submit_order(call)
    cart = carts.open_cart(call.session)
    if not carts.lines_of(call.session, cart):
        raise CatalogError(400, "Cart is empty")
    requested_for = cart["requested_for"] or call.session.caller.user_sys_id
    return carts.tell_cart(call.session, cart) | {"requested_for": requested_for}


def submit_order(call: Call) -> object:
    """POST: the order of all that is in the caller's cart."""
    return _ordered(order(call.session, carts.open_cart(call.session)))


def _line(call: Call) -> Line:
    lines = carts.lines_of(call.session, carts.open_cart(call.session))
    found = next((line for line in lines if line.row["sys_id"] == call.sys_id), None)
    if found is None:
        raise CatalogError(400, INVALID)
    return found


def change_line(call: Call) -> object:
    """PUT of another quantity, and other answers to variables."""
    line, wish = _line(call), read_wish(load(call.request.body))
    if wish.variables:
        check(wish, _shop(call).variables(line.item["sys_id"]))
    carts.change(call.session, line, wish)
    return get_cart(call)


def delete_line(call: Call) -> object:
    """DELETE of an item in the caller's cart."""
    carts.drop(call.session, _line(call))
    return None


def empty_cart(call: Call) -> object:
    """DELETE of a cart and what is in it; somebody else's is for admins of the catalog."""
    caller, cart = call.session.caller, call.session.store.get(carts.CARTS, call.sys_id)
    is_admin = caller.admin or ADMINS & caller.roles
    if cart is None or not (is_admin or cart["user"] == caller.user_sys_id):
        raise CatalogError(400, INVALID)
    carts.empty(call.session, cart)
    return None


PLACES: Mapping[tuple[str, ...], Mapping[str, Handler]] = {
    ("catalogs",): {"GET": list_catalogs},
    ("catalogs", ANY): {"GET": get_catalog},
    ("catalogs", ANY, "categories"): {"GET": list_categories},
    ("categories", ANY): {"GET": get_category},
    ("items",): {"GET": list_items},
    ("items", ANY): {"GET": get_item},
    ("items", ANY, "variables"): {"GET": list_variables},
    ("items", ANY, "add_to_cart"): {"POST": add_to_cart},
    ("items", ANY, "order_now"): {"POST": order_now},
    ("cart",): {"GET": get_cart},
    ("cart", "checkout"): {"POST": check_out},
    ("cart", "submit_order"): {"POST": submit_order},
    ("cart", ANY): {"PUT": change_line, "DELETE": delete_line},
    ("cart", ANY, "empty"): {"DELETE": empty_cart},
}
