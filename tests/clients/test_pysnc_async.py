"""The asynchronous half of ServiceNow's own client, over TLS: every one of its verbs."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from types import ModuleType
from typing import Any

import pytest

from tests.clients.registering import register
from tests.clients.site import ADMIN, ADMIN_ID, Site

# This client leaves answers that it streams to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="session")
def pysnc_async() -> ModuleType:
    """The half of the library that is for asyncio."""
    return import_module("pysnc.asyncio")


@pytest.fixture
def run(tls: Site, pysnc_async: ModuleType) -> Callable[[Callable[[Any], Awaitable[None]]], None]:
    """Lets something be done with a client, which is closed afterwards."""

    async def with_client(act: Callable[[Any], Awaitable[None]]) -> None:
        async with opened(pysnc_async, tls, ADMIN) as client:
            await act(client)

    def run(act: Callable[[Any], Awaitable[None]]) -> None:
        asyncio.run(with_client(act))
        gc.collect()

    return run


@asynccontextmanager
async def opened(library: ModuleType, site: Site, auth: object) -> AsyncIterator[Any]:
    """A client that knows nothing but the URL, who it is, and the environment."""
    client = library.AsyncServiceNowClient(site.url, auth)
    try:
        yield client
    finally:
        await client.close()
        # The farewells of TLS are said after httpx says that it is closed.
        await asyncio.sleep(0.1)


Run = Callable[[Callable[[Any], Awaitable[None]]], None]


def test_insert_get_update_and_delete(run: Run) -> None:
    """One record from its birth to its death (wire-contract.md 1.2)."""

    async def act(client: Any) -> None:
        problem = await client.GlideRecord("problem")
        problem.initialize()
        problem.short_description = "asynchronous"
        sys_id = await problem.insert()
        problem.set_value("urgency", "1")
        assert await problem.update() == sys_id
        again = await client.GlideRecord("problem")
        assert await again.get(sys_id)
        assert again.urgency == "1"
        assert await again.delete()
        assert not await (await client.GlideRecord("problem")).get(sys_id)

    run(act)


def test_query_and_iterate(run: Run) -> None:
    """Pages of a hundred through several hundred rows (wire-contract.md 2.3)."""

    async def act(client: Any) -> None:
        logs = await client.GlideRecord("syslog")
        logs.fields = ["sys_id"]
        logs.limit = 250
        await logs.query()
        seen = [record.get_value("sys_id") async for record in logs]
        assert len(seen) == len(set(seen)) == 250
        assert len(await logs.serialize_all(fields=["sys_id"])) == 250

    run(act)


def test_many_at_once(run: Run) -> None:
    """`update_multiple` and `delete_multiple` (wire-contract.md 5.1)."""
    word = token_hex(8)

    async def act(client: Any) -> None:
        for _ in range(3):
            problem = await client.GlideRecord("problem")
            problem.initialize()
            problem.short_description = word
            await problem.insert()
        record = await client.GlideRecord("problem")
        record.add_query("short_description", word)
        await record.query()
        async for each in record:
            each.urgency = "2"
        assert await record.update_multiple()
        record = await client.GlideRecord("problem")
        record.add_query("short_description", word)
        record.add_query("urgency", "2")
        await record.query()
        assert len(record) == 3
        assert await record.delete_multiple()
        await record.query()
        assert len(record) == 0

    run(act)


def test_attachments(run: Run, tmp_path: Path) -> None:
    """A file is attached, listed, read in four ways and deleted (wire-contract.md recorded 05, 16)."""

    async def act(client: Any) -> None:
        user = await client.GlideRecord("sys_user")
        assert await user.get(ADMIN_ID)
        await user.add_attachment("note.txt", "one\ntwo\n", content_type="text/plain")
        attachments = await user.get_attachments()
        assert await attachments.next()
        assert await attachments.read() == b"one\ntwo\n"
        assert (await attachments.readlines())[:2] == ["one", "two"]
        assert (await attachments.write_to(tmp_path)).read_text() == "one\ntwo\n"
        with await attachments.as_temp_file() as file:
            assert file.read() == b"one\ntwo\n"
        await attachments.delete()
        assert len(await user.get_attachments()) == 0

    run(act)


def test_a_client_that_acts_by_itself(tls: Site, pysnc_async: ModuleType) -> None:
    """The client credentials grant (wire-contract.md 4.1)."""
    flow = pysnc_async.AsyncServiceNowClientCredentialsFlow(*register(tls))

    async def act() -> None:
        session = await flow.authenticate(tls.url)
        async with opened(pysnc_async, tls, session) as client:
            user = await client.GlideRecord("sys_user")
            assert await user.get(ADMIN_ID)

    asyncio.run(act())


def test_the_password_grant(tls: Site, pysnc_async: ModuleType) -> None:
    """A token for a user's name and password, with which anything can be asked (wire-contract.md 4.1)."""
    flow = pysnc_async.AsyncServiceNowPasswordGrantFlow(*ADMIN, *register(tls))

    async def act() -> None:
        session = await flow.authenticate(tls.url)
        answer = await session.get(f"/api/now/table/sys_user/{ADMIN_ID}")
        await session.aclose()
        await asyncio.sleep(0.1)
        assert answer.json()["result"]["user_name"] == "admin"

    asyncio.run(act())
