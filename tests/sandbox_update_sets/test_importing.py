"""Update sets from elsewhere: uploaded, previewed, committed, as people and pipelines do it."""

from collections.abc import Callable

import pytest

from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.storage.store import Row
from tests.sandbox.caller import Caller
from tests.sandbox_update_sets.writing import (
    ACL,
    LINK,
    RECENT,
    ROLE,
    SET,
    acl,
    cicd,
    link,
    role,
    unload,
    update,
    upload,
)

WHOLE = unload(role(), acl(), link())
REFUSED = '<sys_remote_update_set action="INSERT_OR_UPDATE"><name>x</name></sys_remote_update_set>'


def row_of(sandbox: Sandbox, table: str, sys_id: str) -> Row:
    """The row, which must be there."""
    found = sandbox.store.get(table, sys_id)
    assert found is not None
    return found


def problems_of(caller: Caller) -> list[str]:
    """What the preview found."""
    return caller.names("sys_update_preview_problem", "description", f"remote_update_set={SET}")


# -- loading


def test_an_upload_becomes_a_retrieved_set(sandbox: Sandbox, admin: Caller) -> None:
    """In the state loaded, with its updates and their dates; the browser is led to it."""
    reply = upload(sandbox, WHOLE)
    assert (reply.status, reply.header("Location")) == (302, f"/sys_remote_update_set.do?sys_id={SET}")
    found = admin.get(f"sys_remote_update_set/{SET}").result
    assert (found["name"], found["state"]) == ("By hand", "loaded")
    names = admin.names("sys_update_xml", "sys_updated_on", f"remote_update_set={SET}")
    assert names == [RECENT] * 3


def test_an_upload_in_place_of_an_earlier_one_leaves_nothing_of_that(sandbox: Sandbox, admin: Caller) -> None:
    """The same set with fewer updates."""
    upload(sandbox, WHOLE)
    upload(sandbox, unload(role()))
    assert admin.names("sys_update_xml", "name", f"remote_update_set={SET}") == [f"sys_user_role_{ROLE}"]


@pytest.mark.parametrize("authorization", ["", "Basic bm9ib2R5OnB3"])
def test_only_an_admin_uploads(sandbox: Sandbox, authorization: str) -> None:
    """Anybody else is asked for a name and a password."""
    assert upload(sandbox, WHOLE, authorization).status == 401


@pytest.mark.parametrize(
    "data",
    [
        b"<unload",
        b"<html/>",
        b"<unload/>",
        b'<!DOCTYPE unload [<!ENTITY a "b">]><unload/>',
        f"<unload>{REFUSED}</unload>".encode(),
        WHOLE.replace(b"</unload>", f"{REFUSED}</unload>".encode()),
    ],
)
def test_other_files_are_refused(sandbox: Sandbox, admin: Caller, data: bytes) -> None:
    """No XML, another document, one that declares entities, one without a set, one with two."""
    assert upload(sandbox, data).status == 400
    assert admin.names("sys_remote_update_set", "name") == []


def test_large_files_are_taken(sandbox: Sandbox, admin: Caller) -> None:
    """More than the body of any API request."""
    assert upload(sandbox, unload(role(description="x" * 11_000_000))).status == 302
    assert admin.names("sys_remote_update_set", "sys_id") == [SET]


def test_a_form_without_a_file_is_refused(sandbox: Sandbox) -> None:
    """And so is everything but a POST."""
    basic = {"Authorization": "Basic YWRtaW46YWRtaW4="}
    assert Caller(sandbox, "").send("POST", "/sys_upload.do", b"x", **basic).status == 400
    assert Caller(sandbox, "").send("GET", "/sys_upload.do", b"", **basic).status == 405


def test_a_set_can_come_row_by_row_through_the_table_api(admin: Caller, sandbox: Sandbox) -> None:
    """As pipelines do that have no browser."""
    admin.post("sys_remote_update_set", {"sys_id": SET, "name": "By REST", "state": "loaded"})
    text = '<record_update table="sys_user_role"><sys_user_role action="INSERT_OR_UPDATE">'
    text += f"<sys_id>{ROLE}</sys_id><name>reader</name></sys_user_role></record_update>"
    name = f"sys_user_role_{ROLE}"
    admin.post(
        "sys_update_xml", {"name": name, "remote_update_set": SET, "payload": text, "category": "customer"}
    )
    cicd(admin, "preview")
    assert cicd(admin, "commit")["status_label"] == "Successful"
    assert row_of(sandbox, "sys_user_role", ROLE)["name"] == "reader"


# -- previewing


def test_a_sound_set_has_no_problems(sandbox: Sandbox, admin: Caller) -> None:
    """What it refers to comes with it or is there."""
    upload(sandbox, WHOLE)
    assert cicd(admin, "preview")["status_label"] == "Successful"
    assert problems_of(admin) == []
    assert row_of(sandbox, "sys_remote_update_set", SET)["state"] == "previewed"


def test_a_reference_to_nothing_is_a_problem(sandbox: Sandbox, admin: Caller) -> None:
    """In the platform's words, and only once however often it is previewed."""
    upload(sandbox, unload(acl(), link()))
    cicd(admin, "preview")
    cicd(admin, "preview")
    words = "Could not find a record in sys_user_role for column sys_user_role referenced in this update"
    assert problems_of(admin) == [words]


def test_a_later_local_change_is_a_problem(sandbox: Sandbox, admin: Caller) -> None:
    """Committing would overwrite it."""
    admin.post("sys_user_role", {"sys_id": ROLE, "name": "reader", "description": "theirs"})
    upload(sandbox, unload(role(description="ours", at="2020-01-01 00:00:00")))
    cicd(admin, "preview")
    assert problems_of(admin) == ["Found a local update that is newer than this one"]
    assert row_of(sandbox, "sys_remote_update_set", SET)["collisions"] == "1"


def test_what_is_held_already_is_no_collision(sandbox: Sandbox, admin: Caller) -> None:
    """Nothing of anybody's would be lost."""
    admin.post("sys_user_role", {"sys_id": ROLE, "name": "reader"})
    upload(sandbox, unload(role(at="2020-01-01 00:00:00")))
    cicd(admin, "preview")
    assert problems_of(admin) == []


def test_a_table_that_is_not_there_is_a_problem(sandbox: Sandbox, admin: Caller) -> None:
    """Of an application that this instance lacks."""
    upload(sandbox, unload(update(1, "x_acme_thing", sys_id="a" * 32)))
    cicd(admin, "preview")
    assert problems_of(admin) == ["Table 'x_acme_thing' does not exist"]


def test_a_payload_that_is_none_is_a_problem(sandbox: Sandbox, admin: Caller) -> None:
    """And its commit, when it is forced, is refused on its own."""
    upload(sandbox, unload(role(), acl().replace("record_update", "recorded")))
    cicd(admin, "preview")
    (problem,) = problems_of(admin)
    assert problem.startswith("The payload of this update cannot be read: it does not begin with")
    told = cicd(admin, "commit", "?force_commit=true")
    assert (told["status_label"], told["error"]) == ("Failed", "1 updates were not committed")
    assert row_of(sandbox, "sys_user_role", ROLE)["name"] == "reader"


# -- committing


def test_a_commit_writes_what_rest_may_not(sandbox: Sandbox, admin: Caller) -> None:
    """Access controls, although the same user's POST of one is refused before and after."""
    body = {"name": "incident", "operation": "read"}
    assert admin.post("sys_security_acl", body).status == 403
    upload(sandbox, WHOLE)
    cicd(admin, "preview")
    assert cicd(admin, "commit")["percent_complete"] == 100
    assert row_of(sandbox, "sys_security_acl", ACL)["name"] == "incident"
    assert row_of(sandbox, "sys_security_acl_role", LINK)["sys_user_role"] == ROLE
    assert admin.post("sys_security_acl", body).status == 403


def test_a_commit_keeps_its_books(sandbox: Sandbox, admin: Caller) -> None:
    """A local set of that name that is complete, its updates in it, a version each, and the counts on the retrieved set."""
    upload(sandbox, WHOLE)
    cicd(admin, "preview")
    cicd(admin, "commit")
    retrieved = row_of(sandbox, "sys_remote_update_set", SET)
    local = row_of(sandbox, "sys_update_set", retrieved["update_set"])
    assert (retrieved["state"], retrieved["inserted"], retrieved["updated"]) == ("committed", "3", "0")
    assert (local["name"], local["state"]) == ("By hand", "complete")
    kept = admin.names("sys_update_xml", "name", f"update_set={local['sys_id']}")
    names = {f"sys_security_acl_{ACL}", f"sys_security_acl_role_{LINK}", f"sys_user_role_{ROLE}"}
    assert set(kept) == names
    versions = sandbox.store.find("sys_update_version", source=local["sys_id"], state="current")
    assert {each["name"] for each in versions} == names


def test_a_commit_leaves_the_users_own_set_alone(sandbox: Sandbox, admin: Caller) -> None:
    """What is committed is in the set it came with, and nowhere else."""
    upload(sandbox, WHOLE)
    cicd(admin, "preview")
    cicd(admin, "commit")
    default = sandbox.store.find("sys_update_set", name="Default", application="global")[0]["sys_id"]
    assert admin.names("sys_update_xml", "name", f"update_set={default}") == []


def test_records_that_exist_are_changed_and_deleted(sandbox: Sandbox, admin: Caller) -> None:
    """Columns that an update leaves out stay; what is gone already is no failure."""
    admin.post("sys_user_role", {"sys_id": ROLE, "name": "reader", "suffix": "kept"})
    other = admin.post("sys_user_role", {"name": "other"}).result["sys_id"]
    upload(
        sandbox,
        unload(
            role(description="new", at="2100-01-01 00:00:00"),
            update(2, "sys_user_role", "DELETE", sys_id=other, at="2100-01-01 00:00:00"),
            update(3, "sys_user_role", "DELETE", sys_id="b" * 32),
        ),
    )
    cicd(admin, "preview")
    assert cicd(admin, "commit")["status_label"] == "Successful"
    found = row_of(sandbox, "sys_user_role", ROLE)
    assert (found["description"], found["suffix"]) == ("new", "kept")
    assert sandbox.store.get("sys_user_role", other) is None
    retrieved = row_of(sandbox, "sys_remote_update_set", SET)
    assert (retrieved["inserted"], retrieved["updated"], retrieved["deleted"]) == ("0", "1", "1")


def test_rules_run_at_a_commit(sandbox: Sandbox, admin: Caller) -> None:
    """Who has a role that comes to contain another one has that too."""
    admin.post("sys_user_role", {"sys_id": ROLE, "name": "outer"})
    inner = admin.post("sys_user_role", {"name": "inner"}).result["sys_id"]
    user = admin.post("sys_user", {"user_name": "joe"}).result["sys_id"]
    admin.post("sys_user_has_role", {"user": user, "role": ROLE})
    upload(sandbox, unload(update(1, "sys_user_role_contains", sys_id="c" * 32, role=ROLE, contains=inner)))
    cicd(admin, "preview")
    cicd(admin, "commit")
    query = f"user={user}^inherited=true"
    held = admin.names("sys_user_has_role", "role", query, sysparm_exclude_reference_link="true")
    assert held == [inner]


def test_what_is_no_record_of_a_payload_is_left_alone(sandbox: Sandbox, admin: Caller) -> None:
    """Real sets of forms and flows clean up by query, and no record is made of that."""
    cleaning = '<sys_user_role action="delete_multiple" query="name=nobody"/></record_update>'
    upload(sandbox, unload(role().replace("</record_update>", cleaning)))
    cicd(admin, "preview")
    assert cicd(admin, "commit")["status_label"] == "Successful"
    assert row_of(sandbox, "sys_remote_update_set", SET)["inserted"] == "1"


def test_one_refused_update_does_not_keep_the_others_back(sandbox: Sandbox, admin: Caller) -> None:
    """Its unique key is taken; the commit says that it failed in part."""
    admin.post("sys_user_role", {"name": "reader"})
    upload(sandbox, unload(role(), acl()))
    cicd(admin, "preview")
    assert cicd(admin, "commit")["error"] == "1 updates were not committed"
    assert row_of(sandbox, "sys_security_acl", ACL)["name"] == "incident"


def test_what_a_rule_makes_gives_way_to_what_the_set_brings(sandbox: Sandbox, admin: Caller) -> None:
    """A provider's default profile comes by itself, and is in the set too: there is one afterwards, the one of the set."""
    profile = {"name": "Acme default_profile", "oauth_entity": "0a" * 16, "grant_type": "authorization_code"}
    provider = {"name": "Acme", "type": "oauth_provider", "default_grant_type": "authorization_code"}
    upload(
        sandbox,
        unload(
            update(1, "oauth_entity", sys_id="0a" * 16, **provider),
            update(2, "oauth_entity_profile", sys_id="0b" * 16, default="true", **profile),
        ),
    )
    cicd(admin, "preview")
    assert cicd(admin, "commit")["status_label"] == "Successful"
    assert admin.names("oauth_entity_profile", "sys_id", f"oauth_entity={'0a' * 16}") == ["0b" * 16]
    local = row_of(sandbox, "sys_remote_update_set", SET)["update_set"]
    assert len(sandbox.store.find("sys_update_xml", update_set=local)) == 2


def test_a_table_that_is_not_there_fails_alone(sandbox: Sandbox, admin: Caller) -> None:
    """When the commit is forced."""
    upload(sandbox, unload(update(1, "x_acme_thing", sys_id="a" * 32), role(2)))
    cicd(admin, "preview")
    assert cicd(admin, "commit", "?force_commit=true")["status"] == "3"
    assert row_of(sandbox, "sys_user_role", ROLE)["name"] == "reader"


def test_problems_stop_a_commit_until_somebody_decides(sandbox: Sandbox, admin: Caller) -> None:
    """An update that is skipped is left out; one that is accepted is written."""
    upload(sandbox, unload(role(), link()))
    cicd(admin, "preview")
    told = cicd(admin, "commit")
    assert (told["status_label"], told["error"]) == (
        "Failed",
        "The preview found 1 problems that nobody has decided about.",
    )
    (problem,) = admin.names("sys_update_preview_problem", "sys_id")
    admin.patch(f"sys_update_preview_problem/{problem}", {"status": "skipped"})
    assert cicd(admin, "commit")["status_label"] == "Successful"
    assert sandbox.store.get("sys_security_acl_role", LINK) is None
    assert row_of(sandbox, "sys_user_role", ROLE)["name"] == "reader"


def test_a_set_is_committed_once_and_only_after_a_preview(sandbox: Sandbox, admin: Caller) -> None:
    """Before it there is nothing to go by, and afterwards nothing to do."""
    upload(sandbox, WHOLE)
    assert "is loaded, and only" in cicd(admin, "commit")["error"]
    cicd(admin, "preview")
    cicd(admin, "commit")
    assert "is committed, and only" in cicd(admin, "commit")["error"]


# -- the CICD API


def test_a_set_is_created(admin: Caller) -> None:
    """With the answer that the vendor documents."""
    reply = admin.send(
        "POST", "/api/sn_cicd/v1/update_set/create?update_set_name=Mine&scope=global&description=d"
    )
    assert (reply.status, reply.result["status"]) == (201, "2")
    assert reply.result["status_message"] == "Successfully created update set: Mine"
    assert admin.get(f"sys_update_set/{reply.result['update_set_id']}").result["name"] == "Mine"


def test_a_pipeline_that_may_not_create_sets_is_told(sandbox: Sandbox, admin: Caller) -> None:
    """The access controls of sets hold there too."""
    user = admin.post("sys_user", {"user_name": "ci"}).result["sys_id"]
    (held,) = admin.names("sys_user_role", "sys_id", "name=sn_cicd.sys_ci_automation")
    admin.post("sys_user_has_role", {"user": user, "role": held})
    place = "/api/sn_cicd/update_set/create?update_set_name=Mine&scope=global"
    assert Caller(sandbox, "ci").send("POST", place).status == 403


@pytest.mark.parametrize("query", ["", "?update_set_name=Mine", "?scope=global"])
def test_a_set_without_a_name_or_an_application_is_not_created(admin: Caller, query: str) -> None:
    """400, as documented."""
    assert admin.send("POST", f"/api/sn_cicd/update_set/create{query}").status == 400


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("POST", f"update_set/preview/{'a' * 32}", 404),
        ("POST", f"update_set/commit/{'a' * 32}", 404),
        ("GET", f"progress/{'a' * 32}", 404),
        ("GET", "update_set/create", 405),
        ("POST", f"progress/{'a' * 32}", 405),
        ("POST", "update_set/retrieve", 400),
        ("POST", "update_set", 400),
    ],
)
def test_other_requests_are_refused(admin: Caller, method: str, place: str, status: int) -> None:
    """What is not there, with the wrong method, or what no sandbox can do: there is nowhere to retrieve from."""
    assert admin.send(method, f"/api/sn_cicd/{place}").status == status


def test_an_answer_in_another_type_is_refused(admin: Caller) -> None:
    """406, as everywhere."""
    place = "/api/sn_cicd/update_set/create?update_set_name=Mine&scope=global"
    assert admin.send("POST", place, Accept="image/png").status == 406


def test_the_api_is_for_those_who_may_use_it(nobody: Caller) -> None:
    """Admins and those with the role of pipelines."""
    reply = nobody.send("POST", "/api/sn_cicd/update_set/create?update_set_name=Mine&scope=global")
    assert reply.status == 403


def test_a_pipelines_account_commits_with_all_that_elevation_gives(
    start: Callable[..., Sandbox],
) -> None:
    """It needs the role of pipelines and no other."""
    sandbox = start()
    admin = Caller(sandbox)
    user = admin.post("sys_user", {"user_name": "ci"}).result["sys_id"]
    name = "sn_cicd.sys_ci_automation"
    (held,) = admin.names("sys_user_role", "sys_id", f"name={name}")
    admin.post("sys_user_has_role", {"user": user, "role": held})
    upload(sandbox, WHOLE)
    pipeline = Caller(sandbox, "ci")
    cicd(pipeline, "preview")
    assert cicd(pipeline, "commit")["status_label"] == "Successful"
    assert row_of(sandbox, "sys_security_acl", ACL)["sys_created_by"] == "ci"
