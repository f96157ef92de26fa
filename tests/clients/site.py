"""A served sandbox as its clients know it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

ADMIN = ("admin", "admin")
ADMIN_ID = "6816f79cc0a8016401c5a33be04be441"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where it is, and the environment variables by which clients trust it."""

    url: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Name and port."""
        return self.url.partition("://")[2]

    @property
    def is_safe(self) -> bool:
        """Whether it is served with TLS."""
        return self.url.startswith("https:")

    def write(self, table: str, values: Mapping[str, str]) -> str:
        """The sys_id of a new record, made by none of the libraries under test."""
        return str(self._ask("POST", f"table/{table}", json=dict(values))["sys_id"])

    def change(self, place: str, values: Mapping[str, str]) -> None:
        """Change the record at `table/sys_id`."""
        self._ask("PATCH", f"table/{place}", json=dict(values))

    def read(self, place: str) -> Any:
        """The record at `table/sys_id`, or the records at `table?…`."""
        return self._ask("GET", f"table/{place}")

    def count(self, table: str, query: str) -> int:
        """How many records a query finds."""
        found = self._ask("GET", f"stats/{table}", params={"sysparm_query": query, "sysparm_count": "true"})
        return int(found["stats"]["count"])

    def _ask(self, method: str, place: str, **given: Any) -> Any:
        with httpx.Client(auth=ADMIN) as client:
            answer = client.request(method, f"{self.url}/api/now/{place}", **given)
        return answer.raise_for_status().json()["result"]
