import json
from collections.abc import Callable
from dataclasses import replace

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.drift import find_drift
from snowconf.model.outcome import ApplyReport
from snowconf.model.plan import Action, Plan
from snowconf.model.plan_json import apply_document, diagnostics_document, drift_document, dump, plan_document

Golden = Callable[[str, str], None]


def test_plan_document_is_as_agreed(plan: Plan, golden: Golden) -> None:
    """The document is a contract: any change of its shape shows here."""
    golden("plan.json", dump(plan_document(plan)))


def test_the_document_of_an_owner_is_as_agreed(plan_of_owner: Plan, golden: Golden) -> None:
    """An adoption is an update to tools, with its reason; only what the instance moved is drift."""
    golden("plan-of-owner.json", dump(plan_document(plan_of_owner)))


def test_drift_document_is_as_agreed(plan: Plan, golden: Golden) -> None:
    """Before is what the instance holds, after what the files say; secrets are apart."""
    golden("drift.json", dump(drift_document(find_drift(plan))))


def test_apply_document_is_as_agreed(apply_report: ApplyReport, golden: Golden) -> None:
    """Outcomes, verdicts, what remains, and counts."""
    golden("apply.json", dump(apply_document(apply_report)))


def test_apply_that_could_not_look_again_has_null_for_what_remains(apply_report: ApplyReport) -> None:
    """Nothing known is not the same as nothing left."""
    document = apply_document(replace(apply_report, after=None))
    assert document["remaining"] is None


def test_diagnostics_document_says_whether_the_stack_is_valid(
    problem: Diagnostic, warning: Diagnostic
) -> None:
    """Warnings do not make a stack invalid; errors do."""
    assert (diagnostics_document([warning])["valid"], diagnostics_document([problem])["valid"]) == (
        True,
        False,
    )


def test_documents_are_ascii(plan: Plan) -> None:
    """What an instance holds cannot act on a terminal through JSON either."""
    assert dump(plan_document(plan)).isascii()


def test_documents_have_no_secret_and_a_mask_for_each(plan: Plan) -> None:
    """A masked text is null on both sides, and both masks name it."""
    app = next(each for each in plan.changes if each.address.kind == "oauth_app")
    masked = replace(app.attributes[1], before="hunter2-one", after="hunter2-two", sensitive=True)
    text = dump(plan_document(replace(plan, changes=(replace(app, attributes=(masked,)),))))
    change = json.loads(text)["resource_changes"][0]["change"]
    assert "hunter2" not in text
    assert change["before"] == change["after"] == {"redirect_url": None}
    assert change["before_sensitive"] == change["after_sensitive"] == {"redirect_url": True}


def test_created_and_deleted_records_have_one_side_only(plan: Plan) -> None:
    """Before a creation and after a deletion there is nothing, as in Terraform's plans."""
    changes = {each.action: each for each in plan.changes}
    made, gone = (
        json.loads(dump(plan_document(replace(plan, changes=(changes[each],)))))["resource_changes"][0][
            "change"
        ]
        for each in (Action.CREATE, Action.DELETE)
    )
    assert (made["before"], gone["after"]) == (None, None)
