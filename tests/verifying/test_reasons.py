"""Why a promise is not kept, in words: which access control or role, and which block of the stack would change it."""

from pathlib import Path

import pytest

from tests.driving.stage import Stage, Time, sandbox_like
from tests.verifying.acting import Acted

STACK = """[stack]
name = "small"

[instance.sandbox]
url = "sandbox:"
switches = { elevation = "off" }

[role.reader]
name = "small_reader"
contains = ["deep_reader"]

[role.deep_reader]

[group.crew]
name = "Small crew"
roles = ["deep_reader"]

[acl.read_numbers]
name = "sys_number"
operation = "read"
roles = ["reader"]

[acl.read_policies]
name = "sys_retry_policy"
operation = "read"
roles = ["deep_reader"]

[oauth_app.small]
name = "Small"
client_secret = { env = "SMALL_SECRET" }

[user.svc]
identity = "machine"
password = { env = "SMALL_PASSWORD" }
roles = ["reader"]
groups = ["crew"]
access = { read = ["sys_number", "sys_properties", "sys_retry_policy"] }
no_access = { read = ["incident"], create = ["incident"] }

[user.other]
password = { env = "OTHER_PASSWORD" }
access = { read = ["sys_db_object"] }
"""
ENVIRON = {
    "SMALL_SECRET": "made-up-secret",
    "SMALL_PASSWORD": "made-up-small",
    "OTHER_PASSWORD": "made-up-other",
}


@pytest.fixture
def acted(tmp_path: Path) -> Acted:
    """The small stack applied."""
    (tmp_path / "small.toml").write_text(STACK, "utf-8")
    now = Time()
    sandbox = sandbox_like(None, now, elevation="off")
    stage = Stage(folder=tmp_path, sandbox=sandbox, time=now, environ={**ENVIRON}, trusted="admin")
    assert stage.apply() == 0, stage.said
    return Acted(name="small", stage=stage)


def line_of(beginning: str) -> int:
    """The first line of the stack that begins so."""
    lines = STACK.splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))


def said(acted: Acted, *more: str) -> str:
    """What a person reads, its lines joined."""
    acted.stage.run("verify", str(acted.stage.folder), "--target", "user.svc", *more)
    return " ".join(acted.stage.said.split())


def test_a_promise_without_any_role_says_which_would_do(acted: Acted) -> None:
    """The access control, what it asks for, what the account holds, and where to write it."""
    text = said(acted)
    assert "Promise not kept [SNC500] on " in text
    assert f"small.toml:{line_of('access = ')}, in user.svc" in text
    assert "svc cannot read sys_properties." in text
    assert "svc holds the roles deep_reader and small_reader" in text
    assert "asks for" in text
    assert "to roles of [user.svc]" in text
    assert acted.stage.code == 1


def test_an_access_control_that_is_gone_comes_by_an_update_set_where_rest_may_not_write_it(
    acted: Acted,
) -> None:
    """An instance as it ships takes it from elevated sessions alone."""
    acted.hand.remove("sys_security_acl", "name=sys_number^operation.name=read")
    acted.hand.shut("read", "sys_number")
    (acted.stage.folder / "small.toml").write_text(STACK.replace("switches =", "# switches ="), "utf-8")
    text = said(acted)
    assert (
        "as the block says: snowconf export --update-set FILE, for an admin who elevates to commit it" in text
    )


def test_an_access_control_that_is_gone_is_put_back_by_apply(acted: Acted) -> None:
    """Its block is named with its place."""
    acted.hand.remove("sys_security_acl", "name=sys_number^operation.name=read")
    acted.hand.shut("read", "sys_number")
    text = said(acted)
    assert "[acl.read_numbers] (" in text
    assert (
        f"small.toml:{line_of('[acl.read_numbers]')}) opens it, and the instance does not hold it as the block says: snowconf apply."
        in text
    )
    acted.verify()
    assert acted.promise("read", "sys_number")["blocks"] == ["acl.read_numbers"]


def test_a_grant_that_is_gone_is_put_back_by_apply(acted: Acted) -> None:
    """The role is named, and the block that grants it."""
    acted.hand.remove("sys_user_has_role", "user.user_name=svc^inherited=false")
    text = said(acted)
    assert "[user.svc] (" in text
    assert "grants the role small_reader, which the account does not hold: snowconf apply." in text


def test_roles_of_groups_and_contained_roles_are_the_stacks_too(acted: Acted) -> None:
    """A role that the account should have by its group is not asked to be written at the user."""
    acted.hand.remove("sys_user_grmember", "user.user_name=svc")
    acted.hand.remove("sys_user_role_contains", "contains.name=deep_reader")
    assert "grants the role deep_reader, which the account does not hold" in said(acted)


def test_a_script_is_not_weighed(acted: Acted) -> None:
    """The role passes, and what else the access control asks for is named."""
    for rule in acted.hand.find("sys_security_acl", "name=sys_number^operation.name=read"):
        acted.hand.send(
            "PATCH",
            f"sys_security_acl/{rule['sys_id']}",
            {"advanced": "true", "script": "answer = gs.hasRole('admin');"},
        )
    assert "The access control sys_number also has a script, which cannot be weighed from outside." in said(
        acted
    )


def test_what_is_open_names_the_role_that_opens_it(acted: Acted) -> None:
    """Both for what was read and for what was not tried; and the role to take away."""
    acted.hand.open("read", "incident", "small_reader")
    acted.hand.open("create", "incident", "small_reader")
    text = said(acted)
    assert "svc can read incident, and must not. Records of incident are shown." in text
    assert "svc can create incident, and must not. Not tried: its access controls let it through." in text
    assert "lets the role small_reader through, which the account holds." in text
    assert "It is no block of this stack. Take the role small_reader out of roles of [user.svc]" in text
    assert "! open" in text


def test_what_a_block_of_the_stack_opens_names_the_block(acted: Acted) -> None:
    """A stack may contradict itself, over the years."""
    path = acted.stage.folder / "small.toml"
    text = path.read_text("utf-8").replace('"sys_number", "sys_properties", ', '"sys_properties", ')
    path.write_text(text.replace('{ read = ["incident"]', '{ read = ["sys_number"]'), "utf-8")
    acted.verify("--target", "user.svc", code=1)
    cell = acted.promise("read", "sys_number")
    assert cell["blocks"] == ["acl.read_numbers", "user.svc"]
    assert "[acl.read_numbers] (" in cell["why"]


def test_a_role_that_the_stack_did_not_give_is_taken_from_the_account(acted: Acted) -> None:
    """Somebody granted it by hand."""
    itil = acted.hand.one("sys_user_role", "name=itil")
    user = acted.hand.one("sys_user", "user_name=svc")
    acted.hand.send("POST", "sys_user_has_role", {"user": user, "role": itil})
    text = said(acted)
    assert "lets the role itil through, which the account holds." in text
    assert "Take the role from the account, or the promise out of no_access of [user.svc]." in text


def test_a_table_that_no_access_control_speaks_of(acted: Acted) -> None:
    """The instance denies what none speaks of, and the stack can open it."""
    for rule in acted.hand.find(
        "sys_security_acl", "nameINsys_properties,sys_metadata,*^operation.name=read"
    ):
        acted.hand.send("PATCH", f"sys_security_acl/{rule['sys_id']}", {"active": "false"})
    acted.verify()
    cell = acted.promise("read", "sys_properties")
    assert cell["verdict"] == "denied"
    assert "No active access control speaks of the table sys_properties" in cell["why"]
    assert 'write [acl.…] with name = "sys_properties", operation = "read"' in cell["remedy"]


def test_who_is_not_let_in_is_told_by_the_token_doctor(acted: Acted) -> None:
    """No promise of that user is tried, and the others are."""
    user = acted.hand.one("sys_user", "user_name=svc")
    acted.hand.send("PATCH", f"sys_user/{user}", {"active": "false"})
    acted.verify(code=1)
    verdicts = [{each["verdict"] for each in one["promises"]} for one in acted.verified["identities"]]
    assert verdicts == [{"denied"}, {"no_entry"}]
    assert [one["entered"] for one in acted.verified["identities"]] == [True, False]
    assert "x no entry" in said(acted)
    assert "not let in" in acted.stage.said


def test_a_secret_that_is_not_there_keeps_one_user_out(acted: Acted) -> None:
    """The variable is named, and the other user is tried all the same."""
    del acted.stage.environ["SMALL_PASSWORD"]
    acted.verify(code=1)
    problems = {each["code"] for each in acted.verified["diagnostics"] if each["address"] == "user.svc"}
    assert problems == {"SNC301"}
    assert "none of its promises was tried" in acted.stage.said
    assert acted.verified["summary"]["denied"] == 1


def test_a_token_that_an_api_does_not_take_lets_nobody_in(acted: Acted) -> None:
    """An access policy may ask for another proof than the token endpoint took."""
    acted.stage.spoil = refuse_tokens
    acted.verify(code=1)
    other, svc = acted.verified["identities"]
    assert {each["verdict"] for each in svc["promises"]} == {"no_entry"}
    assert (other["entered"], svc["entered"]) == (True, False)


def refuse_tokens(_: str, url: str) -> str:
    """The API of one table takes no token."""
    return "stale-token" if "/table/sys_number" in url else ""


def test_a_target_is_the_only_one_tried(acted: Acted) -> None:
    """Another user of the stack costs nothing."""
    acted.verify("--target", "user.other")
    assert [one["address"] for one in acted.verified["identities"]] == ["user.other"]
    acted.verify("--target", "role.reader", code=0)
    assert [each["code"] for each in acted.verified["diagnostics"]] == ["SNC504"]
