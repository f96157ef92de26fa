"""A stack that is applied under change requests and into an update set, and who keeps both."""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from tests.driving.stage import Pairs, Stage

Answer: TypeAlias = tuple[int, list[tuple[str, str]], bytes]

CHANGE = "0123456789abcdef0123456789abcdef"
NUMBER = "CHG0030001"
GATE = '[change]\nrequired_on = ["prod"]\n'
SET = '[update_set]\nname = "Finout"\ncreate = true\n'
BLOCKS = """
[role.o_reader]
description = "reads"
[role.o_writer]
description = "writes"
contains = ["o_reader"]
[user.o_robot]
roles = ["o_reader"]
"""
# The stage's clock begins at 08:00.
OPEN = {
    "number": NUMBER,
    "state": "-1",
    "approval": "approved",
    "start_date": "2026-11-21 07:00:00",
    "end_date": "2026-11-21 20:00:00",
}


class Killed(BaseException):
    """The process is dead; whatever it would still send is not sent."""


@dataclass
class Office(Stage):
    """`dies_at` is the request at which the process dies, before it is sent or after it was answered."""

    dies_at: int = 0
    moment: str = "before"
    sent: int = 0
    meanwhile: Callable[[str, str], None] = field(default=lambda _verb, _url: None)
    # The request at which somebody presses Ctrl-C, at the same two moments.
    stopped_at: int = 0
    signal: int = signal.SIGINT
    # What lists of which rows are counted and not shown have in their URL.
    hides: str = ""

    def write(self, *tables: str, blocks: str = BLOCKS) -> None:
        """The stack with these tables."""
        self.folder.mkdir(exist_ok=True)
        head = '[stack]\nname = "office"\n\n[instance.prod]\nurl = "sandbox:"\n'
        (self.folder / "stack.toml").write_text("\n".join((head, *tables, blocks)), "utf-8")

    def ask(self, verb: str, path: str, **columns: str) -> Any:
        """Somebody uses the instance as admin, not through snowconf."""
        headers = [("content-type", "application/json"), ("accept", "application/json")]
        body = json.dumps(columns).encode() if columns else b""
        url = f"http://sandbox.localhost/api/now/table/{path}"
        status, _, answer = self.sandbox.exchange("admin")(verb, url, headers, body)
        assert status in (200, 201, 204), (status, answer)
        return json.loads(answer)["result"] if answer else None

    def rows(self, table: str, query: str = "") -> list[dict[str, str]]:
        """Rows of a table as they are stored."""
        path = f"{table}?sysparm_exclude_reference_link=true&sysparm_query={query}"
        rows: list[dict[str, str]] = self.ask("GET", path)
        return rows

    def open_change(self, **columns: str) -> None:
        """A change request that allows everything, but for what is said."""
        self.ask("POST", "change_request", sys_id=CHANGE, **{**OPEN, **columns})

    def notes(self) -> list[str]:
        """The work notes of it, first to last."""
        rows = self.rows("sys_journal_field", f"element_id={CHANGE}")
        return [row["value"] for row in sorted(rows, key=lambda row: row["value"])]

    def preferences(self) -> list[tuple[str, str]]:
        """Which set the account has chosen, and what the row says of it."""
        rows = self.rows("sys_user_preference", "name=sys_update_set")
        return [(row["value"], row["description"]) for row in rows]

    def captured(self, name: str) -> list[str]:
        """The tables of what the set of that name took."""
        return sorted(row["table"] for row in self.rows("sys_update_xml", f"update_set.name={name}"))

    def roles(self) -> list[str]:
        """The stack's roles that are there."""
        return sorted(row["name"] for row in self.rows("sys_user_role", "nameSTARTSWITHo_"))

    def detail(self) -> str:
        """Everything that was said, on one line."""
        return " ".join(self.said.split())

    def live(self, dies_at: int = 0, moment: str = "before") -> None:
        """A process begins, which will die there."""
        self.sent, self.dies_at, self.moment = 0, dies_at, moment

    def receipts(self) -> list[dict[str, Any]]:
        """All that were kept, oldest first."""
        paths = sorted((self.folder / ".snowconf" / "receipts").glob("*.json"))
        return [json.loads(path.read_text("utf-8")) for path in paths]

    def _exchange(self, trusted: str, method: str, url: str, headers: Pairs, body: bytes) -> Answer:
        with self.time.lock:
            self.sent += 1
            number = self.sent
        self.meanwhile(method, url)
        if self.dies_at and (number > self.dies_at or (number == self.dies_at and self.moment == "before")):
            raise Killed
        self._stop(number, "before")
        answer = self._shown(url, super()._exchange(trusted, method, url, headers, body))
        self._stop(number, "after")
        if number == self.dies_at:
            raise Killed
        return answer

    def _shown(self, url: str, answer: Answer) -> Answer:
        """Nothing but a count, where an access control hides the rows."""
        status, headers, body = answer
        is_hidden = bool(self.hides) and self.hides in url and status == HTTPStatus.OK
        return status, headers, b'{"result":[]}' if is_hidden else body

    def _stop(self, number: int, moment: str) -> None:
        if number == self.stopped_at and moment == self.moment:
            signal.raise_signal(self.signal)
