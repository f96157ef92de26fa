"""Applies into an update set: what lands there, what the account had chosen, and who comes in between."""

import json
import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.change_control.office import SET, Killed, Office

ROLE = '[role.o_one]\ndescription = "{}"'
FORMER = "f" * 32


@pytest.fixture
def capturing(office: Office) -> Office:
    """The account has an update set of its own chosen."""
    office.write(SET)
    office.ask("POST", "sys_update_set", sys_id=FORMER, name="Mine")
    me = office.rows("sys_user", "user_name=admin")[0]["sys_id"]
    office.ask(
        "POST", "sys_user_preference", user=me, name="sys_update_set", value=FORMER, description="words"
    )
    return office


def test_configuration_lands_in_the_set(capturing: Office) -> None:
    """Data does not, and afterwards the account's own set is chosen again."""
    assert capturing.apply() == 0, capturing.said
    assert set(capturing.captured("Finout")) == {"sys_user_role", "sys_user_role_contains"}
    assert capturing.captured("Mine") == []
    assert capturing.preferences() == [(FORMER, "words")]
    assert "user.o_robot (sys_user, sys_user_has_role)" in capturing.detail()


def test_a_preference_that_was_not_there_goes_again(office: Office) -> None:
    """So that the account is as it was."""
    office.write(SET)
    assert office.apply() == 0
    assert office.preferences() == []
    assert set(office.captured("Finout")) == {"sys_user_role", "sys_user_role_contains"}


def test_a_capture_costs_ten_requests(capturing: Office) -> None:
    """Two before anything, and eight around the writes; an account of the sandbox need not be asked for."""
    for text, tables in (("a", ""), ("b", ""), ("c", SET), ("d", SET)):
        before = capturing.counts.copy()
        capturing.write(tables, blocks=ROLE.format(text))
        assert capturing.apply() == 0
    capturing.write(blocks=ROLE.format("e"))
    before = capturing.counts.copy()
    assert capturing.apply() == 0
    assert dict(before - capturing.counts) == {"GET": 6, "PATCH": 2}


def test_data_alone_chooses_nothing(capturing: Office) -> None:
    """Nothing of it is captured."""
    capturing.write(SET, blocks='[user.o_robot]\nfirst_name = "Robot"')
    assert capturing.apply() == 0
    assert capturing.rows("sys_update_set", "name=Finout") == []


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "complete"}, "is 'complete' and not in progress"),
        ({"state": "ignore"}, "is 'ignore' and not in progress"),
        ({}, "is there several times"),
    ],
)
def test_a_set_that_takes_nothing(capturing: Office, columns: dict[str, str], words: str) -> None:
    """It is refused at its line before anything is written, and the plan says so ahead."""
    for _ in range(1 if columns else 2):
        capturing.ask("POST", "sys_update_set", name="Finout", **columns)
    assert capturing.run("plan", str(capturing.folder)) == 0
    assert words in capturing.detail()
    assert "An apply would be refused now." in capturing.detail()
    assert capturing.apply() == 1
    assert ("[SNC710]" in capturing.said, "stack.toml:8" in capturing.said) == (True, True)
    assert words in capturing.detail()
    assert (capturing.roles(), capturing.preferences()) == ([], [(FORMER, "words")])


def test_a_set_of_another_scope(capturing: Office) -> None:
    """REST makes records in the global one."""
    store = capturing.sandbox.store
    (row,) = store.find("sys_update_set", name="Mine")
    store.update("sys_update_set", row["sys_id"], {"application": "a" * 32})
    capturing.write('[update_set]\nname = "Mine"\n')
    assert capturing.apply() == 1
    assert f"belongs to the application {'a' * 32}." in capturing.detail()


def test_a_set_that_is_missing(capturing: Office) -> None:
    """It is made only where that is said."""
    capturing.write('[update_set]\nname = "Finout"\n')
    assert capturing.apply() == 1
    assert "is not there. Make it in progress and global, or write create = true" in capturing.detail()
    assert capturing.roles() == []


def test_several_preferences_are_refused(capturing: Office) -> None:
    """Which one counts is not known."""
    (row,) = capturing.rows("sys_user_preference", "name=sys_update_set")
    store = capturing.sandbox.store
    store.insert("sys_user_preference", {**row, "sys_id": "9" * 32})
    assert capturing.apply() == 1
    assert "[SNC711]" in capturing.said
    assert capturing.roles() == []


def someone_chooses(office: Office, when: str) -> None:
    """Another run with the same account chooses its own set before the first request of that sort."""
    seen: list[str] = []

    def choose(verb: str, url: str) -> None:
        if not seen and f"{verb} {url}".startswith(when):
            seen.append(url)
            (row,) = office.rows("sys_user_preference", "name=sys_update_set")
            office.ask("PATCH", f"sys_user_preference/{row['sys_id']}", value=FORMER)

    office.meanwhile = choose


def test_a_race_at_the_first_write_stops_the_rest(capturing: Office) -> None:
    """The first captured write is in another set, so nothing else is written; the other's choice is left."""
    someone_chooses(capturing, "POST http://sandbox.localhost/api/now/table/sys_user_role")
    assert capturing.apply("--parallelism", "1") == 6
    assert "[SNC712]" in capturing.said
    assert "[SNC713]" in capturing.said
    assert "[SNC714]" in capturing.said
    assert len(capturing.roles()) == 1
    assert capturing.preferences() == [(FORMER, "words")]


def test_a_race_after_the_first_write_is_seen_at_the_end(capturing: Office) -> None:
    """All is written, and what landed elsewhere is named."""
    someone_chooses(capturing, "POST http://sandbox.localhost/api/now/table/sys_user_role_contains")
    assert capturing.apply("--parallelism", "1") == 6
    assert "Error: Not in the update set [SNC713]" in capturing.said
    assert "sys_user_role_contains_" in capturing.detail()
    assert capturing.roles() == ["o_reader", "o_writer"]


def test_two_stacks_with_one_account(capturing: Office) -> None:
    """Who finds the set chosen by a run that may live refuses; a choice by hand ends that."""
    foreign = 'snowconf {"stack":"other","set":"' + "e" * 32 + '","before":"' + FORMER + '","made":false}'
    (row,) = capturing.rows("sys_user_preference", "name=sys_update_set")
    path = f"sys_user_preference/{row['sys_id']}"
    capturing.ask("PATCH", path, value="e" * 32, description=foreign)
    assert capturing.apply() == 1
    assert "A run of the stack 'other' works with the same account" in capturing.detail()
    assert capturing.roles() == []
    capturing.ask("PATCH", path, value=FORMER)
    assert capturing.apply() == 0
    assert capturing.preferences() == [(FORMER, "")]


def test_the_set_is_put_back_after_a_failure_and_after_ctrl_c(
    capturing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens to the work."""
    for error in (KeyboardInterrupt, ValueError):

        def broken(*_: Any, error: type[BaseException] = error) -> None:
            assert capturing.preferences()[0][0] != FORMER
            raise error

        with monkeypatch.context() as patch:
            patch.setattr("snowconf.cli.carrying.carry_out", broken)
            assert capturing.apply() in (1, 130)
        assert capturing.preferences() == [(FORMER, "words")]


def test_a_preference_that_cannot_be_put_back(capturing: Office) -> None:
    """It is said, and the next apply does it."""
    patches = iter(["", *["500"] * 30])
    capturing.spoil = lambda verb, url: (
        next(patches, "") if verb == "PATCH" and "sys_user_preference" in url else ""
    )
    assert capturing.apply() == 0
    assert "[SNC714]" in capturing.said
    capturing.spoil = lambda _verb, _url: ""
    assert capturing.apply() == 0
    assert "A run of this stack that died had chosen an update set" in capturing.detail()
    assert capturing.preferences() == [(FORMER, "words")]


def died(office: Office, at: int, moment: str) -> bool:
    """Did an apply die there?"""
    office.live(at, moment)
    try:
        office.apply("--parallelism", "1")
    except Killed:
        return True
    finally:
        office.live()
    return False


# Around the writes of the run that dies: reading, choosing, writing, looking, putting back. All with SNOWCONF_TORTURE.
POSITIONS = range(1, 60) if os.environ.get("SNOWCONF_TORTURE") == "all" else (3, 14, 16, 18, 19, 21)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_anywhere_leaves_the_preference_as_it_was_after_the_next_run(
    capturing: Office, moment: str
) -> None:
    """At requests of an apply, one after the other, each with another edit; the next run ends well."""
    capturing.write(SET, blocks=ROLE.format("begin"))
    assert capturing.apply() == 0
    wrong = []
    for number in POSITIONS:
        capturing.write(SET, blocks=ROLE.format(f"{moment} {number}"))
        died(capturing, number, moment)
        code = capturing.apply()
        if code or capturing.preferences() != [(FORMER, "words")]:
            wrong.append((number, code, capturing.preferences(), capturing.said))
    assert wrong == []


def test_a_set_that_is_hidden_is_not_made_again(capturing: Office) -> None:
    """Empty is not absent."""
    capturing.ask("POST", "sys_update_set", name="Finout")
    capturing.hides = "sys_update_set?"
    assert capturing.apply() == 1
    assert "is there, and the account may not see it" in capturing.detail()
    capturing.hides = "sys_user_preference?"
    assert capturing.apply() == 1
    assert "has a preference sys_update_set and may not see it" in capturing.detail()
    capturing.hides = "sys_update_xml?"
    assert capturing.apply() == 6
    assert "sys_update_xml has rows that the account may not see" in capturing.detail()
    assert len(capturing.roles()) == 1


def test_a_name_that_differs_in_case_is_another_set(capturing: Office) -> None:
    """And of one name only the set that can take changes counts."""
    capturing.ask("POST", "sys_update_set", name="FINOUT")
    capturing.ask("POST", "sys_update_set", name="Finout", state="complete")
    mine = capturing.ask("POST", "sys_update_set", name="Finout")
    assert capturing.apply() == 0
    assert {row["update_set"] for row in capturing.rows("sys_update_xml", "nameSTARTSWITHsys_user_role")} == {
        mine["sys_id"]
    }


def test_of_two_runs_that_find_no_preference_one_makes_it(office: Office) -> None:
    """Both would make a row, and then which one counts is not known."""
    office.write(SET)
    other = json.dumps({"stack": "other", "set": "e" * 32, "before": "", "made": True}, separators=(",", ":"))
    me = office.rows("sys_user", "user_name=admin")[0]["sys_id"]
    seen: list[str] = []

    def make(verb: str, url: str) -> None:
        if verb == "POST" and "sys_user_preference" in url and not seen:
            seen.append(url)
            row = {"user": me, "name": "sys_update_set", "value": "e" * 32}
            office.ask(
                "POST",
                "sys_user_preference",
                sys_id=sha256(f"sys_update_set\0{me}".encode()).hexdigest()[:32],
                description=f"snowconf {other}",
                **row,
            )

    office.meanwhile = make
    assert office.apply() == 1
    assert "A run of the stack 'other' works with the same account" in office.detail()
    assert [value for value, _ in office.preferences()] == ["e" * 32]


def test_a_choice_without_an_answer_is_put_back(capturing: Office) -> None:
    """It may have been taken all the same."""
    patches = iter(["timeout-after-commit"])
    capturing.spoil = lambda verb, url: (
        next(patches, "500") if verb == "PATCH" and "sys_user_preference" in url else ""
    )
    seen: list[str] = []

    def recover(verb: str, url: str) -> None:
        seen.append(f"{verb} {url}")
        if sum(each.startswith("PATCH") and "preference" in each for each in seen) > 5:
            capturing.spoil = lambda _verb, _url: ""

    capturing.meanwhile = recover
    code = capturing.apply()
    assert (code, capturing.preferences()) == (1, [(FORMER, "words")]), capturing.said


def test_a_set_that_is_completed_in_the_middle(capturing: Office) -> None:
    """What comes after lands in the default set, and is named."""
    seen: list[str] = []

    def complete(verb: str, url: str) -> None:
        if verb == "POST" and "sys_user_role_contains" in url and not seen:
            seen.append(url)
            (row,) = capturing.rows("sys_update_set", "name=Finout")
            capturing.ask("PATCH", f"sys_update_set/{row['sys_id']}", state="complete")

    capturing.meanwhile = complete
    assert capturing.apply("--parallelism", "1") == 6
    assert "somebody has completed the set" in capturing.detail()
    assert capturing.preferences() == [(FORMER, "words")]


def test_a_dead_run_stops_another_stack_until_its_own_comes_again(capturing: Office, tmp_path: Path) -> None:
    """Which puts the account's set back even when it has nothing else to do."""
    assert died(capturing, 18, "before")
    assert capturing.preferences()[0][0] != FORMER
    other = replace(capturing, folder=tmp_path / "other")
    other.write(SET, blocks=ROLE.format("x"))
    text = (other.folder / "stack.toml").read_text("utf-8")
    (other.folder / "stack.toml").write_text(text.replace('name = "office"', 'name = "other"'), "utf-8")
    assert other.apply() == 1
    assert "A run of the stack 'office' works with the same account" in other.detail()
    assert capturing.apply() == 0
    assert "The one before was put back." in capturing.detail()
    assert other.apply() == 0
    assert capturing.preferences() == [(FORMER, "words")]
