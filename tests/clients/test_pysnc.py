"""ServiceNow's own client for Python against the served sandbox, over TLS: every one of its verbs."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import Any

import pytest

from tests.clients.registering import register
from tests.clients.site import ADMIN, ADMIN_ID, Site


@pytest.fixture
def client(tls: Site, pysnc: ModuleType) -> Iterator[Any]:
    """A client that knows nothing but the URL, the password and the environment."""
    client = pysnc.ServiceNowClient(tls.url, ADMIN)
    yield client
    client.session.close()


@pytest.fixture
def word() -> str:
    """A word that no other test writes."""
    return token_hex(8)


@pytest.fixture
def problems(tls: Site, word: str) -> list[str]:
    """Five problems with the word in them."""
    return [tls.write("problem", {"short_description": f"{word} {number}"}) for number in range(5)]


def found(record: Any, column: str = "short_description") -> list[str]:
    """What a record iterates over after a query."""
    record.query()
    return [str(each.get_value(column)) for each in record]


def test_get_by_sys_id_and_by_column(client: Any) -> None:
    """`get` finds one record, and says so when there is none (wire-contract.md 1.6)."""
    user = client.GlideRecord("sys_user")
    assert user.get(ADMIN_ID)
    assert user.get_value("user_name") == "admin"
    assert user.get_display_value("sys_id") == ADMIN_ID
    by_name = client.GlideRecord("sys_user")
    assert by_name.get("user_name", "admin")
    assert by_name.get_value("sys_id") == ADMIN_ID
    assert not client.GlideRecord("sys_user").get("bunk")


def test_a_missing_table_is_its_own_kind_of_mistake(client: Any, pysnc: ModuleType) -> None:
    """A table that does not exist is a 400 which the client understands (wire-contract.md 1.8)."""
    with pytest.raises(pysnc.exceptions.RequestException, match="Invalid table u_nowhere"):
        client.GlideRecord("u_nowhere").query()


def test_wrong_credentials_are_its_own_kind_of_mistake(tls: Site, pysnc: ModuleType) -> None:
    """A wrong password is a 401 (wire-contract.md 1.4)."""
    client = pysnc.ServiceNowClient(tls.url, ("admin", "wrong"))
    with pytest.raises(pysnc.exceptions.AuthenticationException):
        client.GlideRecord("sys_user").get(ADMIN_ID)
    client.session.close()


def test_insert_update_and_delete(client: Any, word: str) -> None:
    """One record from its birth to its death; what the platform filled in comes back (wire-contract.md 6.3)."""
    problem = client.GlideRecord("problem")
    problem.initialize()
    problem.short_description = word
    assert problem.is_new_record()
    sys_id = problem.insert()
    assert problem.get_value("number").startswith("PRB")
    problem.set_value("urgency", "1")
    assert problem.changes()
    assert problem.update() == sys_id
    again = client.GlideRecord("problem")
    assert again.get(sys_id)
    assert again.urgency == "1"
    assert again.delete()
    assert not again.get(sys_id)


def test_insert_with_an_id_of_ones_own(client: Any, word: str) -> None:
    """A sys_id that the client chose is the record's (wire-contract.md 6.1)."""
    problem = client.GlideRecord("problem")
    problem.initialize()
    problem.set_new_guid_value(word * 2)
    problem.short_description = word
    assert problem.insert() == word * 2


def test_a_refused_write_is_its_own_kind_of_mistake(tls: Site, pysnc: ModuleType) -> None:
    """A 403 on insert, update and delete (wire-contract.md 1.7)."""
    name = token_hex(6)
    place = f"sys_user/{tls.write('sys_user', {'user_name': name})}"
    with_hash = {"user_password": name}
    tls.change(f"{place}?sysparm_input_display_value=true", with_hash)
    client = pysnc.ServiceNowClient(tls.url, (name, name))
    role = client.GlideRecord("sys_user_role")
    role.initialize()
    role.set_value("name", "u_mine")
    with pytest.raises(pysnc.exceptions.RoleException):
        role.insert()
    client.session.close()


@pytest.mark.usefixtures("problems")
def test_queries(client: Any, word: str) -> None:
    """Conditions, alternatives, encoded ones and orders (wire-contract.md 3.1, 3.2)."""
    record = client.GlideRecord("problem")
    record.add_query("short_description", "STARTSWITH", word)
    either = record.add_query("short_description", "ENDSWITH", "1")
    either.add_or_condition("short_description", "ENDSWITH", "3")
    record.order_by_desc("short_description")
    assert found(record) == [f"{word} 3", f"{word} 1"]
    record = client.GlideRecord("problem")
    record.add_encoded_query(f"short_descriptionLIKE{word}^ORDERBYshort_description")
    record.limit = 2
    assert found(record) == [f"{word} 0", f"{word} 1"]


@pytest.mark.usefixtures("problems")
def test_queries_of_emptiness_and_activity(client: Any, word: str) -> None:
    """`add_null_query`, `add_not_null_query`, `add_active_query` (wire-contract.md 3.2)."""
    record = client.GlideRecord("problem")
    record.add_query("short_description", "STARTSWITH", word)
    record.add_null_query("assigned_to")
    record.add_not_null_query("number")
    record.add_active_query()
    record.query()
    assert record.get_row_count() == len(record) == 5


def test_joined_and_related_queries(client: Any) -> None:
    """`add_join_query` and `add_rl_query` ask about other tables (wire-contract.md 3.1)."""
    users = client.GlideRecord("sys_user")
    join = users.add_join_query("sys_user_has_role", join_table_field="user")
    join.add_query("role", "2831a114c611228501d4ea6c309d626d")
    users.query()
    assert 11 <= users.get_row_count() <= 24
    related = client.GlideRecord("sys_user")
    related.add_rl_query("sys_user_has_role", "user", ">10")
    related.query()
    assert 0 < related.get_row_count() < 24


def test_a_dotted_column(client: Any) -> None:
    """Columns of other records are asked for by path (wire-contract.md 2.1)."""
    user = client.GlideRecord("sys_user")
    user.fields = ["user_name", "department.name", "department.dept_head.email"]
    assert user.get(ADMIN_ID)
    assert user.get_value("department.name") == "Finance"
    assert user.get_value("department.dept_head.email") == "natasha.ingram@example.com"


@pytest.mark.usefixtures("problems")
def test_iteration_in_batches(client: Any, word: str) -> None:
    """Pages of two until all are read, twice (wire-contract.md 2.3)."""
    record = client.GlideRecord("problem", batch_size=2)
    record.add_query("short_description", "STARTSWITH", word)
    record.order_by("short_description")
    record.query()
    assert [each.short_description[-1] for each in record] == list("01234")
    record.rewind()
    assert record.next()
    assert record.has_next()
    popped = record.pop_record()
    assert popped.short_description == f"{word} 0"
    assert [row["short_description"][-1] for row in record.serialize_all(fields=["short_description"])] == (
        list("01234")
    )


def test_display_values_and_links(client: Any, tls: Site) -> None:
    """Values as people see them, and where records are (wire-contract.md 2.2)."""
    user = client.GlideRecord("sys_user")
    user.display_value = "all"
    user.exclude_reference_link = False
    assert user.get(ADMIN_ID)
    assert user.get_display_value("department") == "Finance"
    assert user.get_element("department").get_link().startswith(f"{tls.url}/api/now/")
    assert user.get_link(no_stack=True).startswith(tls.url)
    assert user.serialize(display_value=True)["department"] == "Finance"
    user.display_value = True
    assert user.get(ADMIN_ID)
    assert user.get_display_value("active") == "true"


@pytest.mark.usefixtures("problems")
def test_many_at_once(client: Any, word: str) -> None:
    """`update_multiple` and `delete_multiple` go through the Batch API (wire-contract.md 5.1)."""
    record = client.GlideRecord("problem")
    record.add_query("short_description", "STARTSWITH", word)
    record.query()
    for each in record:
        each.urgency = "2"
    assert record.update_multiple()
    record = client.GlideRecord("problem")
    record.add_query("short_description", "STARTSWITH", word)
    assert found(record, "urgency") == ["2"] * 5
    assert record.delete_multiple()
    record.query()
    assert len(record) == 0


def test_a_query_too_long_for_a_url(client: Any, problems: list[str]) -> None:
    """A long query is sent through the Batch API by this client (wire-contract.md 5.1)."""
    record = client.GlideRecord("problem")
    record.add_query("sys_id", "IN", ",".join([*problems, *(token_hex(16) for _ in range(500))]))
    record.query()
    assert len(record) == 5


def test_attachments(client: Any, problems: list[str], tmp_path: Path) -> None:
    """A file is attached, listed, read in four ways and deleted (wire-contract.md recorded 05, 16)."""
    problem = client.GlideRecord("problem")
    assert problem.get(problems[0])
    assert problem.add_attachment("note.txt", "one\ntwo\n", content_type="text/plain").startswith("https://")
    attachments = problem.get_attachments()
    assert len(attachments) == 1
    assert attachments.next()
    assert attachments.read() == b"one\ntwo\n"
    assert attachments.readlines()[:2] == ["one", "two"]
    with attachments.as_temp_file() as file:
        assert file.read() == b"one\ntwo\n"
    assert attachments.write_to(tmp_path).read_text() == "one\ntwo\n"
    attachments.delete()
    assert len(problem.get_attachments()) == 0


def test_the_password_grant(tls: Site, pysnc: ModuleType) -> None:
    """A token for a user's name and password (wire-contract.md 4.1)."""
    flow = pysnc.ServiceNowPasswordGrantFlow(*ADMIN, *register(tls))
    client = pysnc.ServiceNowClient(tls.url, flow)
    user = client.GlideRecord("sys_user")
    assert user.get(ADMIN_ID)
    client.session.close()


def test_the_client_credentials_grant(tls: Site, pysnc: ModuleType) -> None:
    """A token for a client that acts by itself, and none for a wrong secret (wire-contract.md 4.1, 4.2)."""
    client_id, secret = register(tls)
    client = pysnc.ServiceNowClient(tls.url, pysnc.ServiceNowClientCredentialsFlow(client_id, secret))
    assert client.GlideRecord("sys_user").get(ADMIN_ID)
    client.session.close()
    flow = pysnc.ServiceNowClientCredentialsFlow(client_id, "wrong")
    with pytest.raises(pysnc.exceptions.AuthenticationException, match=r"401 .* - access_denied"):
        pysnc.ServiceNowClient(tls.url, flow)
