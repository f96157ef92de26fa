"""Showing declared secrets at the door, once each, and never so often that an account is locked out.

Nobody can read a secret back; whether the declared one is still the right one is known by a grant alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from snowconf.engine.context import Context
from snowconf.engine.enter.diagnosing import diagnose
from snowconf.engine.enter.entering import USER, find_entrances
from snowconf.engine.enter.examined import client_secret_of, password_of
from snowconf.engine.enter.prerequisites import PASSWORD_USABLE
from snowconf.engine.enter.remedies import Blocks
from snowconf.engine.enter.suspecting import OPENS_NOTHING
from snowconf.engine.observe.inquiring import UNTOLD
from snowconf.engine.port import Door, Instance, Row
from snowconf.errors import InstanceError, SecretUnavailableError
from snowconf.kinds.stakes.case import isin
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.grant import Entrance, Refusal
from snowconf.model.query import Query
from snowconf.model.state import Desired
from snowconf.model.trial import Ending, Failure, Shown, Trial

LIMIT = "glide.user.max_unlock_attempts"
# What the platform ships, where the property has no row.
ATTEMPTS = 5
# So many wrong passwords are left to people and to the integration itself.
SPARE = 2
# As long as a lock that failed logins put on lasts by default, and then some.
REST = timedelta(hours=1)
# A password that is unusable is no more the declared one than a wrong one.
DRIFTED = (PASSWORD_USABLE.code, OPENS_NOTHING)
COLUMNS = ("user_name", "active", "locked_out", "failed_attempts", "sys_updated_on")


class Memory(Protocol):
    """What earlier runs tried in vain."""

    def find(self, user: Address) -> Failure | None:
        """How the user was refused last; None when its secrets opened the door since, or were never tried."""
        ...

    def note(self, user: Address, failure: Failure | None) -> None:
        """Remember it before anybody tries again."""
        ...


@dataclass(slots=True)
class Trials:
    """One run of trials."""

    desired: Desired
    instance: Instance
    door: Door
    context: Context
    memory: Memory
    _rows: Mapping[str, Row] = field(default_factory=dict)
    _limit: int = ATTEMPTS

    def run(self) -> tuple[Trial, ...]:
        """Every identity of the targets, or of the stack, that the stack has secrets of; one attempt each at most.

        Raises:
            InstanceError: the instance did not answer.
        """
        entrances = self._entrances()
        if not entrances:
            return ()
        self._rows, self._limit = self._accounts(entrances), self._allowed()
        tried = [(each, self._try(each)) for each in entrances]
        refusals = self._counted([found for _, found in tried if isinstance(found, Refusal)])
        said = diagnose(tuple(refusals.values()), self.desired, self.instance, self.context)
        return tuple(
            self._judge(entrance, said[entrance.user]) if isinstance(found, Refusal) else found
            for entrance, found in tried
        )

    def _entrances(self) -> Sequence[Entrance]:
        targets = self.context.targets
        users = [
            each.address
            for each in self.desired.resources
            if each.address.kind == USER and not each.absent and (not targets or each.address in targets)
        ]
        found = find_entrances(self.desired, self.instance, users) if users else {}
        return [each for each in found.values() if isinstance(each, Entrance)]

    def _try(self, entrance: Entrance) -> Trial | Refusal:
        why = self._why_not(entrance)
        if why:
            return Trial(entrance=entrance, ending=Ending.UNTRIED, why=why)
        # Remembered first: whoever interrupts this has tried all the same.
        self._note(entrance, self._rows)
        try:
            found = self.door.enter(entrance)
        except SecretUnavailableError as error:
            self.memory.note(entrance.user, None)
            return Trial(entrance=entrance, ending=Ending.UNTRIED, why=error.detail)
        except InstanceError as error:
            # It may have been counted all the same, so it stays remembered.
            return Trial(entrance=entrance, ending=Ending.UNTRIED, why=error.detail)
        if isinstance(found, Refusal):
            return found
        found.close()
        self.memory.note(entrance.user, None)
        return Trial(entrance=entrance, ending=Ending.OPENED, secrets=self._shown(entrance))

    def _why_not(self, entrance: Entrance) -> str:
        row = self._rows.get(entrance.user_name.casefold())
        if password_of(entrance) is not None and (wary := _why_wary(row, self._limit)):
            return wary
        failed = self.memory.find(entrance.user)
        if failed is None or failed.revision != _revision(row) or self.context.clock() - failed.at >= REST:
            return ""
        return (
            f"It was refused at {failed.at:%H:%M:%S} UTC, and is tried again one hour after that, or when the account's record "
            "was changed since."
        )

    def _accounts(self, entrances: Iterable[Entrance]) -> Mapping[str, Row]:
        query = Query((isin("user_name", (each.user_name for each in entrances)),))
        try:
            rows = self.instance.list_rows("sys_user", query, COLUMNS).rows
        except UNTOLD:
            return {}
        return {row.get("user_name", "").casefold(): row for row in rows}

    def _allowed(self) -> int:
        """How many wrong passwords lock an account."""
        try:
            rows = self.instance.list_rows(
                "sys_properties", Query((isin("name", [LIMIT]),)), ("name", "value")
            ).rows
        except UNTOLD:
            return ATTEMPTS
        text = next((row.get("value", "").strip() for row in rows), "")
        return int(text) if text.isascii() and text.isdecimal() else ATTEMPTS

    def _counted(self, refusals: Sequence[Refusal]) -> Mapping[Address, Refusal]:
        """With what the attempt did to the account's count of wrong passwords."""
        after = self._accounts(each.entrance for each in refusals) if refusals else {}
        for each in refusals:
            self._note(each.entrance, after)
        return {
            each.entrance.user: replace(each, counted=self._was_counted(each, after)) for each in refusals
        }

    def _note(self, entrance: Entrance, rows: Mapping[str, Row]) -> None:
        """It was refused, as far as anybody knows; the account as it stands then."""
        revision = _revision(rows.get(entrance.user_name.casefold()))
        self.memory.note(entrance.user, Failure(at=self.context.clock(), revision=revision))

    def _was_counted(self, refusal: Refusal, after: Mapping[str, Row]) -> bool | None:
        name = refusal.entrance.user_name.casefold()
        attempts = [_attempts(rows.get(name)) for rows in (self._rows, after)]
        return None if None in attempts else attempts[0] != attempts[1]

    def _judge(self, entrance: Entrance, said: tuple[Diagnostic, ...]) -> Trial:
        wrong = frozenset(each.address for each in said if each.code in DRIFTED)
        if not wrong:
            return Trial(entrance=entrance, ending=Ending.SHUT, diagnostics=said)
        shown = self._shown(entrance)
        return Trial(
            entrance=entrance,
            ending=Ending.DRIFTED,
            secrets=tuple(each for each in shown if each.address in wrong),
            # Drift is what was looked for, and no failure of the command.
            diagnostics=tuple(replace(each, severity=Severity.WARNING) for each in said),
        )

    def _shown(self, entrance: Entrance) -> tuple[Shown, ...]:
        blocks = Blocks.of(self.desired)
        named = (
            (entrance.client, "client_secret", client_secret_of(entrance)),
            (entrance.user, "password", password_of(entrance)),
        )
        return tuple(
            Shown(address=address, attribute=attribute, origin=blocks.origin_of(address, attribute))
            for address, attribute, source in named
            if address is not None and source is not None
        )


def _why_wary(row: Row | None, limit: int) -> str:
    """Why a password is not tried; "" where a wrong one would do no harm."""
    attempts = _attempts(row)
    if row is None or attempts is None:
        return (
            "The account of this run cannot see how many wrong passwords were counted against it, and another one might lock "
            "it out."
        )
    if row.get("locked_out") == "true" or row.get("active") == "false":
        return "The account is locked out or inactive, so no password would open anything."
    if limit and attempts + 1 > limit - SPARE:
        return (
            f"{attempts} wrong passwords were counted against it already, and {limit} lock it out. The right one, given by the "
            "integration itself, ends the count."
        )
    return ""


def _revision(row: Row | None) -> str:
    return (row or {}).get("sys_updated_on", "")


def _attempts(row: Row | None) -> int | None:
    text = (row or {}).get("failed_attempts")
    if text is None:
        return None
    return int(text) if text.isdecimal() else 0
