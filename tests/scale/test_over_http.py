"""The same 380 records over HTTP with OAuth: what the command says it sent, and what went over the wire."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.driving.commands import Ran, run
from tests.driving.serving import Counted, admin_of, served_sandbox, serving
from tests.scale.stacks import RECORDS, Shape

SECRET = "made-up-Scale-Runner"
AUTH = (
    '{ grant = "client_credentials", client_id = "scale-runner", client_secret = { env = "RUNNER_SECRET" } }'
)
GATE = "glide.oauth.inbound.client.credential.grant_type.enabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Costed:
    """A command, and what it sent by the wire's own count."""

    ran: Ran
    counts: Mapping[str, int]

    @property
    def document(self) -> Any:
        """What it printed for machines."""
        return json.loads(self.ran.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A first apply and then one of each command that changes nothing."""

    first_plan: Costed
    first_apply: Costed
    plan: Costed
    apply: Costed


# Lock, head and attachment, and one request that cleans up.
LEDGER_POSTS = 4


def let_in(url: str) -> None:
    """Make the OAuth client that the runner is, acting as admin, and open the gate for its grant."""
    with admin_of(url) as admin:
        who = admin.get("sys_user", params={"sysparm_query": "user_name=admin"}).json()["result"][0]
        client = {"name": "Runner", "client_id": "scale-runner", "client_secret": SECRET, "type": "client"}
        admin.post("oauth_entity", json=client | {"user": who["sys_id"]}).raise_for_status()
        gate = {"name": GATE, "type": "boolean", "value": "true"}
        admin.post("sys_properties", json=gate).raise_for_status()


@pytest.fixture(scope="module")
def costing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Costed]]:
    """Runs commands on the stack, with a counter between them and the served sandbox."""
    folder = tmp_path_factory.mktemp("scale")
    with served_sandbox(folder) as sandbox:
        let_in(sandbox)
        counted = Counted(sandbox)
        with serving(counted) as url:
            text = Shape(instance=f'url = "{url}"\nauth = {AUTH}').text()
            (folder / "stack.toml").write_text(text, "utf-8")

            def cost(*arguments: str) -> Costed:
                ran = run(folder, *arguments, "--json", env={"RUNNER_SECRET": SECRET})
                assert ran.code == 0, ran.said
                return Costed(ran=ran, counts=counted.take())

            yield cost


@pytest.fixture(scope="module")
def told(costing: Callable[..., Costed]) -> Told:
    """Told once."""
    return Told(
        first_plan=costing("plan"),
        first_apply=costing("apply", "--auto-approve"),
        plan=costing("plan"),
        apply=costing("apply", "--auto-approve"),
    )


def test_a_first_plan_is_at_most_ten_gets_and_one_token(told: Told) -> None:
    """Over HTTP as in process, with the ledger and the runner; a token is asked for once, however many lists run."""
    assert told.first_plan.counts.keys() == {"GET", "token"}
    assert told.first_plan.counts["GET"] <= 10
    assert told.first_plan.counts["token"] == 1


def test_a_first_apply_is_at_most_420_requests_with_its_token(told: Told) -> None:
    """Everything on the wire counts."""
    assert told.first_apply.counts["POST"] == RECORDS + LEDGER_POSTS
    assert sum(told.first_apply.counts.values()) <= 420


def test_the_command_says_what_the_wire_saw(told: Told) -> None:
    """The requests in the report are those that were sent, tokens too."""
    assert told.first_apply.document["requests"] == told.first_apply.counts


def test_a_plan_without_changes_is_at_most_ten_gets(told: Told) -> None:
    """And one token; two of the lists are the ledger's."""
    assert told.plan.counts.keys() == {"GET", "token"}
    assert told.plan.counts["GET"] <= 10


def test_an_apply_without_changes_writes_nothing(told: Told) -> None:
    """Lists and a token, not even a lock."""
    assert told.apply.counts.keys() == {"GET", "token"}
