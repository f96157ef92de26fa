"""The log: who asked for what, what was answered, what was decided, and what is never kept."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.journal import (
    DECISIONS_AT_MOST,
    KEPT,
    MASK,
    TARGET_AT_MOST,
    WRITTEN_AT_ONCE,
    Entry,
    Verdict,
    Wish,
    describe,
    dump_decisions,
    mask_target,
    read_verdicts,
)
from snowconf.sandbox.switches import parse
from snowconf.sandbox.wire.decisions import Decision, Ruling, Trail
from tests.sandbox.caller import Caller


def entries(caller: Caller, **wish: str) -> list[Entry]:
    """The log so far."""
    return caller.sandbox.read_log(Wish(user=wish.get("user", ""), about=wish.get("about", "")))


def in_file(path: Path) -> int:
    """How many entries another process would see."""
    connection = sqlite3.connect(path)
    try:
        found: int = connection.execute("SELECT COUNT(*) FROM snowconf_log").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
    return found


def test_a_request_is_in_the_log(admin: Caller) -> None:
    """User, method, address, table, status, and how long it took."""
    admin.get("sys_user", sysparm_limit="1")
    (found,) = entries(admin)
    said = (found.user, found.method, found.target, found.about, found.status, found.denied)
    assert said == ("admin", "GET", "/api/now/table/sys_user?sysparm_limit=1", "sys_user", 200, False)
    assert (found.milliseconds > 0, len(found.at)) == (True, 23)


def test_a_refusal_is_in_the_log_in_its_own_words(admin: Caller) -> None:
    """Message and detail, and what decided."""
    admin.post("sys_security_acl", {"name": "x"})
    (found,) = entries(admin)
    assert (found.status, found.denied) == (403, True)
    assert found.message == "Operation Failed: ACL Exception Insert Failed due to security constraints"
    assert [(each.operation, each.table, each.by) for each in found.decisions if not each.allowed] == [
        ("create", "sys_security_acl", "elevation")
    ]


def test_rows_that_vanish_are_in_the_log(nobody: Caller) -> None:
    """An answer with 200 and no rows says in the log which access control hides them, and how many there are."""
    nobody.get("incident", sysparm_limit="2")
    found = entries(nobody, user="nobody")[-1]
    denied = [each for each in found.decisions if not each.allowed]
    assert (found.status, found.denied, [(each.table, each.rows) for each in denied]) == (
        200,
        True,
        [("incident", 2)],
    )
    acl = nobody.sandbox.store.get("sys_security_acl", denied[0].by)
    assert acl is not None
    assert acl["name"] == "incident"


def test_columns_that_vanish_are_in_the_log(nobody: Caller) -> None:
    """Each with the access control that hides it."""
    nobody.get("sys_user", sysparm_limit="2")
    denied = [each for each in entries(nobody, user="nobody")[-1].decisions if not each.allowed]
    assert [(each.column, each.rows) for each in denied if each.column == "user_password"] == [
        ("user_password", 2)
    ]


@pytest.mark.parametrize(
    ("authorization", "user", "why"),
    [
        ("Basic YWRtaW46d3Jvbmc=", "admin", "the password is wrong"),
        ("Basic Z2hvc3Q6eA==", "ghost", "there is no such user"),
        ("", "", "the request has no credentials"),
    ],
)
def test_a_401_has_its_reason_in_the_log(sandbox: Sandbox, authorization: str, user: str, why: str) -> None:
    """wire-contract.md 1.4: the answer says nothing, the log says all."""
    headers = {"Authorization": authorization} if authorization else {}
    Caller(sandbox, "", headers).get("incident")
    (found,) = entries(Caller(sandbox))
    assert (found.status, found.user, [each.why for each in found.decisions]) == (401, user, [why])


def test_a_fault_is_in_the_log(admin: Caller) -> None:
    """So that nobody looks for the cause elsewhere."""
    admin.send("GET", "/api/now/table/sys_user", X_Snowconf_Fault="503")
    (found,) = entries(admin)
    assert (found.fault, found.status) == ("503", 503)


def test_the_log_can_be_narrowed(admin: Caller, nobody: Caller) -> None:
    """By user whatever the letters' case, by table, by denial, by number, to the last few."""
    admin.get("sys_user_group")
    nobody.get("incident")
    log = admin.sandbox.read_log
    assert {each.user for each in log(Wish(user="NOBODY"))} == {"nobody"}
    assert [each.about for each in log(Wish(about="sys_user_group"))] == ["sys_user_group"]
    assert [each.user for each in log(Wish(denied=True))] == ["nobody"]
    everything = log(Wish())
    assert log(Wish(after=everything[0].number)) == everything[1:]
    assert log(Wish(limit=1)) == everything[-1:]


def test_pages_about_the_sandbox_are_not_in_the_log(admin: Caller) -> None:
    """Looking at the log does not fill it."""
    admin.send("GET", "/sandbox/log")
    assert entries(admin) == []


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/oauth_revoke_token.do?token=abc&x=1", f"/oauth_revoke_token.do?token={MASK}&x=1"),
        ("/api/now/table/x?access_token=abc", f"/api/now/table/x?access_token={MASK}"),
        ("/x?x-sn-apikey=abc", f"/x?x-sn-apikey={MASK}"),
        ("/x?a=1&client_secret=abc&b=2", f"/x?a=1&client_secret={MASK}&b=2"),
        (
            "/x?sysparm_query=user_password=abc^active=true",
            f"/x?sysparm_query=user_password={MASK}^active=true",
        ),
        ("/x?sysparm_query=user_name=ann", "/x?sysparm_query=user_name=ann"),
        ("/x\x1b[31m\n", "/x�[31m�"),
    ],
)
def test_secrets_and_controls_in_addresses_are_masked(target: str, shown: str) -> None:
    """What proves who one is, and what a terminal would act on, is not kept."""
    assert mask_target(target) == shown


def test_long_addresses_are_cut() -> None:
    """The log stays small."""
    assert (len(mask_target("/" + "a" * 9000)), mask_target("/" + "a" * 9000)[-1]) == (TARGET_AT_MOST, "…")


def test_bodies_are_not_kept(admin: Caller) -> None:
    """Neither what was sent nor what was answered is in the log."""
    admin.post("sys_user", {"user_name": "canary-in-body"}, sysparm_fields="user_name")
    assert "canary" not in json.dumps([each.document() for each in entries(admin)])


def test_the_log_is_a_ring(start: Callable[..., Sandbox]) -> None:
    """Only the last so many requests are kept."""
    sandbox = start()
    caller = Caller(sandbox)
    caller.get("nope")
    sandbox.tidy()
    sandbox.store.run("UPDATE snowconf_log SET number = 1")
    sandbox.store.run("INSERT INTO snowconf_log (number, at) VALUES (?, '')", (KEPT,))
    caller.get("nope")
    sandbox.tidy()
    (count, least, most) = sandbox.store.run("SELECT COUNT(*), MIN(number), MAX(number) FROM snowconf_log")[0]
    assert (count, least, most) == (2, KEPT, KEPT + 1)


def test_the_log_is_written_in_batches(seeded: Path, tmp_path: Path) -> None:
    """A request does not wait for the file; many requests, time, or the end write what waits."""
    path = tmp_path / "batches.db"
    path.write_bytes(seeded.read_bytes())
    sandbox = Sandbox(path, parse({}))
    caller = Caller(sandbox)
    caller.get("nope")
    first = in_file(path)
    for _ in range(WRITTEN_AT_ONCE):
        caller.get("nope")
    full = in_file(path)
    sandbox.tidy()
    tidied = in_file(path)
    caller.get("nope")
    sandbox.close()
    assert first == 0
    assert full >= WRITTEN_AT_ONCE
    assert (tidied, in_file(path)) == (WRITTEN_AT_ONCE + 1, WRITTEN_AT_ONCE + 2)


def test_a_log_that_cannot_be_written_stops_nobody(admin: Caller) -> None:
    """It is written later, when that is possible again."""
    admin.get("nope")
    admin.sandbox.tidy()
    admin.sandbox.store.run("ALTER TABLE snowconf_log RENAME TO elsewhere")
    admin.get("nope")
    admin.sandbox.tidy()
    admin.sandbox.tidy()
    assert len(entries(admin)) == 1


def test_the_log_survives_a_reset(admin: Caller) -> None:
    """Beginning again forgets records, not what was asked."""
    admin.get("nope")
    admin.sandbox.reset()
    assert len(entries(admin)) == 1


def test_two_sandboxes_on_a_file_share_their_log(seeded: Path, tmp_path: Path) -> None:
    """Each sees what the other was asked."""
    path = tmp_path / "shared.db"
    path.write_bytes(seeded.read_bytes())
    one, two = (Sandbox(path, parse({})) for _ in range(2))
    Caller(one).get("sys_user", sysparm_limit="1")
    one.tidy()
    Caller(two).get("sys_user_role", sysparm_limit="1")
    assert [each.about for each in two.read_log(Wish())] == ["sys_user", "sys_user_role"]
    one.close()
    two.close()


def test_denials_come_first_and_not_too_many(admin: Caller) -> None:
    """However many decisions a request takes, those one looks for are kept."""

    def decide(session: Session) -> None:
        for number in range(DECISIONS_AT_MOST):
            session.sink(
                Decision(who="ann", operation="read", table=f"t{number}", ruling=Ruling(allowed=True))
            )
        session.sink(Decision(who="ann", operation="read", table="last", ruling=Ruling(allowed=False)))

    with admin.sandbox.act_as("admin") as session:
        decide(session)
    trail = session.sink
    assert isinstance(trail, Trail)
    kept = read_verdicts(dump_decisions(tuple(trail)))
    assert (len(kept), kept[0].table, kept[0].allowed) == (DECISIONS_AT_MOST, "last", False)


VERDICT = Verdict(
    operation="read",
    table="incident",
    column="number",
    sys_id="",
    allowed=False,
    by="itil_read",
    why="no role",
    rows=1200,
)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (VERDICT, "read incident.number for 1,200 rows: denied, no role; by itil_read"),
        (replace(VERDICT, rows=1, column="", by=""), "read incident: denied, no role"),
        (replace(VERDICT, rows=1, allowed=True, why="", by=""), "read incident.number: allowed"),
        (
            replace(VERDICT, operation="authenticate", table="", column="", rows=1),
            "authenticate: denied, no role; by itil_read",
        ),
    ],
)
def test_a_verdict_in_a_line(verdict: Verdict, said: str) -> None:
    """What it was about, how it ended, why, by what."""
    assert describe(verdict) == said
