"""Which requests go wrong: orders for faults are read, and each request is compared with them.

An order is `NAME[=NUMBER][;KEY=VALUE …]`, several are separated by commas: `429=2;count=3, slow=0.5;probability=0.1`.
The same orders and the same requests always have the same fate.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from math import isfinite

from snowconf.sandbox.wire.faults import FAULTS, Fault
from snowconf.sandbox.wire.requests import Request

HEADER = "x-snowconf-fault"
NONE = "none"
MOST = 1e9
# Orders come from requests, so what is remembered of them is bounded.
REMEMBERED = 1000
_BY_NAME = {fault.name: fault for fault in FAULTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A fault that was asked for.

    Of the requests it may hit (`method`, `table`, when they are named) it hits each `every`th with `probability`, and
    at most `count` in all when that is not 0. Equal orders share their counts; another `seed` makes another order.
    """

    fault: Fault
    argument: float
    probability: float = 1.0
    count: int = 0
    every: int = 1
    seed: int = 0
    method: str = ""
    table: str = ""

    def may_hit(self, request: Request) -> bool:
        """Whether the request is of the kind that is meant."""
        bearer = request.header("authorization").lower().startswith("bearer ")
        return (
            (not self.method or self.method == request.method)
            and (not self.table or f"/{self.table}/" in f"{request.path}/")
            and (bearer or not self.fault.bearer_only)
        )


@dataclass(slots=True)
class Tally:
    """What became of an order so far."""

    seen: int = 0
    hit: int = 0

    def draw(self, order: Order) -> bool:
        """Whether the next request is hit."""
        self.seen += 1
        lucky = _chance(order, self.seen) < order.probability
        hits = lucky and self.seen % order.every == 0 and (not order.count or self.hit < order.count)
        self.hit += hits
        return hits


@dataclass(slots=True)
class Fates:
    """Decides request by request; `standing` orders hold for all of them."""

    standing: tuple[Order, ...] = ()
    tallies: dict[Order, Tally] = field(default_factory=dict)

    def find(self, request: Request) -> Order | None:
        """The first order that hits this request.

        Raises:
            ValueError: its header is no order; the text says why.
        """
        if not (self.standing or HEADER in request.headers) or not _can_fail(request.path):
            return None
        orders = (*parse_orders(request.header(HEADER)), *self.standing)
        return next((order for order in orders if order.may_hit(request) and self._draw(order)), None)

    def _draw(self, order: Order) -> bool:
        if order not in self.tallies and len(self.tallies) >= REMEMBERED:
            self.tallies.clear()
        return self.tallies.setdefault(order, Tally()).draw(order)


def _chance(order: Order, number: int) -> float:
    """A number from 0 up to 1 that looks random and is the same every time."""
    text = f"{order.seed} {order.fault.name} {number}"
    return int.from_bytes(sha256(text.encode()).digest()[:6]) / 2**48


def _can_fail(path: str) -> bool:
    """The pages about the sandbox itself work always."""
    return path.startswith("/api/") or path.endswith(".do")


@lru_cache(maxsize=256)
def parse_orders(text: str) -> tuple[Order, ...]:
    """The orders in a header or a switch; none in an empty text or `none`.

    Raises:
        ValueError: a name, a number or a key is not understood; the text names what was probably meant.
    """
    return () if text.strip() in {"", NONE} else tuple(_orders(text))


def _orders(text: str) -> Iterator[Order]:
    for each in text.split(","):
        head, *settings = (part.strip() for part in each.split(";"))
        order = _read_head(head)
        for setting in settings:
            order = _with(order, setting)
        yield order


def _read_head(text: str) -> Order:
    name, equals, number = text.partition("=")
    fault = _BY_NAME.get(name.strip())
    if fault is None:
        raise ValueError(f'There is no fault "{_short(name)}".{_guess(name, tuple(_BY_NAME))}')
    if equals and not fault.argument:
        raise ValueError(f"The fault {fault.name} takes no number.")
    return Order(fault=fault, argument=_number(fault.name, number) if equals else fault.default)


def _with(order: Order, setting: str) -> Order:
    key, _, value = (part.strip() for part in setting.partition("="))
    reader = _READERS.get(key)
    if reader is None:
        raise ValueError(
            f'A fault has no setting "{_short(key)}"; there are {", ".join(_READERS)}.{_guess(key, tuple(_READERS))}'
        )
    return reader(order, value)


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (isfinite(number) and 0 <= number <= MOST):
        raise ValueError(f'{name} needs a number that is not negative, and "{_short(text)}" is none.')
    return number


def _read_probability(order: Order, text: str) -> Order:
    chance = _number("probability", text)
    if chance > 1:
        raise ValueError("A probability is at most 1.")
    return replace(order, probability=chance)


def _read_table(order: Order, text: str) -> Order:
    return replace(order, table=text)


_READERS: dict[str, Callable[[Order, str], Order]] = {
    "probability": _read_probability,
    "count": lambda order, text: replace(order, count=int(_number("count", text))),
    "every": lambda order, text: replace(order, every=max(1, int(_number("every", text)))),
    "seed": lambda order, text: replace(order, seed=int(_number("seed", text))),
    "method": lambda order, text: replace(order, method=text.upper()),
    "table": _read_table,
}


def _short(text: str) -> str:
    return text.strip()[:40]


def _guess(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word.strip(), known, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
