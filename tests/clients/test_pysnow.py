"""pysnow against the served sandbox, with TLS and without: every one of its verbs."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import Any

import pytest
from requests import HTTPError

from tests.clients.registering import register
from tests.clients.site import ADMIN, ADMIN_ID, Site

# This client leaves the files that it uploads to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(params=["tls", "plain"])
def client(request: pytest.FixtureRequest, pysnow: ModuleType) -> Iterator[Any]:
    """A client of the site; its environment is what the sandbox said."""
    site: Site = request.getfixturevalue(request.param)
    user, password = ADMIN
    with pysnow.Client(host=site.host, use_ssl=site.is_safe, user=user, password=password) as client:
        yield client


@pytest.fixture
def problems(client: Any) -> Any:
    """The problems, as a resource."""
    return client.resource(api_path="/table/problem")


@pytest.fixture
def word(problems: Any) -> str:
    """A word that four new problems have in common."""
    word = token_hex(8)
    for number in range(4):
        problems.create(payload={"short_description": f"{word} {number}"})
    return word


def test_create_get_update_and_delete(problems: Any) -> None:
    """One record from its birth to its death (wire-contract.md 1.2)."""
    created = problems.create(payload={"short_description": token_hex(8)}).one()
    query = {"number": created["number"]}
    assert problems.get(query=query).one()["sys_id"] == created["sys_id"]
    assert problems.update(query=query, payload={"urgency": "1"}).one()["urgency"] == "1"
    assert problems.get(query=query).update({"urgency": "2"}).one()["urgency"] == "2"
    assert problems.delete(query=query)["status"] == "record deleted"
    assert problems.get(query=query).one_or_none() is None


def test_what_is_not_there_or_not_one(problems: Any, pysnow: ModuleType, word: str) -> None:
    """No match is an empty list with 200 (wire-contract.md 1.2)."""
    nothing = problems.get(query={"number": "PRB-"})
    assert nothing.all() == []
    assert problems.get(query={"number": "PRB-"}, stream=True).first_or_none() is None
    with pytest.raises(pysnow.exceptions.NoResults):
        problems.get(query={"number": "PRB-"}).one()
    with pytest.raises(pysnow.exceptions.MultipleResults):
        problems.get(query=f"short_descriptionSTARTSWITH{word}").one()


def test_a_mistake_is_told_apart(client: Any, pysnow: ModuleType) -> None:
    """A 400 is an error to it; in its first versions' verbs the envelope is read (wire-contract.md 1.3, 1.8)."""
    with pytest.raises(HTTPError, match="400 Client Error: Bad Request"):
        client.resource(api_path="/table/u_nowhere").get(query={}).all()
    with pytest.warns(DeprecationWarning, match="deprecated"):
        old = client.query(table="u_nowhere", query={})
    with pytest.raises(pysnow.legacy_exceptions.UnexpectedResponse) as refused:
        old.get_one()
    assert refused.value.error_summary == "Invalid table u_nowhere"


def test_pages_columns_and_order(problems: Any, word: str) -> None:
    """Limit, offset, columns and the total (wire-contract.md 2.1, 2.3)."""
    query = f"short_descriptionSTARTSWITH{word}^ORDERBYDESCshort_description"
    answer = problems.get(query=query, limit=2, offset=1, fields=["short_description"])
    assert answer.all() == [{"short_description": f"{word} {number}"} for number in (2, 1)]
    assert answer.headers["X-Total-Count"] == "4"


def test_a_streamed_answer(problems: Any, word: str) -> None:
    """Rows are read one by one from the stream."""
    answer = problems.get(query=f"short_descriptionSTARTSWITH{word}", stream=True)
    assert len(list(answer.all())) == 4
    assert problems.get(query=f"short_descriptionLIKE{word}", stream=True).first()["number"].startswith("PRB")


def test_built_queries(client: Any, pysnow: ModuleType, problems: Any, word: str) -> None:
    """What its builder writes is understood (wire-contract.md 3.1, 3.2)."""
    built = pysnow.QueryBuilder().field("short_description").starts_with(word)
    built = built.AND().field("number").is_not_empty().AND().field("short_description")
    built = built.ends_with("1").OR().field("short_description").equals([f"{word} 2", f"{word} 3"])
    built = built.AND().field("short_description").order_descending()
    found = problems.get(query=built, fields=["short_description"]).all()
    assert [row["short_description"][-1] for row in found] == ["3", "2", "1"]
    never = pysnow.QueryBuilder().field("impact").between(4, 9).NQ().field("number").is_empty()
    assert client.resource(api_path="/table/problem").get(query=never).all() == []


def test_parameters(client: Any) -> None:
    """Capitalised booleans are understood (wire-contract.md 2.1, 2.2)."""
    users = client.resource(api_path="/table/sys_user")
    users.parameters.display_value = True
    users.parameters.exclude_reference_link = True
    users.parameters.suppress_pagination_header = True
    answer = users.get(query={"sys_id": ADMIN_ID}).one()
    assert answer["department"] in ("Finance", {"display_value": "Finance"})
    users.parameters.display_value = "all"
    assert users.get(query={"sys_id": ADMIN_ID}).one()["name"] == {
        "display_value": "System Administrator",
        "value": "System Administrator",
    }


def test_attachments(client: Any, tmp_path: Path) -> None:
    """A file is attached, listed and deleted (wire-contract.md recorded 05, 16)."""
    problems = client.resource(api_path="/table/problem")
    record = problems.create(payload={}).one()["sys_id"]
    path = tmp_path / "note.txt"
    path.write_bytes(b"some text")
    attached = problems.attachments.upload(sys_id=record, file_path=str(path))
    assert attached.one()["size_bytes"] == "9"
    listed = problems.attachments.get(sys_id=record)
    assert [each["file_name"] for each in listed] == ["note.txt"]
    problems.attachments.delete(listed[0]["sys_id"])
    assert problems.attachments.get(sys_id=record) == []


def test_any_request(problems: Any) -> None:
    """`request` goes to any path under the resource."""
    sys_id = problems.create(payload={}).one()["sys_id"]
    answer = problems.request("PATCH", path_append=f"/{sys_id}", data='{"urgency":"3"}')
    assert answer.one()["urgency"] == "3"


def test_a_token(tls: Site, pysnow: ModuleType) -> None:
    """A token has every key that this client wants, and can be refreshed (wire-contract.md 4.1)."""
    client_id, secret = register(tls)
    client = pysnow.OAuthClient(client_id=client_id, client_secret=secret, host=tls.host)
    token = client.generate_token(*ADMIN)
    kept: list[dict[str, Any]] = []
    client.token_updater = kept.append
    client.set_token(token | {"expires_at": 1, "expires_in": -1})
    users = client.resource(api_path="/table/sys_user")
    assert users.get(query={"sys_id": ADMIN_ID}).one()["user_name"] == "admin"
    assert kept[0]["token_type"] == "Bearer"
    client.close()


def test_no_token(tls: Site, pysnow: ModuleType) -> None:
    """A wrong secret is a mistake that this client understands (wire-contract.md 4.2)."""
    client_id, _ = register(tls)
    client = pysnow.OAuthClient(client_id=client_id, client_secret="wrong", host=tls.host)
    with pytest.raises(pysnow.exceptions.TokenCreateError):
        client.generate_token(*ADMIN)


def test_the_verbs_of_old(client: Any, tmp_path: Path, word: str) -> None:
    """`query` and `insert` of its first versions: pages by `Link`, clone, upload in parts, count (wire-contract.md 5.2)."""
    path = tmp_path / "note.txt"
    path.write_bytes(b"some text")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made = client.insert(table="problem", payload={"short_description": f"{word} 4"})
        every = client.query(table="problem", query=f"short_descriptionSTARTSWITH{word}")
        assert every.count == 5
        assert len(list(every.get_multiple(fields=["number"], order_by=["-number"]))) == 5
        (first,) = every.get_multiple(limit=1, order_by=["-number"])
        assert first["number"] == made["number"]
        one = client.query(table="problem", query={"number": made["number"]})
        assert one.get_one()["sys_id"] == made["sys_id"]
        assert one.update({"urgency": "1"})["urgency"] == "1"
        assert one.clone(reset_fields=["sys_id", "number"])["urgency"] == "1"
        assert one.attach(str(path))["file_name"] == "note.txt"
        assert one.delete()
