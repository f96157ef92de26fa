"""Prices as the catalog shows them: `$1,598.00`. There is one currency."""

import re
from decimal import Decimal

CURRENCY = "USD"
_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
NOTHING = Decimal(0)


def as_amount(text: str) -> Decimal:
    """The stored price; what is none is nothing."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else NOTHING


def show(amount: Decimal) -> str:
    """The price as people see it."""
    return f"${amount:,.2f}"
