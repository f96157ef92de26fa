"""Declared secrets shown at the door: once, never near a lockout, and drift when they open nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from snowconf.engine.enter.trying import LIMIT, Trials
from snowconf.errors import UnreachableError
from snowconf.model.address import Address
from snowconf.model.grant import Entrance
from snowconf.model.trial import Ending, Failure, Trial
from snowconf.servicenow.entering import InstanceDoor
from tests.entering.doorstep import BASIC, BY_CLIENT, BY_PASSWORD, SVC, Doorstep

WRONG = "made-up-Wrong-1"
WAYS = pytest.mark.parametrize("stack", [BY_PASSWORD, BY_CLIENT, BASIC], ids=["password", "client", "basic"])


@dataclass
class Noted:
    """A memory that a test can look into."""

    failures: dict[Address, Failure] = field(default_factory=dict)

    def find(self, user: Address) -> Failure | None:
        """As noted."""
        return self.failures.get(user)

    def note(self, user: Address, failure: Failure | None) -> None:
        """Kept here."""
        self.failures.pop(user, None)
        if failure is not None:
            self.failures[user] = failure


@dataclass
class Tried:
    """Somebody who has the secrets of a stack tried."""

    step: Doorstep
    memory: Noted = field(default_factory=Noted)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def run(self, **settings: Any) -> Sequence[Trial]:
        """All of them, at the moment `now`."""
        desired, _ = self.step._loaded(self.step.text)
        self.step.keeper.secrets.update(self.step.secrets)
        context = self.step._context(None, {"clock": lambda: self.now, **settings})
        with self.step.runner() as instance, self.step.door() as door:
            return Trials(
                desired=desired, instance=instance, door=door, context=context, memory=self.memory
            ).run()

    def ending(self) -> Ending:
        """How the only trial ended."""
        (trial,) = self.run()
        return trial.ending

    def account(self) -> Mapping[str, str]:
        """The account as the instance has it."""
        user = self.step.sandbox.store.get("sys_user", self.step.find("sys_user", user_name="svc"))
        assert user is not None
        return user

    def attempts(self) -> str:
        """Wrong passwords that the instance has counted."""
        return self.account()["failed_attempts"]


@pytest.fixture
def tried(step: Doorstep) -> Tried:
    """Nobody has tried anything yet."""
    return Tried(step)


def count(step: Doorstep, attempts: int) -> None:
    """Have the instance have counted so many wrong passwords."""
    user = step.find("sys_user", user_name="svc")
    step.sandbox.store.update("sys_user", user, {"failed_attempts": str(attempts)})


@WAYS
def test_right_secrets_open_the_door(tried: Tried, stack: str) -> None:
    """And nothing is remembered of it."""
    tried.step.build(stack)
    assert (tried.ending(), tried.memory.failures) == (Ending.OPENED, {})


@WAYS
def test_wrong_secrets_have_drifted(tried: Tried, stack: str) -> None:
    """Found by one attempt."""
    tried.step.build(stack)
    tried.step.secrets["SECRET"] = WRONG
    assert tried.ending() is Ending.DRIFTED


def test_a_wrong_password_is_known_by_its_count(tried: Tried) -> None:
    """The client's secret was right, or nobody would have counted."""
    tried.step.build(BY_PASSWORD)
    tried.step.change(
        "sys_user", tried.step.find("sys_user", user_name="svc"), user_password="$scrypt1$" + "x" * 83
    )
    (trial,) = tried.run()
    assert [(each.address, each.attribute) for each in trial.secrets] == [(SVC, "password")]


def test_earlier_wrong_passwords_accuse_nobody(tried: Tried) -> None:
    """The count stood before, so the client's secret is named first."""
    tried.step.build(BY_PASSWORD)
    count(tried.step, 1)
    tried.step.change(
        "oauth_entity", tried.step.find("oauth_entity", name="App"), client_secret="made-up-Other-1"
    )
    (trial,) = tried.run()
    assert trial.diagnostics[0].address == Address("oauth_app", "app")


def test_a_refused_secret_is_not_tried_again_at_once(tried: Tried) -> None:
    """Many runs are as careful as one."""
    tried.step.build(BY_PASSWORD)
    tried.step.secrets["SECRET"] = WRONG
    assert [tried.ending(), tried.ending()] == [Ending.DRIFTED, Ending.UNTRIED]


def test_an_hour_later_it_is_tried_again(tried: Tried) -> None:
    """Nobody has to remember to."""
    tried.step.build(BY_PASSWORD)
    tried.memory.note(
        SVC, Failure(at=tried.now - timedelta(minutes=61), revision=tried.account()["sys_updated_on"])
    )
    assert tried.ending() is Ending.OPENED


def test_a_changed_account_is_tried_at_once(tried: Tried) -> None:
    """Somebody wrote the password again."""
    tried.step.build(BY_PASSWORD)
    tried.memory.note(SVC, Failure(at=tried.now, revision="2026-11-20 08:00:00"))
    assert tried.ending() is Ending.OPENED


@pytest.mark.parametrize(("attempts", "ending"), [(2, Ending.DRIFTED), (3, Ending.UNTRIED)])
def test_nobody_is_brought_near_a_lockout(tried: Tried, attempts: int, ending: Ending) -> None:
    """Two attempts are left for people, whatever is tried."""
    tried.step.build(BASIC)
    tried.step.secrets["SECRET"] = WRONG
    count(tried.step, attempts)
    assert tried.ending() is ending


def test_a_limit_of_the_instance_counts(tried: Tried) -> None:
    """Where three lock an account, the first is the last that may be tried."""
    tried.step.build(BASIC)
    tried.step.lay("sys_properties", name=LIMIT, value="3", type="integer")
    count(tried.step, 1)
    assert tried.ending() is Ending.UNTRIED


def test_no_limit_is_none(tried: Tried) -> None:
    """Where nothing locks accounts, nothing is held back."""
    tried.step.build(BASIC)
    tried.step.lay("sys_properties", name=LIMIT, value="0", type="integer")
    count(tried.step, 40)
    assert tried.ending() is Ending.OPENED


@pytest.mark.parametrize("columns", [{"locked_out": "true"}, {"active": "false"}])
def test_an_account_that_is_shut_is_left_alone(tried: Tried, columns: dict[str, str]) -> None:
    """No password would open anything."""
    tried.step.build(BASIC)
    tried.step.change("sys_user", tried.step.find("sys_user", user_name="svc"), **columns)
    assert (tried.ending(), tried.attempts()) == (Ending.UNTRIED, "")


def test_what_the_runner_cannot_count_is_not_tried(tried: Tried) -> None:
    """Who sees no count does not add to it."""
    tried.step.build(BASIC)
    tried.step.make_runner()
    acl = tried.step.lay(
        "sys_security_acl",
        name="sys_user.failed_attempts",
        operation="read",
        type="record",
        active="true",
        admin_overrides="true",
    )
    role = tried.step.find("sys_user_role", name="admin")
    tried.step.lay("sys_security_acl_role", sys_security_acl=acl, sys_user_role=role)
    assert tried.ending() is Ending.UNTRIED


def test_a_client_alone_cannot_lock_anybody_out(tried: Tried) -> None:
    """Its secret is tried whatever was counted."""
    tried.step.build(BY_CLIENT)
    count(tried.step, 4)
    assert tried.ending() is Ending.OPENED


def test_a_secret_that_is_not_here_is_not_tried(tried: Tried) -> None:
    """Where it should be is told, and it is not remembered as a failure."""
    tried.step.build(BASIC)
    del tried.step.secrets["SECRET"]
    (trial,) = tried.run()
    assert (trial.ending, "SECRET" in trial.why, tried.memory.failures) == (Ending.UNTRIED, True, {})


def test_another_reason_is_no_drift(tried: Tried) -> None:
    """A closed gate says nothing of the secret."""
    tried.step.build(BY_CLIENT.partition("[user.svc]")[2].join(("[user.svc]", "")))
    (trial,) = tried.run()
    assert (trial.ending, trial.diagnostics[0].code) == (Ending.SHUT, "SNC523")


def test_users_without_secrets_are_no_subject(tried: Tried) -> None:
    """Nothing is asked for them."""
    tried.step.build("[user.svc]\nactive = true\n")
    assert tried.run() == ()


def test_targets_alone_are_tried(tried: Tried) -> None:
    """Other identities keep their peace."""
    tried.step.build(BY_PASSWORD + '\n[user.other]\npassword = { env = "SECRET" }\n')
    (trial,) = tried.run(targets=frozenset({SVC}))
    assert trial.entrance.user == SVC


def test_one_attempt_is_one_attempt(tried: Tried) -> None:
    """A wrong password is counted once."""
    tried.step.build(BY_PASSWORD)
    tried.step.change(
        "sys_user", tried.step.find("sys_user", user_name="svc"), user_password="$scrypt1$" + "x" * 83
    )
    tried.run()
    assert tried.attempts() == "1"


def test_a_door_that_does_not_answer_is_told(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is still compared; what may have been counted is remembered."""
    tried.step.build(BASIC)

    def silent(_door: InstanceDoor, _entrance: Entrance) -> None:
        raise UnreachableError("no answer in time")

    monkeypatch.setattr(InstanceDoor, "enter", silent)
    (trial,) = tried.run()
    assert (trial.ending, trial.why, list(tried.memory.failures)) == (
        Ending.UNTRIED,
        "no answer in time",
        [SVC],
    )


def test_a_password_that_was_stored_unhashed_has_drifted(tried: Tried) -> None:
    """It opens nothing, so it is as wrong as another one."""
    tried.step.build(BASIC)
    tried.step.change(
        "sys_user",
        tried.step.find("sys_user", user_name="svc"),
        user_password=tried.step.secrets["SECRET"],
    )
    (trial,) = tried.run()
    assert (trial.ending, trial.diagnostics[0].code) == (Ending.DRIFTED, "SNC530")
