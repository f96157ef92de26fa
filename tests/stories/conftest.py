"""How a story is told: a session at the prompt, step by step, with what each command is to say.

`story.txt` beside a stack holds the session. Its lines are

    # a sentence                      for the reader
    $ snowconf apply --auto-approve   a command; what it prints on standard output follows, then [exit N] unless N is 0
    edit stack.toml: BEFORE => AFTER  somebody edits a file
    jane.doe POST sys_user {…}        somebody uses the instance, not through snowconf
    jane.doe PATCH sys_user user_name=svc {…}
    jane.doe DELETE sys_user user_name=svc

With SNOWCONF_WRITE_STORIES=1 the outputs are written anew, to be read in the diff.
"""

import contextlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlencode

import pytest

from snowconf.cli import main
from snowconf.sandbox.instance import Sandbox
from snowconf.sandbox.switches import parse

ENVIRONMENT = {"STORY_SECRET": "made-up-Story-1", "STORY_KEY": "made-up-Key-1"}
HAND = re.compile(
    r"(?P<user>[\w.]+) (?P<verb>POST|PATCH|DELETE) (?P<table>\w+) ?(?P<query>[^\s{]*)\s*(?P<body>\{.*\})?$"
)
EDIT = re.compile(r"edit (?P<file>[\w.-]+): (?P<before>.*) => (?P<after>.*)$")
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "<time>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<sys_id>"),
    # How many requests a run takes is asserted elsewhere.
    (re.compile(r"\s+\d+\s+requests?\s+\([^)]*\)"), " <requests>"),
)


@dataclass(frozen=True, slots=True)
class Storyteller:
    """Plays a story's steps in a copy of its folder."""

    folder: Path

    def tell(self, script: str) -> Iterator[str]:
        """The script once more, with what the commands say now."""
        for line in script.splitlines():
            if line.startswith("$ "):
                yield from ("", line, *self._run(line.removeprefix("$ ")))
            elif edit := EDIT.match(line):
                self._edit(**edit.groupdict())
                yield from ("", line)
            elif hand := HAND.match(line):
                self._use_instance(**hand.groupdict())
                yield from ("", line)
            elif line.startswith("# "):
                yield from ("", line)

    def _run(self, command: str) -> Iterator[str]:
        program, *arguments = command.split()
        assert program == "snowconf", command
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, ENVIRONMENT, clear=True),
            patch("sys.stdin", io.StringIO()),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = main(arguments)
        assert "made-up" not in out.getvalue() + err.getvalue()
        said = out.getvalue() + (err.getvalue() if code in (1, 3, 5) else "")
        yield from (line.rstrip() for line in _steady(said).splitlines())
        yield from [f"[exit {code}]"] * bool(code)

    def _edit(self, file: str, before: str, after: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert text.count(before) == 1, (before, text.count(before))
        path.write_text(text.replace(before, after), "utf-8")

    def _use_instance(self, user: str, verb: str, table: str, query: str, body: str | None) -> None:
        database = self.folder / ".snowconf" / "sandbox.db"
        database.parent.mkdir(exist_ok=True)
        with contextlib.closing(Sandbox(database, parse({"elevation": "off"}))) as instance:
            path = table if verb == "POST" else f"{table}/{self._find(instance, table, query)}"
            status, _ = _ask(instance, user, verb, path, body)
        assert status in (200, 201, 204), (verb, path, status)

    def _find(self, instance: Sandbox, table: str, query: str) -> str:
        status, found = _ask(instance, "admin", "GET", f"{table}?{urlencode({'sysparm_query': query})}", None)
        assert status == 200
        assert len(found["result"]) == 1, found["result"]
        return str(found["result"][0]["sys_id"])


def _ask(
    instance: Sandbox, user: str, verb: str, path: str, body: str | None
) -> tuple[int, dict[str, list[dict[str, str]]]]:
    exchange = instance.exchange(user)
    headers = [("content-type", "application/json"), ("accept", "application/json")]
    url = f"http://sandbox.localhost/api/now/table/{path}"
    status, _, answer = exchange(verb, url, headers, (body or "").encode())
    return status, json.loads(answer) if answer else {}


def _steady(text: str) -> str:
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return text


@pytest.fixture
def retell(tmp_path: Path) -> Callable[[Path], str]:
    """Plays a story in a copy of its folder, and gives its script with what the commands say now."""

    def told(story: Path) -> str:
        folder = Path(shutil.copytree(story, tmp_path / story.name))
        script = (story / "story.txt").read_text("utf-8")
        return "\n".join(Storyteller(folder).tell(script)).lstrip("\n") + "\n"

    return told
