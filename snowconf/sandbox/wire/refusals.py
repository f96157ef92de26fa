"""The platform's refusals with 403, in its words (wire-contract.md 1.5, 1.7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Operation: TypeAlias = Literal["create", "read", "write", "delete"]
# An exact search, and one whose bounds can be moved, which sorting is too (docs/platform.md).
Search: TypeAlias = Literal["query_match", "query_range"]

VERBS = {"create": "Insert", "read": "Read", "write": "Update", "delete": "Delete"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """`message` and `detail` of an error envelope; a detail of None is null there."""

    message: str
    detail: str | None = None


API_CLOSED = Refusal(message="User Not Authorized", detail="Failed API level ACL Validation")
QUERY_RIGHTS = Refusal(message="Insufficient rights to query records")


class AbortedError(Exception):
    """A write that the platform refuses with 403."""

    def __init__(self, message: str, detail: str) -> None:
        super().__init__(detail)
        self.message = message
        self.detail = detail


def by_acl(operation: Operation) -> AbortedError:
    """No access control lets the caller."""
    detail = f"ACL Exception {VERBS[operation]} Failed due to security constraints"
    return AbortedError("Operation Failed", detail)


def by_rule(table: str, rule: str, rule_sys_id: str) -> AbortedError:
    """A business rule aborts; the text its author wrote does not cross REST."""
    detail = (
        f"Operation against file '{table}' was aborted by Business Rule '{rule}^{rule_sys_id}'. "
        f"Business Rule Stack:{rule}"
    )
    return AbortedError("Operation Failed", detail)


def by_data_policy(labels: Iterable[str]) -> AbortedError:
    """Columns are empty that may not be; they are named as people see them."""
    detail = f"Data Policy Exception: The following fields are mandatory: {', '.join(labels)}"
    return AbortedError("Operation Failed", detail)


def by_unique_key(table: str, display: str, verb: str = "insert") -> AbortedError:
    """A unique key is taken; nothing in the answer says so."""
    return AbortedError("Operation Failed", f"Error during {verb} of {table} ({display})")
