"""Policies by themselves: a plan held against them, their tests, what a rule says of itself."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from snowconf.cli.concluding import of_review
from snowconf.cli.documenting import document_of
from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.policing import Policies, policies_of, review_of_document
from snowconf.cli.policy_options import CheckOptions, RuleOptions, RulesOptions, TestOptions
from snowconf.cli.refusals import BadDocumentError, InvalidStackError, UnknownRuleError, did_you_mean
from snowconf.cli.session import Session
from snowconf.cli.wiring import open_workspace
from snowconf.config import codes
from snowconf.config.governing import Governance
from snowconf.config.loading import load
from snowconf.model.declared_json import Document
from snowconf.model.diagnostic import has_errors
from snowconf.model.finding import Review, Waiver
from snowconf.model.finding_json import review_document, rule_document
from snowconf.model.plan_json import FORMAT_VERSION, diagnostics_json, origin_json
from snowconf.policy.choosing import ENGINES
from snowconf.policy.gathering import gather
from snowconf.policy.module import Library
from snowconf.policy.problems import NOTHING
from snowconf.policy.ruling import rules_of
from snowconf.policy.testing import Trial, run_tests
from snowconf.report.terminal_policy import render_review, render_rule, render_rules, render_tests

# What loading says of [policies] and [[waiver]].
OURS = frozenset({codes.POLICIES.code, codes.WAIVER.code})
NOT_TRUE = "it is not true"
MAKE = "Make one with 'snowconf plan --json > plan.json', or with 'snowconf plan --out plan.json'."
NONE_NAMED = "Nothing names policies: [policies] in the stack does, or --policies. No policy is never a yes."


def check(options: CheckOptions, session: Session) -> ExitCode:
    """Judge, show the verdict, end with it.

    Raises:
        InvalidStackError: the stack has errors, or nothing names policies.
        BadDocumentError: the file is no plan's document.
    """
    if options.all_namespaces:
        options = replace(options, namespaces=["*"])
    review = _of_document(options, session) if options.plan_file else _of_stack(options, session)
    session.show(
        render_review(review, session.page), {"format_version": FORMAT_VERSION, **review_document(review)}
    )
    return of_review(review, warnings_count=options.fail_on_warn)


def test(options: TestOptions, session: Session) -> ExitCode:
    """Run every test; done when all hold."""
    policies = _named(replace(options, policies=options.paths or options.policies), session)
    run = run_tests(gather(policies.places), ENGINES[policies.settings.engine])
    tried = [(each.name, each.origin, None if each.passed else each.why or NOT_TRUE) for each in run.tests]
    session.show(render_tests(tried, run.diagnostics, session.page), _tests_document(run))
    return ExitCode.FAILED if run.diagnostics or run.failed else ExitCode.DONE


def explain(options: RuleOptions, session: Session) -> ExitCode:
    """One rule, or all in short.

    Raises:
        UnknownRuleError: there is no such rule.
    """
    rules = rules_of(_sound(gather(_named(options, session).places)))
    if options.rule is None:
        session.show(render_rules(rules, session.page), {"rules": [rule_document(each) for each in rules]})
        return ExitCode.DONE
    found = [each for each in rules if each.id == options.rule]
    if not found:
        guess = did_you_mean(options.rule, [each.id for each in rules])
        raise UnknownRuleError(
            f"None of the policies has a rule '{options.rule}'.{guess} 'snowconf policy explain' lists them."
        )
    session.show(render_rule(found[0], session.page), rule_document(found[0]))
    return ExitCode.DONE


def _of_stack(options: CheckOptions, session: Session) -> Review:
    with open_workspace(options, session) as workspace:
        policies = policies_of(options, workspace.policies, workspace.folder)
        plan = workspace.plan()
        if has_errors(plan.diagnostics):
            raise InvalidStackError(plan.diagnostics)
        document = document_of(plan, workspace)
    return _judged(document, policies, workspace.waivers)


def _of_document(options: CheckOptions, session: Session) -> Review:
    assert options.plan_file is not None, options
    document = _read(options.plan_file)
    said = _said(options.stack, session)
    return _judged(document, policies_of(options, said.settings, options.stack), said.waivers)


def _judged(document: Document, policies: Policies | None, waivers: tuple[Waiver, ...]) -> Review:
    if policies is None:
        raise InvalidStackError((NOTHING.at(None, NONE_NAMED),))
    review = review_of_document(document, policies, waivers)
    assert review is not None, policies
    return review


def _named(options: RulesOptions, session: Session) -> Policies:
    policies = policies_of(options, _said(options.stack, session).settings, options.stack)
    if policies is None:
        raise InvalidStackError((NOTHING.at(None, NONE_NAMED),))
    return policies


def _said(folder: Path, session: Session) -> Governance:
    """What the stack of the folder says of policies; where no stack is, nothing."""
    if not any(folder.glob("*.toml")):
        return Governance()
    loaded = load(folder, environ=session.environ)
    if wrong := [each for each in loaded.diagnostics if each.code in OURS]:
        raise InvalidStackError(wrong)
    return Governance(settings=loaded.policies, waivers=loaded.waivers)


def _sound(library: Library) -> Library:
    if library.problems:
        raise InvalidStackError(library.problems)
    return library


def _read(path: Path) -> Document:
    """A plan's document, as far as its shape goes."""
    try:
        document = json.loads(path.read_text("utf-8"))
        is_plan = _has_head(document) and all(
            isinstance(each["address"], str) and isinstance(each["change"].get("origins", {}), dict)
            for each in document["resource_changes"]
        )
    except UnicodeDecodeError:
        raise BadDocumentError(f"{path} holds bytes that are no UTF-8. {MAKE}") from None
    except (ValueError, RecursionError):
        raise BadDocumentError(f"{path} is no JSON. {MAKE}") from None
    except (KeyError, TypeError, AttributeError):
        is_plan = False
    if not is_plan:
        raise BadDocumentError(
            f"{path} is JSON, and no document of a plan that this version knows: stack, instance or resource_changes are not as "
            f"a plan has them. {MAKE}"
        )
    made: Document = document
    return made


def _has_head(document: Document) -> bool:
    """Plans of other tools have resource_changes, too, and rules about an instance would find nothing in them."""
    major = str(document["format_version"]).partition(".")[0]
    texts = all(isinstance(document[each], str) for each in ("stack", "instance"))
    return major == FORMAT_VERSION.partition(".")[0] and texts


def _tests_document(run: Trial) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "tests": [
            {"name": each.name, "passed": each.passed, "why": each.why, "policy": origin_json(each.origin)}
            for each in run.tests
        ],
        "diagnostics": diagnostics_json(run.diagnostics),
        "errored": has_errors(run.diagnostics),
    }
