"""Applies into an update set: what lands there, what the account had chosen, and who comes in between."""

import os
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
