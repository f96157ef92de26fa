"""The cart of a user: items with their variables, until they are ordered."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.acting.stamping import insert_row
from snowconf.sandbox.catalog.money import NOTHING, as_amount, show
from snowconf.sandbox.catalog.offers import ITEMS, VARIABLES, Told
from snowconf.sandbox.catalog.wishes import Wish
from snowconf.sandbox.storage.store import Row

CARTS, LINES, OPTIONS = "sc_cart", "sc_cart_item", "sc_item_option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An item in the cart: its row, the item's, and the rows of what was said to its variables."""

    row: Row
    item: Row
    options: tuple[Row, ...]

    @property
    def total(self) -> Decimal:
        """What all of them cost."""
        return as_amount(self.row["price"]) * int(as_amount(self.row["quantity"]))


def open_cart(session: Session) -> Row:
    """The caller's cart, made when there is none."""
    user = session.caller.user_sys_id
    found = next((row for row in session.store.find(CARTS, user=user) if not row["name"]), None)
    return found or make_cart(session)


def make_cart(session: Session, name: str = "") -> Row:
    """Another cart of the caller's; the one without a name is the usual one."""
    return insert_row(session, CARTS, {"user": session.caller.user_sys_id, "name": name})


def put(session: Session, cart: Row, item: Row, wish: Wish) -> Row:
    """Add an item; the cart as it is then."""
    values = {"cart": cart["sys_id"], "cat_item": item["sys_id"], "quantity": str(wish.quantity)}
    prices = {name: item[name] for name in ("price", "recurring_price")}
    line = insert_row(session, LINES, values | prices)
    _say(session, line["sys_id"], item["sys_id"], wish)
    whom = {"requested_for": wish.requested_for} if wish.requested_for else {}
    session.store.update(CARTS, cart["sys_id"], whom)
    return cart | whom


def change(session: Session, line: Line, wish: Wish) -> None:
    """Another quantity, and other answers."""
    session.store.update(LINES, line.row["sys_id"], {"quantity": str(wish.quantity)})
    if wish.variables:
        _forget(session, line)
        _say(session, line.row["sys_id"], line.item["sys_id"], wish)


def drop(session: Session, line: Line) -> None:
    """Take an item out."""
    _forget(session, line)
    session.store.delete(LINES, line.row["sys_id"])


def empty(session: Session, cart: Row) -> None:
    """Take everything out, and the cart away."""
    for line in lines_of(session, cart):
        drop(session, line)
    session.store.delete(CARTS, cart["sys_id"])


def _say(session: Session, line: str, item: str, wish: Wish) -> None:
    for variable in session.store.find(VARIABLES, cat_item=item, active="true"):
        value = wish.variables.get(variable["name"], variable["default_value"])
        said = {"cart_item": line, "item_option_new": variable["sys_id"], "order": variable["order"]}
        insert_row(session, OPTIONS, said | {"value": value[:4000]})


def _forget(session: Session, line: Line) -> None:
    for option in line.options:
        session.store.delete(OPTIONS, option["sys_id"])


def lines_of(session: Session, cart: Row) -> list[Line]:
    """What is in the cart, in the order it was put there; an item that is no more offered has gone."""
    rows = session.store.find(LINES, cart=cart["sys_id"])
    return sorted(_lines(session, rows), key=lambda line: (line.row["sys_created_on"], line.row["sys_id"]))


def _lines(session: Session, rows: list[Row]) -> Iterator[Line]:
    for row in rows:
        item = session.store.get(ITEMS, row["cat_item"])
        if item is not None:
            options = session.store.find(OPTIONS, cart_item=row["sys_id"])
            yield Line(row=row, item=item, options=tuple(options))


# -- telling


def tell_added(session: Session, cart: Row) -> Told:
    """The cart as it is told to whoever added something."""
    lines = lines_of(session, cart)
    total = sum((line.total for line in lines), NOTHING)
    told = [_tell_shortly(line) for line in lines]
    return {"cart_id": cart["sys_id"], "subtotal": show(total), "items": told}


def tell_cart(session: Session, cart: Row) -> Told:
    """The cart in full. Its items are in groups by how often they are paid for, which is once here."""
    lines = lines_of(session, cart)
    sums = _sums(sum((line.total for line in lines), NOTHING))
    group = sums | {"frequency_label": None, "items": [_tell(session, line) for line in lines]}
    return {"cart_id": cart["sys_id"]} | sums | ({"none": group} if lines else {})


def _sums(total: Decimal) -> Told:
    return {
        "subtotal_price": show(total),
        "subtotal_recurring_frequency": "",
        "subtotal_recurring_price": show(NOTHING),
        "total_title": "Total",
        "show_subtotal_price": "true",
        "subtotal_title": "Subtotal",
    }


def _tell_shortly(line: Line) -> Told:
    once, again = (show(as_amount(line.row[name])) for name in ("price", "recurring_price"))
    return {
        "catalog_item_id": line.item["sys_id"],
        "quantity": line.row["quantity"],
        "localized_price": once,
        "price": once,
        "recurring_frequency": None,
        "localized_recurring_price": again,
        "recurring_price": again,
        "item_name": line.item["name"],
        "cart_item_id": line.row["sys_id"],
    }


def _tell(session: Session, line: Line) -> Told:
    row, item = line.row, line.item
    return _tell_shortly(line) | {
        "sys_id": row["sys_id"],
        "item_id": item["sys_id"],
        "name": item["name"],
        "short_description": item["short_description"],
        "sys_class_name": ITEMS,
        "subtotal_price": show(line.total),
        "subtotal": float(line.total),
        "recurring_subtotal_price": show(NOTHING),
        "recurring_subtotal": 0,
        "show_price": as_amount(row["price"]) > 0,
        "show_recurring_price": False,
        "show_quantity": True,
        "variables": {_question(session, option): option["value"] for option in line.options},
        "created_by": row["sys_created_by"],
        "created_on": row["sys_created_on"],
        "updated_by": row["sys_updated_by"],
        "updated_on": row["sys_updated_on"],
        **dict.fromkeys(("delivery_time", "picture", "order_guide"), ""),
    }


def _question(session: Session, option: Row) -> str:
    variable = session.store.get(VARIABLES, option["item_option_new"])
    return variable["question_text"] if variable else ""
