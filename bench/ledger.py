"""A ledger of ten thousand records: how long it takes to pack and to read, how much memory, how many bytes.

Entries are those of properties, users and OAuth applications as an apply leaves them: digests of five attributes, one
secret's fingerprint in ten, three references each.
"""

import time
import tracemalloc
from collections.abc import Callable
from hashlib import sha256

from snowconf.ledger.encoding import decode, encode, pack
from snowconf.model.address import Address
from snowconf.model.ownership import Custody, Ledger, Owned

RECORDS = 10_000
ATTRIBUTES = ("name", "value", "description", "type", "active")
RUNS = 5


def hexed(text: str, size: int = 32) -> str:
    """Digits that look like a sys_id or a digest."""
    return sha256(text.encode()).hexdigest()[:size]


def entry(number: int) -> Owned:
    """One record of many."""
    return Owned(
        address=Address("property", f"acme.integration.{number}"),
        table="sys_properties",
        sys_id=hexed(f"id {number}"),
        custody=Custody.CREATED,
        name=f"acme.integration.{number}",
        origin=f"stack.toml:{number * 4}",
        digests={name: hexed(f"{name} {number}", 16) for name in ATTRIBUTES},
        secrets={"client_secret": hexed(f"secret {number}", 64)} if number % 10 == 0 else {},
        depends_on=tuple(Address("role", f"role.{(number + each) % 97}") for each in range(3)),
    )


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the quickest run."""
    found = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def megabytes(work: Callable[[], object]) -> float:
    """What is in use at most while it runs."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Print a small table."""
    entries = {each.address: each for each in map(entry, range(RECORDS))}
    ledger = Ledger(stack="bench", url="https://acme.service-now.com", serial=1, entries=entries)
    packed = pack(ledger)

    def read() -> Ledger:
        return decode(packed, where="bench", stack="bench")

    assert read() == ledger
    print(f"a ledger of {RECORDS:,} records   {len(encode(ledger)):10,} bytes, {len(packed):9,} packed")
    print("                               seconds   MB at peak")
    for name, work in (("pack", lambda: pack(ledger)), ("read", read)):
        print(f"{name:30}{best_of(work):8.2f}   {megabytes(work):10.0f}")


if __name__ == "__main__":
    main()
