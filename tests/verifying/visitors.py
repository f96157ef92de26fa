"""A user of the stack on a pretended instance."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.engine.pretend import PretendInstance


@dataclass
class Glimpsed(PretendInstance):
    """A user who is shown what the test says; `broken` is what happens instead."""

    shown: tuple[dict[str, str], ...] = ()
    counted: int | None = None
    broken: Exception | None = None

    def glimpse(self, table: str, columns: Sequence[str], *, limit: int) -> "Glimpsed":
        """The same whatever is asked."""
        if self.broken:
            raise self.broken
        self.log.append(("GET", table, dict.fromkeys(columns, str(limit))))
        return self

    @property
    def rows(self) -> tuple[dict[str, str], ...]:
        """What is shown."""
        return self.shown

    def close(self) -> None:
        """Nothing is held."""

    @property
    def counts(self) -> dict[str, int]:
        """Requests."""
        return dict(self.requests)
