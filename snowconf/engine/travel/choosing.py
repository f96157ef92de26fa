"""The update set that takes the runner's changes: found or made, chosen for a run, and put back after it.

The choice is a preference of the account and not of a session, so it is borrowed: the row itself says in its description
who has borrowed it and what it held before. Whoever comes after a run that was killed reads that there, from whichever
machine. Sources: tables.md 10.2, wire-contract.md 7.2.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid4

from snowconf.engine.port import Instance, Row
from snowconf.errors import ForbiddenError, InstanceError, NotFoundError
from snowconf.model.change_control import CaptureSettings
from snowconf.model.change_failures import NotChosenError, UpdateSetError
from snowconf.model.query import where

SETS, PREFERENCES = "sys_update_set", "sys_user_preference"
CURRENT = "sys_update_set"
IN_PROGRESS, GLOBAL = "in progress", "global"
MARK = "snowconf "


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """What the description of a borrowed preference says. `made`: there was no row before, so it is to go again.

    `since` is when it was borrowed, by the instance's clock, as far as the instance told.
    """

    stack: str
    chosen: str
    before: str
    made: bool
    about: str = ""
    since: str = ""

    def text(self) -> str:
        """As the row holds it; what it said before follows on lines of its own."""
        said = {"stack": self.stack, "set": self.chosen, "before": self.before, "made": self.made}
        mark = f"{MARK}{json.dumps(said, separators=(',', ':'))}"
        return f"{mark}\n{self.about}" if self.about else mark

    @classmethod
    def read(cls, text: str) -> "Loan | None":
        """What it says, if it is one."""
        mark, _, about = text.partition("\n")
        try:
            said = json.loads(mark.removeprefix(MARK)) if mark.startswith(MARK) else {}
            return cls(
                stack=said["stack"],
                chosen=said["set"],
                before=said["before"],
                made=said["made"] is True,
                about=about,
            )
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The runner's current update set on one instance, for the runs of one stack."""

    settings: CaptureSettings
    instance: Instance
    stack: str
    user: str

    @classmethod
    def of(cls, settings: CaptureSettings, instance: Instance, stack: str) -> "Choice":
        """For whoever the instance takes us for; at most two requests.

        Raises:
            NotChosenError: it does not tell who that is.
        """
        user = instance.whoami().sys_id
        if not user:
            raise NotChosenError(
                "The instance does not tell which account snowconf works as, so its update set cannot be chosen. "
                "Nothing was written. Let the account read its own row of sys_user.",
                settings.origin,
            )
        return cls(settings=settings, instance=instance, stack=stack, user=user)

    def find_set(self, *, may_create: bool) -> str:
        """The sys_id of the update set; empty where there is none and it is to be made. One request, or two to make it.

        Raises:
            UpdateSetError: it cannot take changes, or is missing.
        """
        columns = ("name", "state", "application")
        listing = self.instance.list_rows(SETS, where(name=self.settings.name), columns)
        # Case does not count in a query (tables.md 1.6).
        rows = [each for each in listing.rows if each.get("name") == self.settings.name]
        if not rows and listing.hidden:
            raise self._unusable("is there, and the account may not see it. Let it read sys_update_set.")
        if not rows and self.settings.create:
            rows = [self._make()] if may_create else []
        elif not rows:
            raise self._unusable(
                "is not there. Make it in progress and global, or write create = true below it."
            )
        return self._usable(self._only(rows)) if rows else ""

    def _only(self, rows: Sequence[Row]) -> Row:
        """The one that can take changes; sets of one name are usual in several applications and states."""
        able = [each for each in rows if _is_able(each)] or rows
        if len(able) > 1:
            ids = " and ".join(each["sys_id"] for each in able)
            raise self._unusable(f"is there several times ({ids}). Rename all but one.")
        return able[0]

    def leftover(self) -> Loan | None:
        """What a run of this stack borrowed that did not live to give it back."""
        row = self._row()
        loan = _loan_of(row)
        return loan if loan and loan.stack == self.stack else None

    def borrow(self, chosen: str) -> Loan:
        """Have the account's changes land in that set, in one request and one write.

        Raises:
            NotChosenError: another run has borrowed it, or the instance does not take it.
        """
        row = self._row()
        self._check_free(known := _loan_of(row))
        loan = self._loan(row, known, chosen)
        wanted = {"value": chosen, "description": loan.text()}
        try:
            held = self._write(row, wanted)
        except (ForbiddenError, NotFoundError) as error:
            # Another run may have been quicker to make the row.
            self._check_free(_loan_of(self._row()))
            raise self._refused(f"The preference that chooses it cannot be written: {error.detail}") from None
        if any(held.get(column) != text for column, text in wanted.items()):
            self._check_free(_loan_of(held))
            self._restore(held, loan)
            raise self._refused(
                "The instance answered with success and holds something else, so the account may not write the value and the "
                "description of its preference, or the description is too long."
            )
        return replace(loan, since=held.get("sys_updated_on", ""))

    def _check_free(self, known: Loan | None) -> None:
        if known and known.stack != self.stack:
            raise self._refused(
                f"A run of the stack '{known.stack}' works with the same account: it has picked {known.chosen}, and not "
                "given it back. Wait until it is done. When it is certain that it died, apply that stack again, or choose "
                "an update set as that account in the picker. An account of its own for each pipeline avoids this."
            )

    def give_back(self, loan: Loan) -> str:
        """Put it back as it was, in one request and one write; what to say where somebody else has chosen meanwhile."""
        row = self._row()
        if row is None:
            return "The preference that chose it has gone meanwhile, and was left so."
        if row.get("value") == loan.chosen:
            self._restore(row, loan)
            return ""
        if _is_mark(row, loan):
            self.instance.update(PREFERENCES, row["sys_id"], {"description": loan.about})
        return (
            "Somebody, or another run with the same account, has chosen another update set meanwhile. That choice was left, "
            f"and the one before this run ({loan.before or 'none'}) was not put back."
        )

    def _loan(self, row: Row | None, known: Loan | None, chosen: str) -> Loan:
        if known:
            return Loan(
                stack=self.stack, chosen=chosen, before=known.before, made=known.made, about=known.about
            )
        held: Mapping[str, str] = row or {}
        about = held.get("description", "")
        stale = Loan.read(about)
        return Loan(
            stack=self.stack,
            chosen=chosen,
            before=held.get("value", ""),
            made=row is None,
            about=stale.about if stale else about,
        )

    def _write(self, row: Row | None, wanted: Mapping[str, str]) -> Row:
        if row is not None:
            return self.instance.update(PREFERENCES, row["sys_id"], wanted)
        # Of two runs that find no row only one can make it.
        sys_id = sha256(f"{CURRENT}\0{self.user}".encode()).hexdigest()[:32]
        own = {"sys_id": sys_id, "user": self.user, "name": CURRENT}
        return self.instance.insert(PREFERENCES, {**own, **wanted})

    def _restore(self, row: Row, loan: Loan) -> None:
        if loan.made:
            self.instance.delete(PREFERENCES, row["sys_id"])
        else:
            before = {"value": loan.before, "description": loan.about}
            self.instance.update(PREFERENCES, row["sys_id"], before)

    def _row(self) -> Row | None:
        """The account's only row.

        Raises:
            NotChosenError: there are several, and which one counts is not known; or it is not shown.
        """
        query = where(user=self.user, name=CURRENT)
        listing = self.instance.list_rows(PREFERENCES, query, ("user", "name", "value", "description"))
        rows = listing.rows
        if listing.hidden:
            raise self._refused(
                f"The account has a preference {CURRENT} and may not see it. Let it read its own."
            )
        if len(rows) > 1:
            ids = " and ".join(each["sys_id"] for each in rows)
            raise self._refused(f"The account has several preferences {CURRENT} ({ids}). Remove all but one.")
        return rows[0] if rows else None

    def _make(self) -> Row:
        about = {"name": self.settings.name, "state": IN_PROGRESS, "sys_id": uuid4().hex}
        try:
            return self.instance.insert(SETS, about)
        except InstanceError as error:
            raise self._unusable(f"is not there and cannot be made: {error.detail}") from None

    def _usable(self, row: Row) -> str:
        state, application = row.get("state", ""), row.get("application", "")
        if state != IN_PROGRESS:
            raise self._unusable(
                f"is '{state}' and not in progress, so it takes no changes. Name another one, or open it again."
            )
        if application != GLOBAL:
            raise self._unusable(
                f"belongs to the application {application or 'that is not shown'}. REST makes records in the global scope, so "
                "name an update set of that."
            )
        return row["sys_id"]

    def _unusable(self, why: str) -> UpdateSetError:
        detail = f"The update set '{self.settings.name}' {why} Nothing was written."
        return UpdateSetError(detail, self.settings.origin)

    def _refused(self, why: str) -> NotChosenError:
        detail = (
            f"The update set '{self.settings.name}' was not chosen. {why} No record of the stack was written."
        )
        return NotChosenError(detail, self.settings.origin)


def _is_able(row: Row) -> bool:
    return row.get("state") == IN_PROGRESS and row.get("application") == GLOBAL


def _loan_of(row: Row | None) -> Loan | None:
    """What the row was borrowed for, unless somebody has chosen otherwise since."""
    loan = Loan.read(row.get("description", "")) if row else None
    return loan if row and loan and row.get("value") == loan.chosen else None


def _is_mark(row: Row, loan: Loan) -> bool:
    return row.get("description", "") == loan.text()
