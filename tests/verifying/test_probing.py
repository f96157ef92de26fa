"""Trying writes where the instance, the runner or the user is not as one hopes; and what a canary is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from snowconf.dictionary import find_column, table_names
from snowconf.engine.port import Row
from snowconf.engine.verify.canaries import Brood, marker_of, sample, tried, why_not
from snowconf.engine.verify.probing import Attempt, Prober, judge_writing
from snowconf.errors import (
    BadRequestError,
    ForbiddenError,
    InstanceError,
    NotFoundError,
    OutcomeUnknownError,
    Reason,
)
from snowconf.model.address import Address
from snowconf.model.origin import Origin
from snowconf.model.verification import Finding, Promise, Verdict
from tests.verifying.visitors import Glimpsed

USER = Address("user", "svc")
BROOD = Brood(stack="demo", url="https://demo.service-now.com")
CANARY = BROOD.make(USER, "incident")
DENIED = ForbiddenError("ACL Exception", reason=Reason.ACL)
RULE = ForbiddenError("a business rule aborted it", reason=Reason.BUSINESS_RULE)


@dataclass
class Somebody(Glimpsed):
    """A user, or the runner. `forbids` says for an operation what happens instead; `silent` hides what it deletes."""

    forbids: dict[str, Exception] = field(default_factory=dict)
    silent: bool = False
    blind: bool = False

    def insert(self, table: str, columns: Mapping[str, str], *, display_input: bool = False) -> Row:
        """A record, unless that is forbidden; who is blind is not told its sys_id."""
        self._check("create")
        row = super().insert(table, columns, display_input=display_input)
        return {} if self.blind else row

    def update(
        self, table: str, sys_id: str, columns: Mapping[str, str], *, display_input: bool = False
    ) -> Row:
        """A change, unless that is forbidden."""
        self._check("write")
        return super().update(table, sys_id, columns, display_input=display_input)

    def delete(self, table: str, sys_id: str) -> None:
        """Gone, unless that is forbidden, or not seen."""
        self._check("delete")
        if not self.silent:
            super().delete(table, sys_id)

    def _check(self, operation: str) -> None:
        if operation in self.forbids:
            raise self.forbids[operation]


def promise(operation: str, reach: str = "incident", *, allowed: bool = True) -> Promise:
    """One of the user's."""
    table, _, column = reach.partition(".")
    return Promise(
        user=USER,
        operation=operation,
        table=table,
        column=column,
        allowed=allowed,
        origin=Origin("a.toml", 1),
    )


def nothing(_: str) -> frozenset[str]:
    """The runner sees no record."""
    return frozenset()


def tries(user: Somebody, *promises: Promise, runner: Somebody | None = None) -> tuple[list[Finding], Prober]:
    """What comes of it; the runner sees the same records as the user."""
    runner = runner or Somebody()
    user.tables = runner.tables
    prober = Prober(instance=runner, brood=BROOD, elsewhere=nothing)
    return prober.try_table(user, promises[0].table, promises), prober


def verdicts(user: Somebody, *promises: Promise, runner: Somebody | None = None) -> list[Verdict]:
    """The findings alone; nothing may be left."""
    runner = runner or Somebody()
    found, _ = tries(user, *promises, runner=runner)
    assert runner.tables.get("incident", {}) == {}
    return [each.verdict for each in found]


ALL = [promise(each) for each in ("create", "write", "delete")]
NONE = [promise(each, allowed=False) for each in ("create", "write", "delete")]


def test_who_may_do_everything_does() -> None:
    """One record does for creating, changing and deleting."""
    assert verdicts(Somebody(), *ALL) == [Verdict.PROVEN] * 3
    assert verdicts(Somebody(), *NONE) == [Verdict.OPEN] * 3


def test_who_may_do_nothing_is_refused() -> None:
    """The runner makes the record that is not changed and not deleted."""
    user = Somebody(forbids=dict.fromkeys(("create", "write", "delete"), DENIED))
    assert verdicts(user, *ALL) == [Verdict.DENIED] * 3
    assert verdicts(user, *NONE) == [Verdict.PROVEN] * 3


@pytest.mark.parametrize(
    "error", [RULE, BadRequestError("not understood"), OutcomeUnknownError("nobody knows")]
)
def test_what_is_no_matter_of_rights_tells_nothing(error: InstanceError) -> None:
    """A rule that aborts a write says nothing of the access controls that came before it."""
    user = Somebody(forbids=dict.fromkeys(("create", "write", "delete"), error))
    found, _ = tries(user, *ALL)
    assert {each.verdict for each in found} == {Verdict.UNDECIDABLE}
    assert error.detail in found[0].told


def test_a_record_that_is_not_found_cannot_be_changed() -> None:
    """404 for a record that is there means that the user is not shown it."""
    user = Somebody(forbids={"write": NotFoundError("No Record found")})
    assert verdicts(user, promise("write")) == [Verdict.DENIED]


def test_a_record_that_somebody_else_removed_tells_nothing() -> None:
    """Another run of the stack takes it for a leftover; that is no lack of rights."""

    class Robbed(Somebody):
        """Whose record goes before it is changed."""

        def update(self, *_: object, **__: object) -> Row:
            """404, because it is gone."""
            self.tables["incident"].clear()
            raise NotFoundError("No Record found")

    (found,), _ = tries(Robbed(), promise("write"))
    assert (found.verdict, "another run of this stack" in found.told) == (Verdict.UNDECIDABLE, True)


def test_a_deletion_that_did_nothing_is_a_refusal() -> None:
    """The client takes 404 for gone; the runner still sees it."""
    assert verdicts(Somebody(silent=True), promise("delete")) == [Verdict.DENIED]


def test_a_runner_who_may_not_make_records_cannot_tell() -> None:
    """Why is said, for each promise that needs one."""
    runner = Somebody(forbids={"create": DENIED})
    found, _ = tries(Somebody(), promise("write"), promise("delete"), promise("read"), runner=runner)
    assert {each.verdict for each in found} == {Verdict.UNDECIDABLE}
    assert {each.told for each in found} == {"The runner could not make a record to try it on: ACL Exception"}


def test_what_cannot_be_removed_is_said() -> None:
    """With the words by which it is found."""
    runner = Somebody(forbids={"delete": DENIED})
    _, prober = tries(Somebody(forbids={"delete": DENIED}), *ALL, runner=runner)
    (said,) = prober.said
    assert (said.code, "snowconf canary" in said.detail) == ("SNC506", True)


def test_a_record_whose_id_nobody_tells_is_found_by_its_words() -> None:
    """An instance may give another sys_id, and a user who may not read the record is not told which."""
    user = Somebody(blind=True, renumbers={"incident"})
    assert verdicts(user, *ALL) == [Verdict.PROVEN] * 3
    assert verdicts(user, promise("create")) == [Verdict.PROVEN]


def test_a_record_with_another_id_is_used_as_it_is() -> None:
    """The answer says which."""
    assert verdicts(Somebody(renumbers={"incident"}), *ALL) == [Verdict.PROVEN] * 3


def test_columns_that_are_passed_over_are_denied() -> None:
    """The instance answers 201 and 200 and leaves them out."""
    user = Somebody(drops={("incident", "description")})
    asked = [promise("create", "incident.description"), promise("write", "incident.description")]
    assert verdicts(user, *asked) == [Verdict.DENIED] * 2
    refused = [promise("create", "incident.description", allowed=False), promise("write")]
    assert verdicts(user, *refused) == [Verdict.PROVEN] * 2


def test_columns_that_are_taken_are_open() -> None:
    """What must not be written was."""
    found, _ = tries(Somebody(), promise("write", "incident.description", allowed=False))
    assert (found[0].verdict, found[0].columns) == (Verdict.OPEN, ("description",))
    assert found[0].told == "The instance took description."


def test_a_change_that_changes_nothing_tells_nothing() -> None:
    """200 is no proof."""
    dropped = {("incident", name) for name in ("short_description", "description")}
    found, _ = tries(Somebody(drops=dropped), promise("write"))
    assert (found[0].verdict, "changed nothing" in found[0].told) == (Verdict.UNDECIDABLE, True)


def test_a_column_without_a_harmless_value_is_not_tried() -> None:
    """References point at records of somebody."""
    assert verdicts(Somebody(), promise("create", "incident.caller_id")) == [Verdict.UNDECIDABLE]


def test_all_columns_are_tried_with_plain_texts() -> None:
    """Neither choices nor numbers of their own; what is dropped of many is named in part."""
    names = [column.name for column in tried("incident", "*")]
    assert ("description" in names, "number" in names, "state" in names) == (True, False, False)
    user = Somebody(drops={("incident", name) for name in names if name != "short_description"})
    found, _ = tries(user, promise("write", "incident.*"))
    assert found[0].verdict is Verdict.DENIED
    assert found[0].told.endswith("more.")


def test_an_empty_table_is_read_with_a_record_in_it() -> None:
    """Who is shown it may read the table."""
    user = Somebody(shown=({"sys_id": CANARY.sys_id},), counted=1)
    assert verdicts(user, promise("read")) == [Verdict.PROVEN]


# -- tables in which no record may be made


def test_a_tracked_table_is_knocked_at() -> None:
    """A change in which nothing is changed, of a record that is there: its refusal is one."""
    runner = Somebody()
    runner.put("sys_properties", "6" * 32, name="acme.x", value="1")
    asked = promise("write", "sys_properties"), promise("create", "sys_properties")
    found, _ = tries(Somebody(forbids={"write": DENIED}), *asked, runner=runner)
    assert [(each.verdict, each.tried) for each in found] == [
        (Verdict.DENIED, True),
        (Verdict.UNDECIDABLE, False),
    ]
    found, _ = tries(Somebody(), *asked, runner=runner)
    assert [(each.accepted, each.tried) for each in found] == [(True, False), (False, False)]


def test_a_tracked_table_without_records_cannot_be_knocked_at() -> None:
    """Nor one that neither is shown."""
    closed = Somebody(closed=DENIED)
    for runner in (Somebody(), closed):
        found, _ = tries(Somebody(), promise("write", "sys_properties"), runner=runner)
        assert [(each.verdict, each.accepted) for each in found] == [(Verdict.UNDECIDABLE, False)]


# -- canaries


def test_a_canary_is_the_same_in_every_run_and_another_for_everybody() -> None:
    """By stack, instance, user and table."""
    again = Brood(stack="demo", url="https://demo.service-now.com").make(USER, "incident")
    others = (
        BROOD.make(Address("user", "other"), "incident"),
        BROOD.make(USER, "sys_user"),
        Brood(stack="demo", url="https://other.service-now.com").make(USER, "incident"),
        Brood(stack="more", url="https://demo.service-now.com").make(USER, "incident"),
    )
    assert again == CANARY
    assert len({CANARY.sys_id, *(each.sys_id for each in others)}) == 5
    assert CANARY.words.startswith("snowconf canary ")


def test_an_account_that_is_a_canary_is_switched_off() -> None:
    """Nobody could ever be it."""
    row = BROOD.make(USER, "sys_user").row
    assert (row["active"], row["user_name"].startswith("snowconf canary ")) == ("false", True)
    assert "active" not in CANARY.row


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("no_such_table", "does not know"),
        ("sys_security_acl", "captured in update sets"),
        ("sys_user_grmember", "no column by which"),
    ],
)
def test_some_tables_have_no_canaries(table: str, words: str) -> None:
    """Where one would leave traces, or could not be found again."""
    assert words in why_not(table)


def test_there_is_no_canary_where_there_must_be_none() -> None:
    """Asking all the same is a mistake of ours."""
    with pytest.raises(KeyError):
        BROOD.make(USER, "sys_user_grmember")
    with pytest.raises(KeyError):
        marker_of("no_such_table")


@pytest.mark.parametrize("table", [each for each in table_names() if not why_not(each)])
def test_the_words_of_a_canary_fit_into_its_column(table: str) -> None:
    """On every table that may have one."""
    canary = BROOD.make(USER, table)
    column = find_column(table, canary.column)
    assert column is not None
    assert len(canary.words) + 2 <= column.max_length


def test_a_sample_is_another_value_than_the_held_one() -> None:
    """Else a change of it would show nothing."""
    description, state = find_column("incident", "description"), find_column("incident", "state")
    assert description is not None
    assert state is not None
    assert (sample(description), sample(description, "snowconf")) == ("snowconf", "canary")
    assert (sample(state), sample(state, "2")) == ("2", "3")


def test_leftovers_of_a_table_that_is_closed_are_not_looked_for() -> None:
    """The runner is not shown the table; trying will say so."""
    prober = Prober(instance=Somebody(closed=DENIED), brood=BROOD, elsewhere=nothing)
    prober.sweep({"incident": [USER], "sys_properties": [USER]})
    assert prober.said == []


def test_leftovers_are_known_by_their_words_or_their_ids() -> None:
    """And nothing else is touched, whatever it is called."""
    runner = Somebody()
    runner.put("incident", "1" * 32, short_description="snowconf canary of somebody else")
    runner.put("incident", "2" * 32, short_description=f"{BROOD.beginning} 123456 *")
    runner.put("incident", CANARY.sys_id, short_description="")
    prober = Prober(instance=runner, brood=BROOD, elsewhere=nothing)
    prober.sweep({"incident": [USER]})
    assert [*runner.tables["incident"]] == ["1" * 32]
    assert [each.code for each in prober.said] == ["SNC505"]


def test_what_was_not_done_is_judged_by_what_was_answered() -> None:
    """The sentence of a refusal is kept for what is denied, and of no use for what is proven."""
    attempt = Attempt(refused="The instance refuses it.")
    assert judge_writing(promise("write"), attempt, {}).told == "The instance refuses it."
    assert judge_writing(promise("write", allowed=False), attempt, {}).told == ""
