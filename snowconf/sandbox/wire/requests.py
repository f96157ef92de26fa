"""What goes into the sandbox and what comes out, whichever door it uses. Pure values; nothing here reads or writes."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, already taken apart.

    `path` is percent-decoded, `query` keeps order and repetitions, `headers` have lower-case names, `host` is
    `scheme://host[:port]` as links are to begin. `target` is the request line's own text from the path on, which
    `Link` headers repeat and whose length is limited.
    """

    method: str
    path: str
    host: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str]
    body: bytes = b""
    target: str = ""

    def header(self, name: str) -> str:
        """The header's value, empty when it was not sent; `name` in lower case."""
        return self.headers.get(name, "")

    def parameter(self, name: str) -> str:
        """The first value of a query parameter, empty when it was not sent."""
        return next((value for key, value in self.query if key == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How an answer reaches the caller: after `delay_s` seconds, as far as the byte `upto` of its body, or not at all.

    A `silent` one keeps the connection open for `delay_s` and then closes it.
    """

    delay_s: float = 0.0
    upto: int | None = None
    silent: bool = False


PROMPT = Delivery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer. A header may be repeated (`Set-Cookie`), so headers are pairs."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delivery: Delivery = PROMPT

    def header(self, name: str) -> str:
        """The first value of a header, whatever its case; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")
