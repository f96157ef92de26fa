"""How one change's writes went, as the answers tell: verdicts, and signs that somebody else wrote at the same moment."""

from dataclasses import dataclass, field
from typing import Self

from snowconf.engine.apply.judging import judge
from snowconf.engine.port import Row
from snowconf.model.outcome import ColumnVerdict
from snowconf.model.plan import Change, Verb, Write


@dataclass(slots=True, kw_only=True)
class Course:
    """One change under way. `revision` is the last one known of its record, None when there is none to go by."""

    change: Change
    revision: int | None = None
    sent: int = 0
    verdicts: list[ColumnVerdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, change: Change) -> Self:
        """Before its first write."""
        return cls(change=change, revision=_number(change.revision))

    def take(self, write: Write, answer: Row) -> None:
        """The instance answered this write with the record as it is now."""
        self.sent += 1
        if write.verb is Verb.DELETE:
            return
        self.verdicts += judge(write, answer)
        if write.sys_id == self.change.sys_id:
            self._compare(write, _number(answer.get("sys_mod_count", "")))

    def _compare(self, write: Write, revision: int | None) -> None:
        """One write moves a revision by one step, or by none when it changed nothing."""
        known, self.revision = self.revision, revision
        if write.verb is not Verb.UPDATE or known is None or revision is None or revision - known <= 1:
            return
        self.notes.append(
            f"The revision of this record went from {known} to {revision} with one write. Somebody else, or a business "
            "rule, wrote at the same moment: look at the record's history whether anything was lost."
        )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
