"""An order: a request, an item of it for each line of the cart, and what was said to the variables of each."""

from dataclasses import replace

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.catalog import carts
from snowconf.sandbox.catalog.carts import Line
from snowconf.sandbox.catalog.money import NOTHING
from snowconf.sandbox.catalog.wishes import CatalogError
from snowconf.sandbox.storage.store import Row
from snowconf.sandbox.writing import glide

REQUESTS, REQUESTED_ITEMS, OWNERSHIP = "sc_request", "sc_req_item", "sc_item_option_mtom"
DRAFT, REQUESTED = "draft", "requested"


def order(session: Session, cart: Row) -> Row:
    """Order what is in the cart, which is empty afterwards; the request as it is then.

    Raises:
        CatalogError: there is nothing in it.
    """
    lines = carts.lines_of(session, cart)
    if not lines:
        raise CatalogError(400, "Cart is empty")
    script = replace(session, scripted=True)
    total = sum((line.total for line in lines), NOTHING)
    values = {
        "request_state": DRAFT,
        "price": str(total),
        "special_instructions": cart["special_instructions"],
    }
    request = glide.insert(script, REQUESTS, values | _for_whom(cart))
    for line in lines:
        _order_line(script, request, line)
    session.store.delete(carts.CARTS, cart["sys_id"])
    # Only a request that is complete is one to be decided about.
    return glide.update(script, REQUESTS, request["sys_id"], {"request_state": REQUESTED})


def _for_whom(cart: Row) -> Row:
    return {"requested_for": cart["requested_for"]} if cart["requested_for"] else {}


def _order_line(script: Session, request: Row, line: Line) -> None:
    values = {
        "request": request["sys_id"],
        "requested_for": request["requested_for"],
        "cat_item": line.item["sys_id"],
        "sc_catalog": line.item["sc_catalogs"].partition(",")[0],
        "short_description": line.item["short_description"] or line.item["name"],
        "quantity": line.row["quantity"],
        "price": str(line.total),
    }
    wanted = glide.insert(script, REQUESTED_ITEMS, values)
    for option in line.options:
        script.store.update(carts.OPTIONS, option["sys_id"], {"cart_item": ""})
        pair = {"request_item": wanted["sys_id"], "sc_item_option": option["sys_id"]}
        insert_row(script, OWNERSHIP, pair)
    script.store.delete(carts.LINES, line.row["sys_id"])
