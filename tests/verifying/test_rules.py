"""What access controls say of a user, and what is made of it: reasons, remedies, and verdicts without a try. Pure."""

from dataclasses import replace

import pytest

from snowconf.engine.verify.glimpsing import EMPTY
from snowconf.engine.verify.presuming import presume
from snowconf.engine.verify.reasoning import Reasoner
from snowconf.engine.verify.ruling import Rule, Rulebook, names_of, read_rules
from snowconf.errors import ForbiddenError, Reason
from snowconf.kinds.targets import ROLE
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Located, Named
from snowconf.model.verification import Cell, Finding, Promise, Verdict
from tests.engine.pretend import PretendInstance

USER = Address("user", "svc")
HERE = Origin("a.toml", 3)


def located(value: str | frozenset[Named]) -> Located:
    """A value and its place."""
    return Located(value, HERE)


def names(*roles: str) -> Located:
    """A list of roles."""
    return located(frozenset(Named(ROLE, each) for each in roles))


DESIRED = Desired(
    stack="demo",
    resources=(
        Resource(
            address=USER, origin=HERE, attributes={"user_name": located("svc"), "roles": names("reader")}
        ),
    ),
)


def promise(reach: str = "incident", operation: str = "read", *, allowed: bool = True) -> Promise:
    """One of the user's."""
    table, _, column = reach.partition(".")
    return Promise(user=USER, operation=operation, table=table, column=column, allowed=allowed, origin=HERE)


def rule(*roles: str, name: str = "incident", operation: str = "read", sys_id: str = "1" * 32) -> Rule:
    """An access control."""
    return Rule(sys_id=sys_id, name=name, operation=operation, roles=frozenset(roles))


def book(*rules: Rule, held: tuple[str, ...] | None = ("reader",)) -> Rulebook:
    """What a runner who may read all of it has read."""
    keys = {(each.operation, each.name) for each in rules}
    return Rulebook(
        rules={key: tuple(each for each in rules if (each.operation, each.name) == key) for key in keys},
        held={} if held is None else {"svc": frozenset(held)},
        readable=bool(rules),
        whole=True,
    )


def denied(rulebook: Rulebook, *columns: str, reach: str = "incident") -> Cell:
    """The cell of a promise that was not kept."""
    finding = Finding(promise=promise(reach), verdict=Verdict.DENIED, told="No.", columns=columns)
    return Reasoner(desired=DESIRED, rulebook=rulebook).cell(finding)


def opened(rulebook: Rulebook, *columns: str, reach: str = "incident") -> Cell:
    """The cell of something that must be refused and is not."""
    finding = Finding(promise=promise(reach, allowed=False), verdict=Verdict.OPEN, columns=columns)
    return Reasoner(desired=DESIRED, rulebook=rulebook).cell(finding)


def test_names_stand_most_specific_first() -> None:
    """The table before its parents before the star; columns before all columns."""
    assert [*names_of("incident")] == ["incident", "task", "*"]
    assert [*names_of("incident", "state")][:4] == ["incident.state", "task.state", "*.state", "incident.*"]
    assert [*names_of("no_such_table")] == ["no_such_table", "*"]


def test_the_most_specific_name_decides() -> None:
    """An access control of the parent does not count beside one of the table."""
    rulebook = book(rule("itil"), rule("reader", name="task", sys_id="2" * 32))
    cell = denied(rulebook)
    assert f"incident (read, {'1' * 32}) asks for the role itil. svc holds the role reader." in cell.why
    assert cell.remedy.startswith("Add the role itil to roles of [user.svc] (a.toml:3), or write [acl.…]")


def test_one_that_passes_is_enough_and_one_that_stops_is_too() -> None:
    """Roles are alternatives; a rule that denies unless it is passed counts on every level."""
    stop = replace(rule("auditor", name="*", sys_id="3" * 32), denies=True)
    rulebook = book(rule("itil"), rule("reader", sys_id="2" * 32), stop)
    ruling = rulebook.ruling(promise())
    assert ruling.refusing(frozenset({"reader"})) == (stop,)
    assert ruling.refusing(frozenset({"reader", "auditor"})) == ()
    assert [each.sys_id for each in ruling.opening(frozenset({"reader"}))] == ["2" * 32]


def test_admins_pass_what_they_may_override() -> None:
    """And what they may not, they pass with the role alone."""
    strict = replace(rule("itil"), admin_overrides=False)
    assert (rule("itil").passes(frozenset({"admin"})), strict.passes(frozenset({"admin"}))) == (True, False)
    assert "lets admins through" in opened(book(rule("itil"), held=("admin",))).why


def test_many_are_told_in_part() -> None:
    """Two access controls and how many more; four roles and how many more."""
    rules = [rule(*"abcdefg", sys_id=str(number) * 32) for number in range(4)]
    cell = denied(book(*rules))
    assert "asks for one of the roles a, b, c, d or 3 more." in cell.why
    assert "So do 2 more." in cell.why


def test_a_rule_without_criterion_lets_nobody_pass() -> None:
    """It is named as such."""
    assert "has no criterion, which lets nobody pass. svc holds no role." in denied(book(rule(), held=())).why


def test_conditions_cannot_be_weighed() -> None:
    """All that it asks for besides roles is named."""
    rulebook = book(replace(rule("reader"), conditions=("condition", "script")))
    assert "also has a condition and a script" in denied(rulebook).why
    assert "asks for no role" in opened(book(replace(rule(), conditions=("script",)))).why


def test_what_the_access_controls_do_not_explain_is_said() -> None:
    """The instance refuses, and nothing that can be read does."""
    assert "No access control that the runner can read refuses it." in denied(book(rule("reader"))).why


def test_a_column_decides_where_the_rows_are_open() -> None:
    """The first that is kept back."""
    rulebook = book(rule("reader"), rule("itil", name="incident.state"))
    assert "incident.state (read, " in denied(rulebook, "state", reach="incident.*").why
    rows = book(rule("itil"), rule("reader", name="incident.state"))
    assert "incident (read, " in denied(rows, "state", reach="incident.*").why
    unruled = denied(book(rule("reader")), "cause", reach="incident.*")
    assert "speaks of the column cause" in unruled.why


def test_a_runner_who_may_not_read_them_is_told_what_to_read() -> None:
    """Nothing is claimed that nobody knows."""
    blind = denied(book())
    assert "the runner may not read sys_security_acl" in blind.why
    assert blind.remedy.startswith("To be told, let the account of this run read")
    assert "may not read all of sys_user_has_role" in denied(book(rule("itil"), held=None)).why
    assert "may not read sys_security_acl" in opened(book()).why


def test_what_nothing_keeps_out_wants_an_access_control() -> None:
    """There is no role to take away."""
    cell = opened(book(rule("itil")))
    assert "No access control that the runner can read keeps it out." in cell.why
    assert '[acl.…] with name = "incident", operation = "read"' in cell.remedy


def test_an_open_column_is_explained_by_its_own_rule_or_that_of_the_rows() -> None:
    """Where no access control speaks of the column, that of the rows lets it through."""
    own = book(rule("itil"), rule("reader", name="incident.state"))
    assert "incident.state (read, " in opened(own, "state", reach="incident.state").why
    assert "incident (read, " in opened(book(rule("reader")), "state", reach="incident.state").why


def test_what_is_refused_before_access_controls_are_asked_is_not_blamed_on_them() -> None:
    """A role for REST callers, or a scope of the client."""
    for reason, words in ((Reason.API_CLOSED, "snc_platform_rest_api_access"), (Reason.AUTH_SCOPE, "scope")):
        told = f"The instance refuses the list: {reason.value}."
        finding = Finding(promise=promise(), verdict=Verdict.DENIED, told=told)
        cell = Reasoner(desired=DESIRED, rulebook=book(rule("itil"))).cell(finding)
        assert (cell.why, words in cell.remedy) == (told, True)


def test_an_empty_table_can_be_filled() -> None:
    """The option is named."""
    finding = Finding(promise=promise(), verdict=Verdict.UNDECIDABLE, told=EMPTY)
    assert "--write-probes" in Reasoner(desired=DESIRED, rulebook=book()).cell(finding).remedy


# -- without a try


def presumed(rulebook: Rulebook, each: Promise, *, accepted: bool = False) -> Verdict:
    """What access controls alone say."""
    finding = Finding(promise=each, verdict=Verdict.NOT_PROBED, tried=False, accepted=accepted)
    return presume(finding, rulebook, "svc").verdict


CREATE = promise(operation="create")
NOT_CREATE = promise(operation="create", allowed=False)
SHUT = book(rule("itil", operation="create"))
OPEN = book(rule("reader", operation="create"))


def test_a_lack_of_roles_is_certain() -> None:
    """Whatever else the access control asks for."""
    scripted = book(replace(rule("itil", operation="create"), conditions=("script",)))
    assert {presumed(each, CREATE) for each in (SHUT, scripted)} == {Verdict.DENIED}
    assert {presumed(each, NOT_CREATE) for each in (SHUT, scripted)} == {Verdict.PROVEN}


def test_a_role_that_passes_is_no_proof_and_enough_to_warn() -> None:
    """What is promised is not probed; what must be refused is open, unless more is asked than a role."""
    scripted = book(replace(rule("reader", operation="create"), conditions=("script",)))
    assert (presumed(OPEN, CREATE), presumed(OPEN, NOT_CREATE)) == (Verdict.NOT_PROBED, Verdict.OPEN)
    assert presumed(scripted, NOT_CREATE) is Verdict.NOT_PROBED


def test_a_change_that_was_taken_proves_what_access_controls_allow() -> None:
    """And against them it proves nothing."""
    assert presumed(OPEN, CREATE, accepted=True) is Verdict.PROVEN
    assert presumed(OPEN, NOT_CREATE, accepted=True) is Verdict.OPEN
    scripted = book(replace(rule("reader", operation="create"), conditions=("script",)))
    assert presumed(scripted, CREATE, accepted=True) is Verdict.NOT_PROBED


def test_a_column_must_be_open_too() -> None:
    """Its own access control refuses, although the rows are open and an empty change was taken."""
    column = promise("incident.state", "write")
    shut = book(rule("reader", operation="write"), rule("itil", operation="write", name="incident.state"))
    assert presumed(shut, column, accepted=True) is Verdict.DENIED
    unruled = book(rule("reader", operation="write"))
    assert presumed(unruled, column, accepted=True) is Verdict.PROVEN


@pytest.mark.parametrize("rulebook", [replace(SHUT, whole=False), replace(SHUT, held={}), Rulebook()])
def test_what_is_partly_hidden_says_nothing(rulebook: Rulebook) -> None:
    """One that is not seen may let the user through."""
    assert presumed(rulebook, CREATE) is Verdict.NOT_PROBED


def test_what_was_tried_is_not_presumed() -> None:
    """A try says more."""
    finding = Finding(promise=CREATE, verdict=Verdict.PROVEN)
    assert presume(finding, SHUT, "svc") is finding


# -- reading them


def test_what_is_closed_to_the_runner_leaves_the_book_empty() -> None:
    """Refused or hidden."""
    finding = Finding(promise=promise(), verdict=Verdict.DENIED)
    refused = PretendInstance(closed=ForbiddenError("no", reason=Reason.ACL))
    assert read_rules(refused, [finding], ["svc"]) == Rulebook()


def test_a_book_is_whole_only_when_no_row_is_hidden() -> None:
    """The rule, its role and who holds it; then one row less of any of the three."""
    instance = PretendInstance()
    instance.put("sys_security_operation", "a" * 32, name="read")
    instance.put("sys_security_type", "b" * 32, name="record")
    instance.put("sys_user_role", "c" * 32, name="itil")
    instance.put("sys_user", "d" * 32, user_name="svc")
    kinds = {"operation": "a" * 32, "active": "true", "admin_overrides": "true"}
    instance.put("sys_security_acl", "1" * 32, name="incident", type="b" * 32, **kinds)
    instance.put("sys_security_acl", "2" * 32, name="incident", type="c" * 32, **kinds)
    instance.put("sys_security_acl_role", "3" * 32, sys_security_acl="1" * 32, sys_user_role="c" * 32)
    instance.put("sys_user_has_role", "4" * 32, user="d" * 32, role="c" * 32, state="active")
    finding = Finding(promise=promise(), verdict=Verdict.DENIED)
    whole = read_rules(instance, [finding], ["svc"])
    assert whole == Rulebook(
        rules={("read", "incident"): (rule("itil"),)},
        held={"svc": frozenset({"itil"})},
        readable=True,
        whole=True,
    )
    for sys_id, expected in (("2" * 32, (False, True)), ("3" * 32, (False, True)), ("4" * 32, (True, False))):
        instance.secret_rows = {sys_id}
        partly = read_rules(instance, [finding], ["svc"])
        assert (partly.whole, partly.roles_of("svc") is not None) == expected
