"""Plans and reports made by hand, and the files that say how they should look."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.hazard import Hazard
from snowconf.model.origin import Origin
from snowconf.model.outcome import ApplyReport, ColumnVerdict, Outcome, Status, Verdict
from snowconf.model.plan import Action, AttributeChange, Change, MembersChange, Plan, Verb, Why, Write
from snowconf.model.value import Named, RecordRef, SecretSource, Target

GOLDEN = Path(__file__).parent / "golden"
ROLE = Target("sys_user_role", "name", "role")
LONG_URL = "https://app.finout.io/oauth/callback?tenant=" + "0123456789" * 20
BEFORE_SCRIPT = "var gr = new GlideRecord('incident');\ngr.query();\nanswer = gs.hasRole('itil');\n"
AFTER_SCRIPT = (
    "var gr = new GlideRecord('incident');\ngr.query();\nanswer = gs.hasRole('itil_admin');\n\x1b[2J();\n"
)

Golden = Callable[[str, str], None]


@pytest.fixture
def golden() -> Golden:
    """Compare a text with a file; SNOWCONF_REWRITE_GOLDEN=1 writes the file instead, for a person to review."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("SNOWCONF_REWRITE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return check


def _at(line: int) -> Origin:
    return Origin("finout.toml", line)


def _write(verb: Verb = Verb.UPDATE) -> Write:
    return Write(verb=verb, table="sys_user", sys_id="0" * 32)


def _role() -> Change:
    return Change(
        address=Address("role", "finout_reader"),
        action=Action.CREATE,
        table="sys_user_role",
        sys_id="1" * 32,
        origin=_at(5),
        attributes=(
            AttributeChange(attribute="name", before=None, after="finout_reader", origin=_at(5)),
            AttributeChange(
                attribute="description",
                before=None,
                after="Schema tables that Finout reads, and nothing else at all on this instance",
                origin=_at(6),
            ),
        ),
        writes=(_write(Verb.INSERT),),
    )


def _user() -> Change:
    return Change(
        address=Address("user", "svc_finout"),
        action=Action.UPDATE,
        table="sys_user",
        sys_id="2" * 32,
        origin=_at(12),
        attributes=(
            AttributeChange(attribute="identity", before="human", after="machine", origin=_at(13)),
            AttributeChange(
                attribute="password",
                before=None,
                after=SecretSource("env", "FINOUT_PASSWORD"),
                origin=_at(14),
                sensitive=True,
                note="never written from here",
            ),
            AttributeChange(attribute="active", before=False, after=True, origin=None),
        ),
        members=(
            MembersChange(
                attribute="roles",
                add=(RecordRef("3" * 32, "itil"),),
                remove=(RecordRef("4" * 32, "admin"),),
                kept=(RecordRef("1" * 32, "snc_internal"), RecordRef("2" * 32, "rest_service")),
                origin=_at(15),
            ),
        ),
        writes=(_write(), _write(), _write(Verb.INSERT), _write(Verb.DELETE)),
        unchanged=1,
        found=True,
        revision="7",
        updated_by="jane.doe",
        updated_on="2026-11-20 14:02:11",
        notes=("removing admin cuts off what this user administers",),
    )


def _app() -> Change:
    return Change(
        address=Address("oauth_app", "finout"),
        action=Action.UPDATE,
        table="oauth_entity",
        sys_id="5" * 32,
        origin=_at(20),
        name="Finout",
        attributes=(
            AttributeChange(attribute="access_token_lifespan", before=1800, after=900, origin=_at(21)),
            AttributeChange(attribute="redirect_url", before=LONG_URL, after="", origin=_at(22)),
            AttributeChange(
                attribute="user",
                before=RecordRef("6" * 32, "\u202etluafed"),
                after=Named(Target("sys_user", "user_name", "user"), "svc_finout"),
                origin=_at(23),
            ),
            AttributeChange(attribute="scopes", before=None, after=frozenset({Named(ROLE, "b"), Named(ROLE, "a")}),
                            origin=_at(24)),
        ),
        writes=(_write(),),
        unchanged=3,
        updated_by="admin",
        updated_on="2026-11-19 08:00:00",
    )  # fmt: skip


def _acl() -> Change:
    return Change(
        address=Address("acl", "read_columns"),
        action=Action.UPDATE,
        table="sys_security_acl",
        sys_id="7" * 32,
        origin=_at(30),
        name="sys_dictionary.*",
        attributes=(
            AttributeChange(attribute="script", before=BEFORE_SCRIPT, after=AFTER_SCRIPT, origin=_at(31)),
        ),
        writes=(_write(),),
        unchanged=0,
    )


def _gone() -> Change:
    return Change(
        address=Address("property", "glide.war"),
        action=Action.DELETE,
        table="sys_properties",
        sys_id="8" * 32,
        origin=_at(40),
        attributes=(AttributeChange(attribute="value", before="x", after=None, origin=_at(41)),),
        writes=(_write(Verb.DELETE),),
        updated_by="admin",
        updated_on="2026-11-19 08:00:00",
        hazards=(
            Hazard(
                code="deletion",
                sentence="The record of sys_properties is deleted, whoever refers to it.",
                address=Address("property", "glide.war"),
            ),
            Hazard(
                code="self_lockout",
                sentence="snowconf gets its own tokens with a password, which this property would no longer allow.",
                address=Address("property", "glide.war"),
                severity=Severity.ERROR,
            ),
        ),
    )


def _put_back(gone: Change) -> Change:
    """A property that was adopted, owned no more."""
    (value,) = gone.attributes
    note = "put back as it was before this stack adopted the record"
    return replace(
        gone,
        address=Address("property", "glide.peace"),
        action=Action.FORGET,
        attributes=(replace(value, after="y", origin=None, note=note),),
        writes=(_write(),),
        hazards=(),
        leaving=True,
    )


def _left(gone: Change) -> Change:
    """A group that was made, and is deleted."""
    address = Address("group", "crew")
    sentence = "The record of sys_user_group is deleted, whoever refers to it."
    return replace(
        gone,
        address=address,
        table="sys_user_group",
        origin=Origin("finout.toml", 55, gone=True),
        attributes=(),
        hazards=(Hazard(code="deletion", sentence=sentence, address=address),),
        leaving=True,
    )


def _same(label: str) -> Change:
    return Change(
        address=Address("group", label),
        action=Action.NO_OP,
        table="sys_user_group",
        sys_id="9" * 32,
        origin=_at(50),
        unchanged=2,
    )


def _everything() -> tuple[Change, ...]:
    return (_role(), _user(), _app(), _acl(), _gone(), _same("one"), _same("two"))


@pytest.fixture
def warning() -> Diagnostic:
    """A warning that points at a line."""
    return Diagnostic(
        code="SNC211",
        summary="Column unknown to this release",
        detail="The instance has no column identity_type in sys_user, so identity is left alone. Upgrade it to Zurich.",
        severity=Severity.WARNING,
        origin=Origin("finout.toml", 13, 1),
        address=Address("user", "svc_finout"),
    )


@pytest.fixture
def plan(warning: Diagnostic) -> Plan:
    """A plan with everything in it that a plan can show."""
    return Plan(
        stack="finout",
        instance="dev",
        url="https://acme-dev.service-now.com",
        changes=_everything(),
        diagnostics=(warning,),
    )


@pytest.fixture
def plan_of_owner() -> Plan:
    """What a ledger adds to a plan: what is adopted and forgotten, what has left the files, and who moved what."""
    role, user, app, acl, gone, *_ = _everything()
    first, *rest = user.attributes
    reasons = (Why.EDITED, None, Why.DRIFTED)
    told = tuple(replace(each, why=why) for each, why in zip((first, *rest), reasons, strict=True))
    lost = tuple(replace(each, why=Why.DRIFTED) for each in role.attributes)
    return Plan(
        stack="finout",
        instance="dev",
        url="https://acme-dev.service-now.com",
        changes=(
            replace(role, attributes=lost),
            replace(user, attributes=told, members=(replace(user.members[0], why=Why.BOTH),), found=False),
            replace(app, action=Action.ADOPT, found=True),
            replace(acl, attributes=(replace(acl.attributes[0], why=Why.EDITED),)),
            _put_back(gone),
            _left(gone),
            _same("one"),
        ),
    )


@pytest.fixture
def quiet_plan() -> Plan:
    """A plan that does nothing."""
    return Plan(
        stack="finout",
        instance="dev",
        url="https://acme-dev.service-now.com",
        changes=(_same("one"), _same("two")),
    )


@pytest.fixture
def problem() -> Diagnostic:
    """What a refused write left behind."""
    return Diagnostic(
        code="SNC404",
        summary="Refused by the instance",
        detail="PATCH /api/now/table/oauth_entity was refused: an access control. Give the runner the role oauth_admin.",
    )


@pytest.fixture
def apply_report(plan: Plan, problem: Diagnostic) -> ApplyReport:
    """An apply in which everything happened that can happen."""
    role, user, app, acl, gone, *_ = plan.changes
    verdicts = (
        ColumnVerdict(table="sys_user", column="active", verdict=Verdict.APPLIED, sent="true", held="true"),
        ColumnVerdict(table="sys_user", column="user_password", verdict=Verdict.WRITTEN),
        ColumnVerdict(
            table="sys_user", column="identity_type", verdict=Verdict.DROPPED, sent="machine", held=""
        ),
        ColumnVerdict(
            table="sys_user",
            column="name",
            verdict=Verdict.COERCED,
            sent="a" * 100,
            held="a" * 40 + "\x1b[2J",
        ),
        ColumnVerdict(table="sys_user", column="locked_out", verdict=Verdict.UNREADABLE, sent="false"),
    )
    return ApplyReport(
        plan=plan,
        outcomes=(
            Outcome(change=role, status=Status.DONE),
            Outcome(change=user, status=Status.DONE, verdicts=verdicts),
            Outcome(change=app, status=Status.FAILED, problem=problem),
            Outcome(change=acl, status=Status.NOT_ATTEMPTED),
            Outcome(change=gone, status=Status.UNKNOWN, problem=problem),
        ),
        requests={"POST": 2, "GET": 4, "PATCH": 1},
        after=plan,
        interrupted=True,
    )
