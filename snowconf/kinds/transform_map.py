"""Transform maps: which table the rows of an import go to (tables.md 6.3). Its entries are `record` blocks."""

from collections.abc import Mapping

from snowconf.kinds import writers
from snowconf.kinds.attributes import Boolean, Choice, Integer, Script, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.kind import Kind

TABLE = "sys_transform_map"
# Stored as labels; people write them as the platform's own tools do.
MANDATORY = {
    "no": choices_of(TABLE, "enforce_mandatory_fields")["No"],
    "only_mapped": choices_of(TABLE, "enforce_mandatory_fields")["Only Mapped Fields"],
    "all": choices_of(TABLE, "enforce_mandatory_fields")["All Fields"],
}


def runs(script: str) -> Mapping[str, str]:
    """The script runs only when this box is ticked."""
    return {"run_script": "true" if script else "false"}


TRANSFORM_MAP = Kind(
    name="transform_map",
    table=TABLE,
    doc="A transform map: which table the rows of an import set go to, and by which rules.",
    key=("name",),
    attributes=(
        Text("name", "The map's name; the platform allows two of one name, snowconf does not."),
        Text("source_table", "The import set table that rows come from.", required=True),
        Text("target_table", "The table that rows go to.", required=True),
        Boolean("active", "Inactive maps transform nothing."),
        Integer("order", "The order among the maps of one source table."),
        Boolean("run_business_rules", "Business rules of the table that rows go to run for each row."),
        Choice(
            "enforce_mandatory_fields",
            "Which mandatory columns must be filled for a row to be taken.",
            choices=MANDATORY,
        ),
        Boolean("copy_empty_fields", "An empty value empties the column it goes to."),
        Boolean(
            "create_new_record_on_empty_coalesce_fields",
            "A row whose coalesce columns are all empty makes a new record.",
        ),
        Script("script", "A script that runs for each row; '' switches it off.", implies=runs),
    ),
    writers=writers.IMPORTS,
)
