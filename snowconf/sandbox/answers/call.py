"""One request to one of the REST APIs, on behalf of a caller who is known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from snowconf.sandbox.acting.session import Session
from snowconf.sandbox.answers.parameters import Parameters, read_parameters
from snowconf.sandbox.rights.access import Access
from snowconf.sandbox.wire.requests import Answer, Request

Perform: TypeAlias = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request and what its path says: `root` is `/api/now` with the version, `steps` what follows the API's name.

    `perform` answers another request of the same caller, as a batch has them.
    """

    session: Session
    request: Request
    root: str
    steps: tuple[str, ...]
    perform: Perform

    @property
    def table(self) -> str:
        """The table that the path names; empty when it names none."""
        return self.steps[0] if self.steps else ""

    @property
    def sys_id(self) -> str:
        """The record that the path names; empty when it names none."""
        return self.steps[1] if len(self.steps) > 1 else ""

    @property
    def base(self) -> str:
        """What links to records begin with."""
        return f"{self.request.host}{self.root}/table"

    @property
    def access(self) -> Access:
        """What the caller may do."""
        return Access(self.session.store, self.session.switches, self.session.caller, self.session.sink)

    @property
    def parameters(self) -> Parameters:
        """What else the request says."""
        return read_parameters(self.request)


Handler: TypeAlias = Callable[[Call], Answer]
