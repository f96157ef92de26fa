"""What an instance does on a bad day, declared as data: each fault's name, its argument, and what becomes of a request.

Which request is hit, and how often, is decided in `faulting`; `failing` does it.
"""

from dataclasses import dataclass

# How long a connection is held whose answer never comes: longer than clients wait.
SILENCE_S = 300.0
# The byte at which an answer is cut when the order names none.
HALF = -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to go wrong. `argument` says in a word what a number after the name means, empty when there is none."""

    name: str
    sentence: str
    source: str
    argument: str = ""
    default: float = 0.0
    bearer_only: bool = False


FAULTS: tuple[Fault, ...] = (
    Fault(
        name="429",
        argument="seconds",
        default=1,
        sentence="Refused by a rate limit, with `X-RateLimit-*` and `Retry-After`.",
        source="D wire-contract.md 5.4",
    ),
    Fault(
        name="429-bare",
        sentence="Refused because all semaphores are taken: a page of HTML, none of those headers.",
        source="D wire-contract.md 5.4",
    ),
    Fault(
        name="503",
        argument="seconds",
        sentence="Not available, a page of HTML; with a number also `Retry-After`.",
        source="U",
    ),
    Fault(
        name="502",
        sentence="The proxy (`Server: snow_adc`) reaches no instance.",
        source="M wire-contract.md 5.7",
    ),
    Fault(
        name="202",
        sentence="The session's queue is too long: 202 without a body, and the request is thrown away.",
        source="M wire-contract.md 2.3",
    ),
    Fault(
        name="hibernating",
        sentence="200 with the page of a sleeping developer instance.",
        source="M wire-contract.md 5.7",
    ),
    Fault(
        name="login-page",
        sentence="200 with a login form, as from a proxy that wants a person.",
        source="C wire-contract.md 5.7",
    ),
    Fault(
        name="stale-token",
        bearer_only=True,
        sentence="401 as if the access token had run out; hits only requests with one.",
        source="M wire-contract.md 4.3",
    ),
    Fault(
        name="cancelled",
        sentence="500, the transaction ran too long; what was asked is done.",
        source="C wire-contract.md 5.6",
    ),
    Fault(
        name="cut-json",
        argument="byte",
        default=HALF,
        sentence="Done, and answered with 200 and JSON cut at that byte of the body (half without), then an error.",
        source="R wire-contract.md 5.6",
    ),
    Fault(
        name="cut-body",
        argument="byte",
        default=HALF,
        sentence="Done, and answered with a body that ends at that byte (half without) as if it were whole.",
        source="ours",
    ),
    Fault(
        name="timeout-before",
        argument="seconds",
        default=SILENCE_S,
        sentence="Never done and never answered; the connection closes after that time.",
        source="C wire-contract.md 5.6",
    ),
    Fault(
        name="timeout-after",
        argument="seconds",
        default=SILENCE_S,
        sentence="Done and never answered; the connection closes after that time.",
        source="C wire-contract.md 5.6",
    ),
    Fault(
        name="late",
        argument="seconds",
        default=5,
        sentence="Never answered, and done only after that time.",
        source="C wire-contract.md 5.6",
    ),
    Fault(
        name="drop-before",
        sentence="The connection closes without an answer; nothing is done.",
        source="ours",
    ),
    Fault(
        name="drop",
        argument="byte",
        sentence="Done, and the connection closes at that byte of the body (0 without).",
        source="ours",
    ),
    Fault(
        name="slow",
        argument="seconds",
        default=2,
        sentence="Done, and answered after that time.",
        source="ours",
    ),
)
