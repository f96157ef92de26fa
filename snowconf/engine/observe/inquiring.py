"""Asking for what a plan may break: one list a table, whatever the number of changes, and none for no change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.engine.context import Context
from snowconf.engine.port import Reader, Row
from snowconf.engine.workers import Workers
from snowconf.errors import BadRequestError, FilterIgnoredError, ForbiddenError, NotFoundError
from snowconf.kinds.stakes.case import Case, Evidence, Inquiry
from snowconf.model.query import Condition, Query

# A table that is not there, is closed to this account, or hides the columns that the question needs.
UNTOLD = (ForbiddenError, NotFoundError, BadRequestError, FilterIgnoredError)


@dataclass(slots=True)
class _Question:
    """Everything that is to be asked of one table."""

    table: str
    columns: set[str] = field(default_factory=set)
    values: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    inquiries: set[Inquiry] = field(default_factory=set)

    def add(self, inquiry: Inquiry, conditions: Iterable[Condition]) -> None:
        for condition in conditions:
            self.inquiries.add(inquiry)
            self.columns.update(inquiry.columns, [condition.column, *filter(None, [inquiry.living])])
            self.values[condition.column, condition.operator].update(condition.values)

    def query(self, yesterday: str) -> Query:
        """Any of the conditions; of rows that end, those that have not: with a day to spare for time zones."""
        living = {each.living for each in self.inquiries}
        column = living.pop() if len(living) == 1 else ""
        alive = (Condition(column, ">", (yesterday,)), Condition(column, "=", ("",)))
        return Query((tuple(self._conditions()), *([alive] if column else [])))

    @property
    def limit(self) -> int | None:
        """As many rows as all who ask are content with."""
        limits = [each.at_most for each in self.inquiries]
        return None if None in limits else max(each for each in limits if each is not None)

    def _conditions(self) -> Iterable[Condition]:
        for (column, operator), values in sorted(self.values.items()):
            if operator == "IN":
                yield Condition(column, "IN", tuple(sorted(values)))
            else:
                yield from (Condition(column, "STARTSWITH", (value,)) for value in sorted(values))


def inquire(
    asked: Mapping[Inquiry, Sequence[Case]], yesterday: str, *, instance: Reader, context: Context
) -> Evidence:
    """The rows that answer the inquiries. What the instance does not show is no error: the evidence says so.

    Raises:
        InstanceError: the instance did not answer.
    """
    questions = _questions(asked)

    def ask(question: _Question) -> tuple[Sequence[Row], bool]:
        try:
            listing = instance.list_rows(
                question.table, question.query(yesterday), sorted(question.columns), limit=question.limit
            )
        except UNTOLD:
            return (), False
        return listing.rows, not listing.hidden

    with Workers(max(1, context.parallelism)) as workers:
        futures = {each.table: workers.submit(ask, each) for each in questions}
        answers = {table: future.result() for table, future in futures.items()}
    return Evidence(
        {table: rows for table, (rows, _) in answers.items()},
        untold=frozenset(table for table, (_, is_whole) in answers.items() if not is_whole),
    )


def _questions(asked: Mapping[Inquiry, Sequence[Case]]) -> Sequence[_Question]:
    questions: dict[str, _Question] = {}
    for inquiry, cases in asked.items():
        conditions = [condition for case in cases for condition in inquiry.about(case)]
        if conditions:
            questions.setdefault(inquiry.table, _Question(inquiry.table)).add(inquiry, conditions)
    return [questions[table] for table in sorted(questions)]
