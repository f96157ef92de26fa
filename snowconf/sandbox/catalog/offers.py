"""Catalogs, their categories, and items with their variables, as the Service Catalog API tells of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.dictionary import get_table
from snowconf.sandbox.catalog.money import CURRENCY, as_amount, show
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.storage.store import Row, Store

CATALOGS, CATEGORIES, ITEMS, VARIABLES = "sc_catalog", "sc_category", "sc_cat_item", "item_option_new"
PRODUCERS = "sc_cat_item_producer"
SEARCHED = ("name", "short_description", "description")
# What the API calls the types of variables besides the labels of their choices.
FRIENDLY_TYPES: Mapping[str, str] = {
    "1": "yes_no",
    "2": "multi_line_text",
    "3": "multiple_choice",
    "5": "select_box",
    "6": "single_line_text",
    "7": "check_box",
    "8": "reference",
    "9": "date",
    "10": "date_time",
}

Told: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Shop:
    """What one caller may see of the catalog."""

    store: Store
    access: Access

    def find(self, table: str, sys_id: str) -> Row | None:
        """The active record, None when there is none or the caller may not read it."""
        row = self.store.get(table, sys_id)
        return row if row and self._is_open(table, row) else None

    def rows(self, table: str, **equal: str) -> list[Row]:
        """The active records that the caller may read."""
        return [row for row in self.store.find(table, **equal) if self._is_open(table, row)]

    def _is_open(self, table: str, row: Row) -> bool:
        return row["active"] == "true" and self.access.may("read", table, row)

    # -- catalogs and categories

    def catalogs(self, text: str) -> list[Told]:
        """Those whose title has the text in it, by title."""
        found = [row for row in self.rows(CATALOGS) if text.lower() in row["title"].lower()]
        return [self.tell_catalog(row) for row in sorted(found, key=lambda row: row["title"])]

    def tell_catalog(self, row: Row) -> Told:
        """A catalog in short."""
        return {
            "title": row["title"],
            "sys_id": row["sys_id"],
            "has_categories": bool(self.rows(CATEGORIES, sc_catalog=row["sys_id"])),
            "has_items": bool(self.items(catalog=row["sys_id"])),
            "description": row["description"],
            "desktop_image": "",
        }

    def tell_catalog_in_full(self, row: Row) -> Told:
        """A catalog with its categories."""
        categories = self._sorted(self.rows(CATEGORIES, sc_catalog=row["sys_id"]), "title")
        told = [
            _named(each) | {"header_image": "", "description": each["description"]} for each in categories
        ]
        return self.tell_catalog(row) | {"categories": told}

    def categories(self, catalog: str, *, top_level: bool) -> list[Told]:
        """The categories of a catalog, in their order; those at the top alone, if wanted."""
        rows = self._sorted(self.rows(CATEGORIES, sc_catalog=catalog), "title")
        return [self._category(row) for row in rows if not (top_level and row["parent"])]

    def _category(self, row: Row) -> Told:
        below = self._sorted(self.rows(CATEGORIES, parent=row["sys_id"]), "title")
        return self.tell_category(row) | {
            "count": len(self.items(category=row["sys_id"])),
            "subcategories": [_named(each) for each in below],
        }

    def tell_category(self, row: Row) -> Told:
        """A category in short."""
        return {
            "title": row["title"],
            "description": row["description"],
            "full_description": row["full_description"] or None,
            "icon": "",
            "header_icon": "",
            "homepage_image": "",
            "sys_id": row["sys_id"],
        }

    def tell_category_in_full(self, row: Row) -> Told:
        """A category with those below it."""
        below = self._sorted(self.rows(CATEGORIES, parent=row["sys_id"]), "title")
        told = [self._category(each) | {"parent": row["sys_id"], "isParentCategory": False} for each in below]
        return self.tell_category(row) | {"child_categories": told}

    # -- items

    def items(self, *, catalog: str = "", category: str = "", text: str = "") -> list[Row]:
        """The items of a catalog and a category, where one is named, that have all words in what they say."""
        equal = {"category": category} if category else {}
        found = [row for row in self.rows(ITEMS, **equal) if not catalog or catalog in _catalogs_of(row)]
        return self._sorted((row for row in found if _says(row, text)), "name")

    def tell_item(self, row: Row) -> Told:
        """An item in short."""
        category, price = self.find(CATEGORIES, row["category"]), as_amount(row["price"])
        catalogs = (self.find(CATALOGS, each) for each in _catalogs_of(row))
        return _prices(row) | {
            "sys_id": row["sys_id"],
            "name": row["name"],
            "short_description": row["short_description"] or None,
            "description": row["description"],
            "catalogs": [_named(each) | {"active": True} for each in catalogs if each],
            "category": _named(category) if category else "",
            "type": "record_producer" if self.makes_records(row) else "catalog_item",
            "sys_class_name": row["sys_class_name"],
            "availability": row["availability"],
            "mandatory_attachment": row["mandatory_attachment"] == "true",
            "request_method": row["request_method"],
            "show_price": price > 0,
            "show_quantity": True,
            "order": _whole(row["order"]),
            **dict.fromkeys(("kb_article", "icon", "picture", "url", "content_type"), ""),
        }

    def tell_item_in_full(self, row: Row) -> Told:
        """An item with what is asked of whoever orders it."""
        category = self.find(CATEGORIES, row["category"])
        inside = {"active": True, "category": _named(category)} | _named(category) if category else None
        return self.tell_item(row) | {
            "categories": [inside] if inside else [],
            "variables": [_variable(each) for each in self.variables(row["sys_id"])],
            "ui_policy": [],
            "client_script": {"onChange": [], "onSubmit": [], "onLoad": []},
            "data_lookup": [],
        }

    def makes_records(self, row: Row) -> bool:
        """Whether the item makes a record instead of a request."""
        return PRODUCERS in get_table(row["sys_class_name"]).lineage

    def variables(self, item: str) -> list[Row]:
        """What is asked of whoever orders the item, in order; whoever may order is told all of it."""
        rows = self.store.find(VARIABLES, cat_item=item, active="true")
        return self._sorted(rows, "question_text")

    def _sorted(self, rows: Iterable[Row], name: str) -> list[Row]:
        return sorted(rows, key=lambda row: (_whole(row["order"]), row[name], row["sys_id"]))


def _named(row: Row) -> Told:
    return {"sys_id": row["sys_id"], "title": row["title"]}


def _catalogs_of(row: Row) -> list[str]:
    return [each for each in row["sc_catalogs"].split(",") if each]


def _says(row: Row, text: str) -> bool:
    said = " ".join(row[column] for column in SEARCHED).lower()
    return all(word in said for word in text.lower().replace('"', "").split())


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _prices(row: Row) -> Told:
    once, again = show(as_amount(row["price"])), show(as_amount(row["recurring_price"]))
    return {
        "price": once,
        "localized_price": once,
        "price_currency": CURRENCY,
        "local_currency": CURRENCY,
        "recurring_price": again,
        "localized_recurring_price": again,
        "recurring_price_currency": CURRENCY,
        "recurring_frequency": None,
    }


def _variable(row: Row) -> Told:
    labels = get_table(VARIABLES).columns["type"].choices
    return {
        "id": row["sys_id"],
        "name": row["name"],
        "label": row["question_text"],
        "type": _whole(row["type"]),
        "friendly_type": FRIENDLY_TYPES.get(row["type"], ""),
        "display_type": labels.get(row["type"], ""),
        "mandatory": row["mandatory"] == "true",
        "read_only": row["read_only"] == "true",
        "value": row["default_value"],
        "displayvalue": row["default_value"],
        "help_text": row["help_text"],
        "attributes": row["attributes"],
        "reference": row["reference"],
        "render_label": True,
        "max_length": 0,
    }
