"""Verdicts: what became of each column that was sent, by what the instance says it holds (tables.md 12.2). Pure."""

from snowconf.engine.port import Row
from snowconf.model.outcome import ColumnVerdict, Verdict
from snowconf.model.plan import Write


def judge(write: Write, answer: Row) -> tuple[ColumnVerdict, ...]:
    """One verdict per column and secret of an insert or update."""
    columns = (_judge_column(write, column, sent, answer) for column, sent in sorted(write.columns.items()))
    secrets = (
        ColumnVerdict(table=write.table, column=column, verdict=Verdict.WRITTEN, sensitive=True)
        for column in sorted(write.secrets)
    )  # fmt: skip
    return (*columns, *secrets)


def _judge_column(write: Write, column: str, sent: str, answer: Row) -> ColumnVerdict:
    held = answer.get(column)
    verdict = _verdict(sent, held, write.before.get(column, ""))
    if column in write.masked:
        return ColumnVerdict(table=write.table, column=column, verdict=verdict, sensitive=True)
    return ColumnVerdict(table=write.table, column=column, verdict=verdict, sent=sent, held=held or "")


def _verdict(sent: str, held: str | None, before: str) -> Verdict:
    if held is None:
        return Verdict.UNREADABLE
    # Forms and files end lines differently; the platform keeps what it was sent or what its editor makes of it.
    if held.replace("\r\n", "\n") == sent.replace("\r\n", "\n"):
        return Verdict.APPLIED
    return Verdict.DROPPED if held == before else Verdict.COERCED
