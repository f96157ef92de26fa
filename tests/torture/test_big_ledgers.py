"""What a ledger on the instance costs: at most six requests an apply, and under two megabytes for ten thousand records.

CI owns a hundred records; `make torture` owns ten thousand and prints the figures.
"""

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from snowconf.ledger.encoding import pack
from tests.driving.stage import Stage, Time, sandbox_like

EVERYTHING = os.environ.get("SNOWCONF_TORTURE") == "all"
RECORDS = 10_000 if EVERYTHING else 100
EXTRA = 6
MOST_BYTES = 2_000_000
HEAD = '[stack]\nname = "big"\nledger = "{ledger}"\n\n[instance.sandbox]\nurl = "sandbox:"\ndefault = true\n'


@dataclass(frozen=True)
class Told:
    """The requests of a first apply, of one that changes little, and of one that changes nothing; and the bytes."""

    counts: tuple[Counter[str], Counter[str], Counter[str]]
    stage: Stage


def blocks(text: str) -> str:
    """Properties that flush no cache."""
    head = "\n".join(
        f'[property."big.{n}"]\nvalue = "{n}"\ntype = "string"\nignore_cache = true'
        for n in range(RECORDS - 1)
    )
    return f'{head}\n[property."big.last"]\nvalue = "{text}"\nignore_cache = true\n'


def tell(folder: Path, ledger: str) -> Told:
    """Three applies of one stack."""
    folder.mkdir()
    now = Time()
    stage = Stage(folder=folder, sandbox=sandbox_like(None, now), time=now, trusted="admin")
    counts = []
    for text in ("before", "after", "after"):
        (folder / "big.toml").write_text(HEAD.format(ledger=ledger) + blocks(text), "utf-8")
        assert stage.apply() == 0, stage.said[-3000:]
        counts.append(Counter(stage.counts))
    return Told(counts=(counts[0], counts[1], counts[2]), stage=stage)


@pytest.mark.timeout(7200)
def test_a_ledger_on_the_instance_costs_six_requests_and_two_megabytes(tmp_path: Path) -> None:
    """The same applies with the ledger in a file send at most six requests less, however much is owned."""
    began = time.perf_counter()
    there, here = tell(tmp_path / "there", "instance"), tell(tmp_path / "here", "file:ledger.json")
    extra = [far.total() - near.total() for far, near in zip(there.counts, here.counts, strict=True)]
    ledger = there.stage.ledger()
    (attached,) = there.stage.sandbox.store.find("sys_attachment", table_name="sys_properties")
    size = len(pack(ledger))
    sys.stdout.write(
        f"{RECORDS} owned records: {extra} requests more for a first apply, a small one and one without changes; "
        f"{size:,} bytes attached; {time.perf_counter() - began:.0f} s\n"
    )
    assert len(ledger.entries) == RECORDS
    assert int(attached["size_bytes"]) == size
    assert max(extra) <= EXTRA
    assert size < MOST_BYTES
