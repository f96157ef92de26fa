"""Plans between their making and their application: kept in a file, pinned by a checksum, held against today."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote

from snowconf import __version__
from snowconf.cli.carrying import now
from snowconf.cli.documenting import document_of
from snowconf.cli.options import PlanOptions
from snowconf.cli.refusals import NotSavedError
from snowconf.cli.wiring import Workspace
from snowconf.engine.apply.confirming import Confirmed, Reviewed, confirm
from snowconf.engine.context import Context
from snowconf.engine.observe.problems import NEEDS_ELEVATION
from snowconf.engine.plan.pinning import config_digest
from snowconf.engine.plan.planning import make_plan
from snowconf.engine.port import Instance
from snowconf.files import write_out
from snowconf.model.address import Address
from snowconf.model.diagnostic import has_errors
from snowconf.model.fingerprinting import checksum, fingerprints
from snowconf.model.plan import Plan
from snowconf.model.plan_failures import ChecksumError
from snowconf.model.plan_file import (
    SavedPlan,
    check_config,
    check_ledger,
    check_place,
    entries_of,
    load_plan,
    save_plan,
)
from snowconf.model.plan_json import Json
from snowconf.report.styled import Lines, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What `plan` says besides the plan, for people and for machines."""

    lines: Lines = ()
    document: Mapping[str, Json] = field(default_factory=dict)


def pin(plan: Plan, options: PlanOptions, workspace: Workspace, *, is_denied: bool) -> Pinned:
    """Keep the plan, or print its checksum, as far as the options ask for it."""
    said: dict[str, str] = {}
    if options.out and (can_be_kept(plan) or not options.saves_only_sound):
        path = options.directory / options.out
        save(plan, path, workspace)
        said["saved"] = str(path)
    if options.checksum:
        said["checksum"] = checksum(plan)
    lines = {
        "saved": _use_of(plan, options, is_denied=is_denied),
        "checksum": f"Checksum: {said.get('checksum')}",
    }
    return Pinned(lines=tuple(line(lines[each]) for each in said), document=said)


def _use_of(plan: Plan, options: PlanOptions, *, is_denied: bool) -> str:
    """The command that takes the saved plan, to be typed where this one was."""
    is_refused = has_errors(plan.diagnostics)
    use = "write exactly this as an update set" if is_refused else "apply exactly this"
    use += " once policies allow it" if is_denied else ""
    command = "export --update-set FILE" if is_refused else "apply"
    saved = options.directory / (options.out or "")
    where = "" if options.stack == Path() else str(options.stack)
    again = {"directory": where, "instance": options.instance, "env-file": options.env_file}
    words = [f"--{name} {quote(str(value))}" for name, value in again.items() if value]
    place = quote(os.path.relpath(saved, options.stack))
    return f"Saved. To {use}: snowconf {' '.join((command, *words, place))}"


def can_be_kept(plan: Plan) -> bool:
    """Could it be applied later, or exported?"""
    return not has_errors(each for each in plan.diagnostics if each.code != NEEDS_ELEVATION)


def save(plan: Plan, path: Path, workspace: Workspace) -> None:
    """Keep the plan for a later apply, or for an export: that REST may not make a change keeps no update set from it.

    Raises:
        NotSavedError: the plan has errors, so it could never be applied.
    """
    if not can_be_kept(plan):
        raise NotSavedError(f"The plan has errors, so it could not be applied later. {path} was not written.")
    ledger = workspace.context.ledger
    saved = SavedPlan(
        plan=plan,
        config=config_digest(workspace.desired),
        made_at=now(),
        version=__version__,
        serial=ledger.serial if ledger else None,
        entries=entries_of(plan, ledger),
        fingerprints=fingerprints(plan),
        rewritten=workspace.context.rewrite_secrets,
    )
    write_out(path, save_plan(saved, document_of(plan, workspace)).encode())


def read(path: Path, workspace: Workspace) -> SavedPlan:
    """The plan of a file, when it is for this stack on this instance as its files and its ledger are.

    Raises:
        PlanFileError: it does not fit, or is not what was written.
    """
    saved = load_plan(path.read_text(encoding="utf-8"), where=str(path))
    context = workspace.context
    check_place(saved, stack=workspace.desired.stack, instance=context.instance_name, url=context.url)
    check_config(saved, config_digest(workspace.desired))
    check_ledger(saved, context.ledger)
    return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How to plan again for exactly what somebody has reviewed, the same secrets `rewritten`.

    A plan from a file may be applied by another account, or days later: what it puts at risk `today` is asked again.
    """

    review: Reviewed
    rewritten: frozenset[Address]
    workspace: Workspace
    instance: Instance
    today: bool = False

    def confirmed(self) -> Confirmed:
        """What of it is still as it was."""
        with self.workspace.watched() as context:
            return confirm(self.review, self.replan(self._weighing(self.narrowed(context))))

    def narrowed(self, context: Context) -> Context:
        """Only what is pending, and without asking again what it would put at risk: that was reviewed."""
        pending = frozenset(each.address for each in self.review.plan.pending)
        return replace(context, targets=pending, rewrite_secrets=self.rewritten, foresees=False)

    def _weighing(self, context: Context) -> Context:
        """Limits were held against the plan when it was made; how many there are has not changed since."""
        many = replace(
            context.allowances, deletes=len(self.review.plan.changes), updates=len(self.review.plan.changes)
        )
        return replace(context, foresees=self.today, allowances=many)

    def replan(self, context: Context) -> Plan:
        """What would be done now."""
        return make_plan(self.workspace.desired, self.instance, context)


def review_of(saved: SavedPlan) -> Reviewed:
    """What was reviewed when the plan was saved."""
    return Reviewed(plan=saved.plan, fingerprints=saved.fingerprints)


def check_checksum(plan: Plan, wanted: str) -> None:
    """Pass when the plan is the one that was reviewed elsewhere.

    Raises:
        ChecksumError: it would do something else.
    """
    found = checksum(plan)
    if found != wanted.strip():
        raise ChecksumError(
            f"The plan made now has the checksum {found}, and --checksum asks for {wanted.strip()}: the files, the instance "
            "or the ledger have changed since that plan was reviewed. Nothing was changed. Look at the plan again with "
            "'snowconf plan --checksum'."
        )
