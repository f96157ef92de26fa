"""Runs that end before they are done: killed without a word, or interrupted. The next apply makes it good."""

import json
import random
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from tests.driving.commands import Ran, start
from tests.driving.serving import admin_of, served_sandbox
from tests.robustness.conftest import Stack, Try

Rows: TypeAlias = dict[str, list[dict[str, str]]]

USERS = 14
# The second generation changes nearly everything, and is meant to.
NO_LIMIT = "limits = { update = 1.0 }"
TABLES = {
    "sys_user": ("user_name", "STARTSWITHsvc_watch", "first_name,last_name,active,identity_type"),
    "sys_user_role": ("name", "STARTSWITHwatch", "description"),
    "sys_properties": ("name", "STARTSWITHacme.watch", "value,description"),
    "oauth_entity": ("name", "STARTSWITHWatch", "redirect_url,access_token_lifespan"),
    "sys_user_has_role": ("user.user_name", "STARTSWITHsvc_watch^inherited=false", "role.name,state"),
}
SECRETS = {"RUNNER": "admin", "WATCH_PASSWORD": "made-up-Watch-1", "WATCH_SECRET": "made-up-Watch-2"}


def resources(generation: str) -> str:
    """Users with passwords and roles, applications with secrets, and properties; every value tells its generation."""
    blocks = [
        f'[role.watcher]\ndescription = "{generation}"\n[role.watchman]\ndescription = "{generation}"\n',
        *(
            f'[user.svc_watch_{n}]\nfirst_name = "Watch {n}"\nlast_name = "{generation}"\nidentity = "machine"\n'
            'password = { env = "WATCH_PASSWORD" }\nroles = ["watcher", "watchman", "itil"]\n'
            for n in range(USERS)
        ),
        *(
            f'[oauth_app.watch_{n}]\nname = "Watch {n}"\nclient_type = "integration_as_a_service"\nredirect_url = ""\n'
            f'access_token_lifespan = {900 + n}\nclient_secret = {{ env = "WATCH_SECRET" }}\n'
            for n in range(6)
        ),
        *(
            f'[property."acme.watch.{n}"]\nvalue = "{generation}"\ndescription = "Watch"\nignore_cache = true\n'
            for n in range(10)
        ),
    ]
    return "\n".join(blocks)


def rows_of(url: str) -> Rows:
    """What the instance holds of the stack, without what differs between two instances."""
    with admin_of(url) as admin:
        return {table: _rows(admin, table, *ask) for table, ask in TABLES.items()}


def _rows(admin: httpx.Client, table: str, key: str, query: str, columns: str) -> list[dict[str, str]]:
    asked = {"sysparm_query": f"{key}{query}", "sysparm_fields": f"{key},{columns}"}
    answer = admin.get(table, params=asked | {"sysparm_exclude_reference_link": "true"})
    return sorted(answer.json()["result"], key=lambda row: sorted(row.items()))


def stop_after(folder: Path, writes: int, how: signal.Signals, *arguments: str) -> Ran:
    """Start an apply and send it the signal when it has said so many times that it wrote something."""
    said = []
    with (folder / "said.txt").open("w+", encoding="utf-8") as out:
        process = start(folder, "apply", "--auto-approve", *arguments, env=SECRETS, out=out)
        with process:
            for line in process.stderr or ():
                said.append(line)
                if len(said) == writes:
                    process.send_signal(how)
        out.seek(0)
        return Ran(code=process.returncode, out=out.read(), err="".join(said))


@pytest.fixture(scope="module")
def untroubled(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Rows]:
    """What the instance holds after each generation when nothing goes wrong."""
    folder = tmp_path_factory.mktemp("untroubled")
    held = {}
    with served_sandbox(folder) as url:
        for generation in ("first", "second"):
            block = f'url = "{url}"\nauth = {{ username = "admin", password = {{ env = "RUNNER" }} }}'
            text = (
                f'[stack]\nname = "watched"\n{NO_LIMIT}\n\n[instance.dev]\n{block}\n{resources(generation)}'
            )
            (folder / "stack.toml").write_text(text, "utf-8")
            process = start(folder, "apply", "--auto-approve", env=SECRETS)
            out, err = process.communicate(timeout=90)
            assert process.returncode == 0, out + err
            held[generation] = rows_of(url)
    return held


@pytest.mark.timeout(600)
def test_a_killed_apply_is_finished_by_the_next(
    stack: Stack, attempt: Try, untroubled: Mapping[str, Rows], tmp_path: Path
) -> None:
    """Killed at ten moments that nobody chose, while it creates and while it changes: nothing twice, nothing missing."""
    moments = random.Random(380)
    with served_sandbox(tmp_path, "--db", str(tmp_path / "served.db")) as url:
        for generation, kills in (("first", 6), ("second", 4)):
            folder = stack(url, resources(generation), NO_LIMIT)
            for _ in range(kills):
                assert stop_after(folder, moments.randint(1, 4), signal.SIGKILL).code == -signal.SIGKILL
            assert attempt(folder, "apply", "--auto-approve", env=SECRETS).code == 0
            assert rows_of(url) == untroubled[generation]
            assert attempt(folder, "plan", "--detailed-exitcode", env=SECRETS).code == 0
        assert len(rows_of(url)["sys_user_has_role"]) == 3 * USERS
        assert _passwords_work(url)


def _passwords_work(url: str) -> bool:
    """Every account can log in: no run left a record without its password."""
    passwords = [(f"svc_watch_{n}", SECRETS["WATCH_PASSWORD"]) for n in range(USERS)]
    asked = [
        httpx.get(f"{url}/api/now/table/sys_user?sysparm_limit=1", auth=each, trust_env=False)
        for each in passwords
    ]
    return all(answer.status_code == 200 for answer in asked)


def test_an_interrupted_apply_reports_what_it_did(stack: Stack, attempt: Try, tmp_path: Path) -> None:
    """Ctrl-C: exit code 130, requests under way are finished, and what is called done is what the instance holds."""
    with served_sandbox(tmp_path) as url:
        folder = stack(url, resources("first"), NO_LIMIT)
        ran = stop_after(folder, 3, signal.SIGINT, "--json")
        document: Any = json.loads(ran.out)
        held = {row["name"] for row in rows_of(url)["sys_properties"]}
        assert attempt(folder, "apply", "--auto-approve", env=SECRETS).code == 0
    ends = {each["address"]: each["status"] for each in document["outcomes"]}
    assert (ran.code, document["interrupted"], "Traceback" in ran.said) == (130, True, False)
    assert {"done", "not attempted"} == set(ends.values())
    assert held == {
        address.removeprefix("property.")
        for address, end in ends.items()
        if address.startswith("property.") and end == "done"
    }


def test_an_interrupted_apply_says_so(stack: Stack, tmp_path: Path) -> None:
    """The same in words, last of all the counts."""
    with served_sandbox(tmp_path) as url:
        ran = stop_after(stack(url, resources("first"), NO_LIMIT), 1, signal.SIGINT)
    assert (ran.code, "Traceback" in ran.said) == (130, False)
    assert "Ctrl-C once more leaves it" in ran.err
    assert "Interrupted: requests under way were finished, the rest was not attempted." in ran.out
