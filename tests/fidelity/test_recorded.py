"""Recorded answers, asked for again: wherever the sandbox answers otherwise, differences.toml says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tomli

from snowconf.sandbox.instance import Sandbox
from tests.fidelity.comparing import differences, read
from tests.fidelity.remote import Remote, is_named
from tests.sandbox.caller import ADMIN, Caller, Reply

EVERYWHERE = "everywhere"
DIFFERENCES = Path(__file__).with_name("differences.toml")
BASIC = {"Authorization": "Basic YWRtaW46YWRtaW4="}
GROUP = b'{"sys_id":"%s","name":"Team"}' % (b"a" * 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """How a recording is asked for here: on a table that the sandbox has, as a user of the recording's kind."""

    target: str
    method: str = "GET"
    user: str = "admin"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_portable(self) -> bool:
        """Whether instances of all releases answer it alike, and are the same afterwards."""
        is_harmless = self.method == "GET" or self.target == MISSING
        return (
            is_harmless
            and not self.switches
            and self.user in {"admin", ""}
            and BASIC.keys().isdisjoint(self.headers)
        )


V2, LATEST = "/api/now/v2/table", "/api/now/table"
MISSING = f"{LATEST}/sys_user/{'0' * 32}"
REPLAYS: Mapping[str, Replay] = {
    "01": Replay(
        target=f"{V2}/sys_user_role?query=number%3DINC0000040&display_value=True&sysparm_limit=1",
        switches={"first_page_prev": "on"},
        words={"table/incident": "table/sys_user_role"},
    ),
    "02": Replay(target=f"{V2}/sys_user?sysparm_query=user_name=admin"),
    "03": Replay(
        target=f"{LATEST}/sys_user_role?sysparm_limit=1",
        user="",
        headers=BASIC | {"Accept": "*/*"},
        switches={"first_page_prev": "on"},
        words={"table/incident": "table/sys_user_role"},
    ),
    "10": Replay(target=MISSING),
    "11": Replay(target=MISSING, method="DELETE"),
    "12": Replay(target=f"{LATEST}/sys_user?sysparm_query=user_name=x"),
    "14": Replay(target=f"{V2}/sys_user", method="POST", body=b"{}"),
    "15": Replay(
        target=f"{V2}/sys_user_group",
        method="POST",
        body=b'{"manager":"no value","parent":{"link":"https://instance.service-now.com/..."}}',
        words={"requested_for": "manager", "opened_by": "parent"},
    ),
    "21": Replay(target=f"{LATEST}/sys_user?sysparm_limit=1", user="", switches={"wording_401": "old"}),
    "22": Replay(target=f"{LATEST}/sys_user", user=""),
    "23": Replay(target=f"{LATEST}/sys_store_app"),
    "24": Replay(target=f"{LATEST}/sys_scope?sysparm_limit=1", user="nobody"),
    "25": Replay(target=f"{LATEST}/sys_user?sysparm_query=user_password%3Dx", user="nobody"),
    "26": Replay(
        target=f"{LATEST}/sys_user?sysparm_query=application%3Dx",
        switches={"unknown_query_column": "forbidden"},
    ),
    "27": Replay(target=f"{LATEST}/oauth_entity", method="POST", body=b'{"name":"x"}', user="nobody"),
    "28": Replay(
        target=f"{LATEST}/sys_user/{ADMIN}",
        method="PATCH",
        body=b'{"title":"x"}',
        user="nobody",
    ),
    "29": Replay(
        target=f"{LATEST}/sys_security_acl",
        method="POST",
        body=b'{"name":"x_app_table","operation":"read","type":"record"}',
    ),
    "33": Replay(
        target=f"{LATEST}/sys_user_group",
        method="POST",
        body=GROUP,
        words={"sn_aia_agent": "sys_user_group", "KIT_PROBE_DELETE_ME agent": "Team"},
    ),
    "34": Replay(target=f"{LATEST}/u_does_not_exist"),
    "35": Replay(target=f"{LATEST}/not_a_real_class", switches={"invalid_table_detail": "absent"}),
    "36": Replay(
        target=f"{LATEST}/sys_user", method="POST", body=b"x", headers={"Content-Type": "text/plain"}
    ),
    "37": Replay(
        target=f"{LATEST}/sys_user",
        method="POST",
        body=b" " * 10_485_761,
        headers={"Content-Length": "15105102"},
    ),
    "38": Replay(target=f"{LATEST}/{'A' * 23_000}"),
    "46": Replay(
        target=f"{LATEST}/sys_user?sysparm_display_value=all&sysparm_fields=notification,sys_created_on&sysparm_limit=1",
        words={'"state"': '"notification"'},
    ),
}


@pytest.fixture
def explained() -> Mapping[str, Mapping[str, str]]:
    """Recording, difference, reason."""
    return tomli.loads(DIFFERENCES.read_text("utf-8"))


@pytest.mark.parametrize("name", REPLAYS)
@pytest.mark.parametrize("place", ["sandbox", *(["instance"] if is_named() else [])])
def test_the_sandbox_answers_as_recorded(
    start: Callable[..., Sandbox], explained: Mapping[str, Mapping[str, str]], name: str, place: str
) -> None:
    """Status, headers and body are those of the recording, but for the differences that are explained."""
    replay = REPLAYS[name]
    recording = read(name, replay.words)
    if place == "instance" and not replay.is_portable:
        pytest.skip("It would change the instance, or releases differ in it.")
    reply = ask(start(**replay.switches), replay) if place == "sandbox" else ask_remote(replay)
    found = [each for each in differences(recording, reply) if each not in explained[EVERYWHERE]]
    expected = sorted(explained.get(recording.name, {}))
    # A real instance need not differ where the sandbox does.
    assert found == (expected if place == "sandbox" else [each for each in found if each in expected])


def ask_remote(replay: Replay) -> Reply:
    """The instance's answer."""
    return Remote(is_known=bool(replay.user), headers=replay.headers).send(replay.method, replay.target)


def ask(sandbox: Sandbox, replay: Replay) -> Reply:
    """The sandbox's answer, once there are a user without roles and a group."""
    admin = Caller(sandbox)
    admin.post("sys_user", {"user_name": "nobody"})
    if b"Team" in replay.body:
        admin.send("POST", f"{LATEST}/sys_user_group", GROUP)
    caller = Caller(sandbox, replay.user, replay.headers)
    return caller.send(replay.method, replay.target, replay.body)


def test_every_explained_difference_belongs_to_a_recording(
    explained: Mapping[str, Mapping[str, str]],
) -> None:
    """Nothing is explained that is never asked for, and every reason is a sentence."""
    names = {read(name, {}).name for name in REPLAYS}
    assert set(explained) - names == {EVERYWHERE}
    assert [
        reason for reasons in explained.values() for reason in reasons.values() if not reason.endswith(".")
    ] == []


@pytest.mark.parametrize(
    ("table", "account"),
    [
        *(("sys_choice", account) for account in ("admin", "no roles")),
        *(("sys_db_object", account) for account in ("admin", "no roles")),
        *(("sys_dictionary", account) for account in ("admin", "no roles")),
        ("sys_properties", "admin"),
    ],
)
def test_who_sees_a_table(start: Callable[..., Sandbox], table: str, account: str) -> None:
    """A denial is 200 with no rows on most tables and 403 on a few (recorded 45)."""
    measured = read("45", {}).data["body"]["status_rows_by_account"][table][account]
    admin = Caller(start())
    admin.post("sys_user", {"user_name": "nobody"})
    reply = Caller(admin.sandbox, {"admin": "admin", "no roles": "nobody"}[account]).get(
        table, sysparm_limit="5"
    )
    status, _, rows = measured.partition("/")
    assert reply.status == int(status)
    assert reply.status == 403 or bool(reply.result) == (rows != "0")


@pytest.mark.parametrize("place", ["sandbox", *(["instance"] if is_named() else [])])
def test_admin_is_the_admin_of_every_instance(start: Callable[..., Sandbox], place: str) -> None:
    """Recordings name it by its sys_id."""
    caller = Caller(start()) if place == "sandbox" else Remote()
    assert caller.send("GET", f"{LATEST}/sys_user/{ADMIN}").result["user_name"] == "admin"
