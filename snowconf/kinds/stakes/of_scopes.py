"""Authentication scopes: the clients whose tokens one that goes opens nothing more for (tables.md 2.2)."""

from collections.abc import Iterator

from snowconf.kinds.stakes.case import Case, Inquiry, Stake, isin
from snowconf.kinds.stakes.touching import counted, is_deleted, names, untold, updated

MAPPINGS = "oauth_entity_auth_scope_mapping"


def clients(case: Case) -> Iterator[str]:
    """Scopes are resolved when a token is used, so living tokens lose what the scope opened."""
    if _ends(case):
        rows = case.evidence.find(MAPPINGS, "auth_scope", case.change.sys_id)
        if rows:
            listed = names(row.get("oauth_entity.name", "") or row.get("oauth_entity", "") for row in rows)
            yield f"{counted(len(rows), 'OAuth client')} with this scope ({listed}): living tokens open less from then on."
        yield from untold(case, MAPPINGS, "Which clients have this scope")


def _ends(case: Case) -> bool:
    return is_deleted(case.change) or "name" in updated(case.change)


HAVING = Inquiry(
    table=MAPPINGS,
    columns=("auth_scope", "oauth_entity", "oauth_entity.name"),
    about=lambda case: isin("auth_scope", [case.change.sys_id] if _ends(case) else []),
)

STAKES = (Stake(hazard="live_tokens", find=clients, asks=(HAVING,)),)
