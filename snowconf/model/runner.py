"""Whom an instance takes snowconf for: the account that reads and writes there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Every part is empty when it is not known. `grant` and `client_id` are those of OAuth.

    `roles` are the names of all roles in effect, inherited ones too; None when they could not be read.
    `is_trusted`: the embedded sandbox takes whoever opens its file for admin, so there are no roles to ask for.
    """

    user_name: str = ""
    sys_id: str = ""
    client_id: str = ""
    grant: str = ""
    roles: frozenset[str] | None = None
    is_trusted: bool = False

    def is_user(self, *, sys_id: str = "", user_name: str = "") -> bool:
        """Is this account the runner? User names count whatever their case, as on the platform (tables.md 1.6)."""
        same_name = bool(user_name) and user_name.casefold() == self.user_name.casefold()
        return same_name or (bool(sys_id) and sys_id == self.sys_id)
