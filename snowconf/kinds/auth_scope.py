"""Authentication scopes: which APIs the tokens of a restricted client may call (tables.md 2.2)."""

from snowconf.kinds import writers
from snowconf.kinds.attributes import Text
from snowconf.kinds.kind import Kind
from snowconf.kinds.stakes import of_scopes

AUTH_SCOPE = Kind(
    name="auth_scope",
    table="sys_auth_scope",
    doc="An authentication scope: a name for a set of APIs, which OAuth clients are given.",
    key=("name",),
    attributes=(
        Text(
            "name", "The scope's name as clients ask for it; one name means one scope on the whole instance."
        ),
        Text("description", "What the scope opens."),
    ),
    stakes=of_scopes.STAKES,
    writers=writers.CLIENTS,
)
