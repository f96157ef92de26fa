"""An instance in memory that counts revisions as the platform does, and people who edit it between the requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from snowconf.engine.apply.applying import apply, carry_out
from snowconf.engine.apply.confirming import Confirmed
from snowconf.engine.apply.receipting import Circumstances, receipt_of
from snowconf.engine.apply.undoing import make_undo_plan
from snowconf.engine.context import Context
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Row
from snowconf.model.outcome import ApplyReport, Outcome
from snowconf.model.ownership import Ledger
from snowconf.model.plan import Plan
from snowconf.model.receipt import Receipt
from snowconf.model.receipt_json import load_receipt, save_receipt
from snowconf.model.state import Desired
from tests.engine.building import URL, context
from tests.engine.pretend import PretendInstance, PretendKeeper

ITIL = "282bf1fac6112285017366cb5f867469"
JANE = "5137153cc611227c000bbd1bd8cd2005"
KIM = "5137153cc611227c000bbd1bd8cd2006"
SECRET = "made-up-S3cret"
ABOUT = Circumstances(
    started="2026-11-21 08:00:00", ended="2026-11-21 08:00:09", runner="ci", host="runner-7"
)


@dataclass
class Shared(PretendInstance):
    """`before_write` is called before each change of a row, as somebody who is quicker."""

    before_write: Callable[[str, str], None] = field(default=lambda _table, _sys_id: None)

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """A changed row, one revision further."""
        self.before_write(table, sys_id)
        shown = super().update(table, sys_id, columns, display_input=display_input)
        row = self.tables[table][sys_id]
        self._touch(row, "svc_snowconf")
        return {**shown, "sys_mod_count": row["sys_mod_count"]}

    def edit(self, table: str, sys_id: str, **columns: str) -> None:
        """A person changes a row in a form."""
        row = self.tables[table][sys_id]
        row.update(columns)
        self._touch(row, "kim.lee")

    def remove(self, table: str, sys_id: str) -> None:
        """A person deletes a row."""
        del self.tables[table][sys_id]

    def held(self, table: str, sys_id: str) -> dict[str, str]:
        """The row without its revision."""
        revision = ("sys_mod_count", "sys_updated_by", "sys_updated_on")
        return {name: text for name, text in self.tables[table][sys_id].items() if name not in revision}

    def _touch(self, row: dict[str, str], who: str) -> None:
        row["sys_mod_count"] = str(int(row["sys_mod_count"]) + 1)
        row["sys_updated_by"] = who


def populated() -> Shared:
    """With rows in every table, so that nothing is taken for hidden."""
    instance = Shared()
    instance.put("sys_user_role", ITIL, name="itil")
    for sys_id, name, first in ((JANE, "jane.doe", "Jane"), (KIM, "kim.lee", "Kim")):
        instance.put("sys_user", sys_id, user_name=name, first_name=first, last_name="Doe", active="true")
    instance.put("sys_user_has_role", "a" * 32, user=JANE, role=ITIL, inherited="false", state="active")
    instance.put("sys_user_has_role", "b" * 32, user=KIM, role=ITIL, inherited="false", state="active")
    instance.put("sys_properties", "6" * 32, name="acme.x", value="1", description="")
    instance.put("sys_properties", "8" * 32, name="glide.x", value="1", description="")
    instance.put("oauth_entity", "7" * 32, name="Other", type="client", sys_class_name="oauth_entity")
    return instance


@dataclass
class Owner:
    """One stack on one instance, over several applies."""

    instance: Shared = field(default_factory=populated)
    ledger: Ledger = field(default_factory=lambda: Ledger(stack="demo", url=URL))
    keeper: PretendKeeper = field(default_factory=lambda: PretendKeeper(secrets={"SECRET": SECRET}))

    @property
    def context(self) -> Context:
        """What a run of this stack is told."""
        return context(self.keeper, ledger=self.ledger, foresees=False)

    def plan(self, desired: Desired) -> Plan:
        """What would be done."""
        return make_plan(desired, self.instance, self.context)

    def apply(self, desired: Desired) -> Receipt:
        """Do it; the receipt as it comes back from its file."""
        before = self.context
        return self._noted(apply(self.plan(desired), desired, self.instance, before), before)

    def undo_plan(self, receipt: Receipt) -> Plan:
        """What would take it back."""
        return make_undo_plan(receipt, self.instance, self.context)

    def undo(self, receipt: Receipt) -> Receipt:
        """Take it back; nothing may be left of it."""
        before = self.context
        report = carry_out(
            Confirmed(plan=self.undo_plan(receipt)),
            lambda today: make_undo_plan(receipt, self.instance, today),
            self.instance,
            before,
        )
        assert not (report.after and report.after.pending), report.after
        return self._noted(report, before)

    def _noted(self, report: ApplyReport, before: Context) -> Receipt:
        assert report.ledger is not None
        self.ledger = report.ledger
        return load_receipt(save_receipt(receipt_of(report, before, ABOUT)), where="receipt.json")


def outcome_of(report: ApplyReport, address: str) -> Outcome:
    """How one change ended."""
    return next(each for each in report.outcomes if str(each.change.address) == address)
