"""What the command line itself refuses. Each is shown like every other diagnostic."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from snowconf.errors import SnowconfError
from snowconf.model.diagnostic import Diagnostic


class MisusedError(SnowconfError):
    """Arguments that no command takes."""

    summary = "Command line not understood"
    code = "SNC001"


class NotApprovedError(SnowconfError):
    """Nobody said yes."""

    summary = "Not approved"
    code = "SNC002"


class WouldOverwriteError(SnowconfError):
    """A file is there that must not be lost."""

    summary = "Nothing is overwritten"
    code = "SNC003"


class InvalidStackError(SnowconfError):
    """The files have errors; all of them are in `diagnostics`."""

    summary = "Stack not valid"

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        super().__init__("The files of the stack have errors.")
        self.diagnostics = tuple(diagnostics)


class UnknownAddressError(SnowconfError):
    """An address that the stack does not have."""

    summary = "Unknown address"
    code = "SNC004"


class UnknownCodeError(SnowconfError):
    """A diagnostic code that nothing has."""

    summary = "Unknown code"
    code = "SNC005"


class NotServedError(SnowconfError):
    """The sandbox cannot be served as asked."""

    summary = "Sandbox not served"
    code = "SNC006"


class NotEmbeddedError(SnowconfError):
    """The instance is not one that lives in a file of the stack."""

    summary = "Not an embedded sandbox"
    code = "SNC007"


class NoDatabaseError(SnowconfError):
    """A file that was named as a sandbox's is something else, or cannot be where it should."""

    summary = "Not a sandbox's file"
    code = "SNC010"


class NotSeededError(SnowconfError):
    """Records cannot be put into a sandbox, or taken out, as asked."""

    summary = "Records not usable"
    code = "SNC011"


class UnusableFileError(SnowconfError):
    """The operating system refused a file or a folder."""

    summary = "File not usable"
    code = "SNC008"


class NotSavedError(SnowconfError):
    """A plan that nobody could apply is not kept."""

    summary = "Plan not saved"
    code = "SNC259"


class NoReceiptError(SnowconfError):
    """There is no such receipt, or several fit what was said of it."""

    summary = "No such receipt"
    code = "SNC265"


class ForeignReceiptError(SnowconfError):
    """The receipt is of another stack or of another instance."""

    summary = "Receipt of another stack or instance"
    code = "SNC266"


class NothingToExportError(SnowconfError):
    """Nothing that is planned travels in an update set."""

    summary = "Nothing to export"
    code = "SNC601"


class NotImportedError(SnowconfError):
    """An update set cannot be taken into a sandbox, or is not committed because of what its preview found."""

    summary = "Update set not committed"
    code = "SNC603"


class NothingDeclaredError(SnowconfError):
    """Nothing says what an account is for, so nobody can tell what it does not need."""

    summary = "No access declared"
    code = "SNC623"


class PolicyDeniedError(SnowconfError):
    """The policies refuse the plan; `document` is what they say of it."""

    summary = "A policy said no"
    code = "SNC640"

    def __init__(self, detail: str, *, document: Mapping[str, Any]) -> None:
        super().__init__(detail)
        self.document = document


class UnknownRuleError(SnowconfError):
    """No policy has a rule of this id."""

    summary = "Unknown rule"
    code = "SNC653"


class BadDocumentError(SnowconfError):
    """A file is no document of a plan."""

    summary = "Plan document not usable"
    code = "SNC651"


class UnwritableReportError(SnowconfError):
    """A report cannot go where it was to go."""

    summary = "Report has no place"
    code = "SNC660"


class TokenLostError(SnowconfError):
    """A token was given and could not be put where it was to be kept."""

    summary = "Token not kept"
    code = "SNC539"


class CrashError(SnowconfError):
    """Something that nobody foresaw."""

    summary = "Unexpected failure"
    code = "SNC009"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'user.svc_finout'?`, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f" Did you mean '{close[0]}'?" if close else ""
