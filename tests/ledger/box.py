"""A sandbox in memory behind a transport that notes every request, and fails some of them on request."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from snowconf.model.query import where
from snowconf.sandbox.instance import Sandbox
from snowconf.servicenow.in_process import InProcessTransport
from snowconf.servicenow.opening import open_instance
from snowconf.servicenow.retrying import Timing
from snowconf.servicenow.table_api import TableApi
from tests.servicenow import wire

Meddle = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


def untouched(_: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
    """Every request is answered."""
    return answer()


@dataclass
class Noting(httpx.BaseTransport):
    """Notes what passes; `meddle` may answer in its place, or lose the answer."""

    inner: httpx.BaseTransport
    asked: list[str] = field(default_factory=list)
    meddle: Meddle = untouched

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One more."""
        request.read()
        path = request.url.path.removeprefix("/api/now/").removeprefix("v1/")
        self.asked.append(f"{request.method} {path.split('/')[0]}")
        return self.meddle(request, lambda: self.inner.handle_request(request))


class Box:
    """One instance, for as many accounts as like."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.transport = Noting(InProcessTransport(sandbox.exchange("admin")))
        self.records = self.open()

    def open(self, user: str = "admin") -> TableApi:
        """A client of this user; the admin's requests are noted."""
        inner = self.transport if user == "admin" else InProcessTransport(self.sandbox.exchange(user))
        clock = wire.VirtualClock()
        return open_instance(
            wire.settings(), wire.secret_of, transport=inner, timing=Timing(clock=clock, sleep=clock.sleep)
        )

    def reader(self) -> TableApi:
        """A client of a user without any role."""
        self.records.insert("sys_user", {"user_name": "reader", "active": "true"})
        return self.open("reader")

    def took(self) -> list[str]:
        """The requests since the last time."""
        asked = list(self.transport.asked)
        self.transport.asked.clear()
        return asked

    def row(self, name: str) -> Mapping[str, str] | None:
        """A property as it is."""
        columns = ("name", "value", "is_private", "ignore_cache", "type", "description")
        rows = self.records.list_rows("sys_properties", where(name=name), columns).rows
        return rows[0] if rows else None

    def put(self, name: str, **columns: str) -> None:
        """Change a property by hand."""
        row = self.row(name)
        assert row is not None
        self.records.update("sys_properties", row["sys_id"], columns)

    def files(self, name: str) -> list[str]:
        """The sys_ids of the files of a property."""
        row = self.row(name)
        return (
            [each.sys_id for each in self.records.list_attachments("sys_properties", row["sys_id"])]
            if row
            else []
        )


def lose_answer(verb: str, path: str) -> Meddle:
    """The first such request is done, and its answer never arrives."""
    lost: list[bool] = []

    def meddle(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
        response = answer()
        if request.method == verb and path in request.url.path and not lost:
            lost.append(True)
            raise httpx.ReadError("gone", request=request)
        return response

    return meddle


def close_batch(request: httpx.Request, answer: Callable[[], httpx.Response]) -> httpx.Response:
    """The Batch API is closed to this user."""
    return wire.refused(403, "User Not Authorized", None) if "batch" in request.url.path else answer()


def value_of(row: Mapping[str, str] | None) -> dict[str, object]:
    """The JSON of a property."""
    assert row is not None
    document: dict[str, object] = json.loads(row["value"])
    return document
