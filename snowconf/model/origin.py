"""Where in which file something was written."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A place in a stack: `file` as the user would type it, `line` and `column` from 1.

    What stood there is `gone` when its block has left the files: then something else may stand there now.
    """

    file: str
    line: int
    column: int = 1
    gone: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def place(self) -> str:
        """As reports say it."""
        return f"was at {self}" if self.gone else str(self)
