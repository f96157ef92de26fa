"""Policies around plans: which are asked of a stack's plan, what is said of them, and whether an apply may go on."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from snowconf.cli.documenting import document_of, document_of_return, document_of_step
from snowconf.cli.policy_options import Policed
from snowconf.cli.refusals import InvalidStackError, MisusedError, PolicyDeniedError
from snowconf.cli.session import Session
from snowconf.cli.wiring import Workspace
from snowconf.model.address import Address
from snowconf.model.declared_json import Document
from snowconf.model.diagnostic import has_errors
from snowconf.model.finding import PolicySettings, Review, Waiver
from snowconf.model.finding_json import review_document
from snowconf.model.plan import Action, Plan
from snowconf.policy.choosing import ENGINES
from snowconf.policy.gathering import Places, gather
from snowconf.policy.judging import Bench, judge, judge_nothing
from snowconf.policy.problems import UNUSED
from snowconf.report.events import review_events
from snowconf.report.page import counted
from snowconf.report.styled import BLANK
from snowconf.report.terminal_policy import render_review

# Where policies are when [policies] does not say it: ours, and what conftest's users have.
USUAL = ("policies", "policy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What is asked: the settings, with files and folders as they are to be opened."""

    settings: PolicySettings
    places: Places


def policies_of(options: Policed, settings: PolicySettings | None, folder: Path) -> Policies | None:
    """Those of the command line, or else those of the stack; None when there are none.

    What the command line names comes from a place that the stack's authors may not write to. So nothing that the stack
    says of its own policies counts then, but for the engine.
    """
    if options.policies:
        given = PolicySettings(namespaces=tuple(options.namespaces or ("main",)))
        places = Places(
            policies=tuple(options.directory / each for each in options.policies),
            data=tuple(options.directory / each for each in options.policy_data or ()),
        )
        return Policies(settings=replace(given, engine=_engine(options, settings)), places=places)
    if settings is None:
        return None
    asked = replace(settings, engine=_engine(options, settings))
    if options.namespaces:
        asked = replace(asked, namespaces=tuple(options.namespaces))
    data = (
        *(folder / each for each in settings.data),
        *(options.directory / each for each in options.policy_data or ()),
    )
    return Policies(
        settings=asked, places=Places(policies=_paths(settings, folder), data=data, said_at=settings.origin)
    )


def review_plan(plan: Plan, options: Policed, workspace: Workspace) -> Review | None:
    """What the policies say of the plan; None when there are none, and no waivers either."""
    policies = policies_of(options, workspace.policies, workspace.folder)
    return review_of_document(document_of(plan, workspace), policies, workspace.waivers)


def review_of_document(
    document: Document, policies: Policies | None, waivers: tuple[Waiver, ...]
) -> Review | None:
    """The same of a plan's document."""
    today = datetime.now(UTC).date()
    if policies is None:
        return judge_nothing(waivers, today) if waivers else None
    bench = Bench(
        engine=ENGINES[policies.settings.engine],
        library=gather(policies.places),
        settings=policies.settings,
        waivers=waivers,
        today=today,
    )
    return judge(document, bench)


def pass_policies(plan: Plan, options: Policed, session: Session, workspace: Workspace) -> Review | None:
    """Show what the policies say of a plan that is to be applied, and return when they let it.

    Raises:
        InvalidStackError: they could not be asked.
        PolicyDeniedError: they refuse it.
    """
    if has_errors(plan.diagnostics):
        return None
    return _passed(document_of(plan, workspace), options, session, workspace)


def pass_return(plan: Plan, options: Policed, session: Session, workspace: Workspace) -> Review | None:
    """The same of a plan that takes an apply back: what it puts back counts, and not what the files say."""
    if has_errors(plan.diagnostics):
        return None
    return _passed(document_of_return(plan, workspace), options, session, workspace)


def pass_step(
    step: tuple[Action, Address], options: Policed, session: Session, workspace: Workspace
) -> Review | None:
    """The same of what is done to one block without a plan: what they find in other blocks does not count here."""
    action, address = step
    document = document_of_step(action, address, workspace)
    return _passed(document, options, session, workspace, about=address)


def _passed(
    document: Document,
    options: Policed,
    session: Session,
    workspace: Workspace,
    *,
    about: Address | None = None,
) -> Review | None:
    policies = policies_of(options, workspace.policies, workspace.folder)
    review = review_of_document(document, policies, workspace.waivers)
    if review is None:
        return None
    if about:
        review = _about(review, about)
    session.tell(review_events(review))
    if not review.was_judged:
        raise InvalidStackError(review.diagnostics)
    if not session.json:
        session.show((BLANK, *render_review(review, session.page)))
    if review.is_denied:
        raise PolicyDeniedError(_refusal(review), document=review_document(review))
    return review


def _about(review: Review, address: Address) -> Review:
    """What is found at the block, or at no block; a waiver that takes nothing here may be for another."""
    return replace(
        review,
        findings=tuple(each for each in review.findings if each.address in (None, address)),
        diagnostics=tuple(each for each in review.diagnostics if each.code != UNUSED.code),
    )


def _engine(options: Policed, settings: PolicySettings | None) -> str:
    name = options.engine or (settings or PolicySettings()).engine
    if name not in ENGINES:
        raise MisusedError(
            f"There is no engine '{name}': policies are evaluated by regorus, opa or conftest."
        )
    return name


def _paths(settings: PolicySettings, folder: Path) -> tuple[Path, ...]:
    if settings.paths:
        return tuple(folder / each for each in settings.paths)
    return tuple(folder / each for each in USUAL if (folder / each).exists()) or (folder / USUAL[0],)


def _refusal(review: Review) -> str:
    if not review.denying:
        return "A waiver does not hold any more, as is said above. Nothing was written. Mend that, then run the same command again."
    stand = "stand" if len(review.denying) > 1 else "stands"
    return (
        f"{counted(len(review.denying), 'finding')} of the policies {stand} against this plan. Nothing was written. Mend the blocks, "
        "or have it waived: [[waiver]] with rule, address, owner, reason and expires. What a rule is for says:\n\n"
        f"    snowconf policy explain {review.denying[0].id}"
    )
