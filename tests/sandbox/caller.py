"""Somebody who talks to a sandbox in tests, through the door without sockets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from snowconf.sandbox.instance import Sandbox

HOST = "https://dev1.example.com"
ADMIN = "6816f79cc0a8016401c5a33be04be441"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def result(self) -> Any:
        """The result of a success."""
        return self.json()["result"]

    @property
    def error(self) -> tuple[str, str | None]:
        """Message and detail of a failure."""
        error = self.json()["error"]
        return error["message"], error["detail"]

    def header(self, name: str) -> str | None:
        """The first header of that name, None when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Caller:
    """A user whom the sandbox trusts; "" sends no credentials but those in `headers`."""

    sandbox: Sandbox
    user: str = "admin"
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, target: str, body: bytes = b"", **headers: str) -> Reply:
        """Any request. Header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = list(({"Content-Type": "application/json"} | dict(self.headers) | named).items())
        return Reply(*self.sandbox.exchange(self.user)(method, HOST + target, sent, body))

    def get(self, table: str, **parameters: str) -> Reply:
        """GET of a list, or of a record when the table is `table/sys_id`."""
        query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
        return self.send("GET", f"/api/now/table/{table}{query}")

    def post(self, table: str, body: object, **parameters: str) -> Reply:
        """POST of a record."""
        return self.write("POST", table, body, **parameters)

    def patch(self, record: str, body: object, **parameters: str) -> Reply:
        """PATCH of `table/sys_id`."""
        return self.write("PATCH", record, body, **parameters)

    def write(self, method: str, place: str, body: object, **parameters: str) -> Reply:
        """A request with a JSON body."""
        query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
        return self.send(method, f"/api/now/table/{place}{query}", json.dumps(body).encode())

    def delete(self, record: str) -> Reply:
        """DELETE of `table/sys_id`."""
        return self.send("DELETE", f"/api/now/table/{record}")

    def names(self, table: str, column: str, query: str = "", **parameters: str) -> list[str]:
        """That column of the rows that a query finds."""
        asked = {"sysparm_query": query, "sysparm_fields": column, **parameters}
        return [row[column] for row in self.get(table, **asked).result]
