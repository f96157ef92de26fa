"""What goes with a configuration item: docs/platform.md "CMDB"."""

from snowconf.sandbox.rules.rule import Cascade

CASCADES: tuple[Cascade, ...] = (
    Cascade(parent="cmdb_ci", table="cmdb_rel_ci", column="parent"),
    Cascade(parent="cmdb_ci", table="cmdb_rel_ci", column="child"),
)
