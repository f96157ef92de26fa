"""A stack that owns forty of ten thousand records never touches the others, however its files are edited.

The model is a dictionary: what each declared block must hold, and every row that is not the stack's. CI runs a few
sequences of edits; `make torture` runs five hundred and prints what they came to.
"""

import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from snowconf.engine.apply.applying import apply
from snowconf.engine.context import Context
from snowconf.engine.plan.planning import make_plan
from snowconf.model.address import Address
from snowconf.model.diagnostic import has_errors
from snowconf.model.limits import Limits
from snowconf.model.outcome import Status
from snowconf.model.ownership import Ledger, Removal
from snowconf.model.state import Desired
from tests.engine.building import URL, context, resource, stack
from tests.engine.pretend import PretendKeeper
from tests.torture.crowd import ADOPTABLE, Crowded, Index, World, world

SEQUENCES = 500 if os.environ.get("SNOWCONF_TORTURE") == "all" else 6
STEPS = 8
OWNED = 40
TABLES = {
    "property": "sys_properties",
    "user": "sys_user",
    "role": "sys_user_role",
    "group": "sys_user_group",
}
COLUMNS = {"property": "value", "user": "first_name", "role": "description", "group": "description"}
NAMES = {"property": "name", "user": "user_name", "role": "name", "group": "name"}
SIZES = {"property": 15, "user": 10, "role": 10, "group": 5}
REVISION = ("sys_mod_count", "sys_updated_by", "sys_updated_on")


@dataclass(frozen=True)
class Block:
    """What a file says of one record."""

    kind: str
    label: str
    text: str
    on_remove: Removal = Removal.DELETE
    prevent_delete: bool = False
    previously: str = ""
    grants: tuple[str, ...] = ()

    @property
    def address(self) -> Address:
        """How it is called."""
        return Address(self.kind, self.label)

    def resource(self) -> Any:
        """As loading gives it."""
        written: dict[str, Any] = {COLUMNS[self.kind]: self.text}
        if self.kind == "user":
            written["roles"] = list(self.grants)
        settings: dict[str, Any] = {"_on_remove": self.on_remove, "_prevent_delete": self.prevent_delete}
        return resource(self.kind, self.label, **written, **settings, _previously=self.previously)


@dataclass
class Model:
    """The stack's blocks, what belongs to nobody or others, and the instance that both are compared with."""

    dice: random.Random
    instance: Crowded
    frozen: World
    blocks: dict[Address, Block] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=lambda: Ledger(stack="demo", url=URL))
    made: int = 0
    adopted: dict[Address, dict[str, str]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def fresh(self, kind: str) -> Block:
        """A block for a record that there never was."""
        self.made += 1
        grants = tuple(f"role.{self.dice.randrange(500)}" for _ in range(2)) if kind == "user" else ()
        removal = self.dice.choice([*Removal])
        return Block(
            kind=kind,
            label=f"own.{self.made}",
            text=f"text {self.made}",
            on_remove=removal,
            prevent_delete=self.dice.random() < 0.2,
            grants=tuple(dict.fromkeys(grants)),
        )

    def edited(self) -> dict[Address, Block]:
        """The blocks after a few random edits."""
        after = {each: replace(block, previously="") for each, block in self.blocks.items()}
        for _ in range(self.dice.randint(1, 8)):
            edit = self.dice.choice((self._add, self._change, self._remove, self._rename, self._adopt))
            edit(after)
        return after

    def _add(self, after: dict[Address, Block]) -> None:
        block = self.fresh(self.dice.choice([*TABLES]))
        after[block.address] = block

    def _change(self, after: dict[Address, Block]) -> None:
        block = self.dice.choice([*after.values()])
        self.made += 1
        protected = not block.prevent_delete and block.address not in self.adopted
        after[block.address] = replace(
            block,
            text=f"text {self.made}",
            prevent_delete=protected and self.dice.random() < 0.3,
            on_remove=self.dice.choice([*Removal]),
        )

    def _remove(self, after: dict[Address, Block]) -> None:
        if len(after) > OWNED // 2:
            del after[self.dice.choice([*after])]

    def _rename(self, after: dict[Address, Block]) -> None:
        block = self.dice.choice([*after.values()])
        if block.address in self.blocks and block.address not in self.adopted:
            self.made += 1
            renamed = replace(block, label=f"own.{self.made}", previously=block.label)
            del after[block.address]
            after[renamed.address] = renamed

    def _adopt(self, after: dict[Address, Block]) -> None:
        block = Block(
            kind="property", label=f"adopt.{self.dice.randrange(ADOPTABLE)}", text=f"ours {self.made}"
        )
        after.setdefault(block.address, block)

    def step(self, after: dict[Address, Block]) -> None:
        """Apply these blocks, and compare."""
        desired = stack(*(each.resource() for each in after.values()))
        plan = make_plan(desired, self.instance, self._context)
        if has_errors(plan.diagnostics):
            self.seen["refused"] += 1
            self.seen.update(each.code for each in plan.diagnostics)
            self.instance.log.clear()
        report = apply(plan, desired, self.instance, self._context)
        if has_errors(plan.diagnostics):
            assert self.instance.log == []
        else:
            assert {each.status for each in report.outcomes} <= {Status.DONE}, report
            assert report.ledger is not None
            self.seen.update(each.action.value for each in plan.pending)
            self._note(after, report.ledger)
        self._compare(desired)

    @property
    def _context(self) -> Context:
        limits = Limits(update=1.0, delete=1.0)
        return context(PretendKeeper(), ledger=self.ledger, limits=limits, foresees=False, parallelism=1)

    def _note(self, after: dict[Address, Block], ledger: Ledger) -> None:
        """What has left the files and was not deleted is nobody's any more."""
        renamed = {Address(each.kind, each.previously) for each in after.values() if each.previously}
        for address in self.blocks.keys() - after.keys() - renamed:
            self._leave(self.blocks[address])
        for address in after.keys() - self.blocks.keys():
            if address.label.startswith("adopt."):
                sys_id = ledger.entries[address].sys_id
                self.adopted[address] = self.frozen["sys_properties"].pop(sys_id)
        self.blocks, self.ledger = after, ledger

    def _leave(self, block: Block) -> None:
        owned, table = self.ledger.entries[block.address], TABLES[block.kind]
        if block.address in self.adopted:
            self.frozen[table][owned.sys_id] = self.adopted.pop(block.address)
            return
        row = self.instance.tables[table].get(owned.sys_id)
        assert (row is None) == (block.on_remove is Removal.DELETE), block
        assert not (block.prevent_delete and block.on_remove is Removal.DELETE), block
        if row is not None:
            assert row[COLUMNS[block.kind]] == block.text
            self.frozen[table][owned.sys_id] = dict(row)

    def _compare(self, desired: Desired) -> None:
        """Nothing of others has moved, and all that is declared is there once, under the sys_id of the ledger."""
        assert {each.address for each in desired.resources} >= self.blocks.keys() or self.seen["refused"]
        for table, rows in self.frozen.items():
            held = self.instance.tables[table]
            differing = [
                each
                for each, row in rows.items()
                if held.get(each) != row and not self._back(held, each, row)
            ]
            assert differing == [], (table, differing[:5])
        assert self.ledger.entries.keys() == self.blocks.keys()
        for address, block in self.blocks.items():
            row = self.instance.tables[TABLES[block.kind]][self.ledger.entries[address].sys_id]
            assert (row[NAMES[block.kind]], row[COLUMNS[block.kind]]) == (block.label, block.text)
        held_by_nobody = [
            sys_id
            for table, rows in self.instance.tables.items()
            if table in self.frozen and table != "sys_user_has_role"
            for sys_id in rows.keys() - self.frozen[table].keys() - self._own
        ]
        assert held_by_nobody == []

    @property
    def _own(self) -> set[str]:
        return {each.sys_id for each in self.ledger.entries.values()}

    def _back(self, held: dict[str, dict[str, str]], sys_id: str, row: dict[str, str]) -> bool:
        """An adopted row that was put back has another revision and is otherwise what it was."""
        now = held.get(sys_id, {})
        return row["name"].startswith("adopt.") and without_revision(now) == without_revision(row)


def without_revision(row: dict[str, str]) -> dict[str, str]:
    """The row but for when and by whom it was written."""
    return {name: text for name, text in row.items() if name not in REVISION}


def sequence(seed: int, foreign: World, index: Index) -> Counter[str]:
    """Forty records made, then edit after edit; what the plans did."""
    copies = [
        {table: {key: dict(row) for key, row in rows.items()} for table, rows in foreign.items()}
        for _ in "ab"
    ]
    model = Model(dice=random.Random(seed), instance=Crowded(tables=copies[0], index=index), frozen=copies[1])
    first = [model.fresh(kind) for kind, size in SIZES.items() for _ in range(size)]
    model.step({each.address: each for each in first})
    assert len(model.ledger.entries) == OWNED
    for _ in range(STEPS):
        model.step(model.edited())
    return model.seen


@pytest.mark.timeout(3600)
def test_what_is_not_the_stacks_is_never_touched() -> None:
    """Whatever is added, changed, renamed, adopted or removed: all other rows are the same rows after each apply."""
    foreign = world()
    index, seen, began = Index(foreign), Counter[str](), time.perf_counter()
    for seed in range(SEQUENCES):
        seen += sequence(seed, foreign, index)
    counted = ", ".join(f"{count} {what}" for what, count in seen.most_common())
    sys.stdout.write(
        f"{SEQUENCES} sequences of {STEPS} edits: {counted}; {time.perf_counter() - began:.0f} s\n"
    )
    assert {"create", "update", "delete", "adopt", "forget", "refused"} <= seen.keys()
