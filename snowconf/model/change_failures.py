"""Why an apply was not begun, or was stopped, for the sake of a change request or of an update set."""

from snowconf.errors import SnowconfError
from snowconf.model.origin import Origin


class ChangeRefusedError(SnowconfError):
    """The change request does not allow to apply now; `origin` is where the stack asks for one."""

    summary = "The change request does not allow it"
    code = "SNC703"

    def __init__(self, detail: str, origin: Origin | None = None) -> None:
        super().__init__(detail)
        self.origin = origin


class NoChangeError(ChangeRefusedError):
    """A change request is needed, and none was named."""

    summary = "A change request is needed"
    code = "SNC702"


class NotNotedError(ChangeRefusedError):
    """The plan cannot be noted in the change request."""

    summary = "Plan not noted in the change request"
    code = "SNC704"


class UpdateSetError(SnowconfError):
    """The update set that the stack names cannot take changes; `origin` is where it is named."""

    summary = "Update set not usable"
    code = "SNC710"

    def __init__(self, detail: str, origin: Origin | None = None) -> None:
        super().__init__(detail)
        self.origin = origin


class NotChosenError(UpdateSetError):
    """The update set cannot be made the one that takes the runner's changes."""

    summary = "Update set not chosen"
    code = "SNC711"
