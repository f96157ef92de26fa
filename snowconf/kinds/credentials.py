"""What credentials of every class have in common (tables.md 7.3)."""

from snowconf.kinds.attributes import Attribute, Boolean, Choice, Integer, References, Text
from snowconf.kinds.choices import choices_of
from snowconf.kinds.targets import ALIAS

TABLE = "discovery_credentials"

NAME = Text("name", "The credential's name.")
BINDING: tuple[Attribute, ...] = (
    References(
        "aliases",
        "The whole list of aliases it opens: the second half of what a connection says with `alias` and `credential`.",
        column="tag",
        target=ALIAS,
    ),
    Boolean("active", "An inactive credential opens nothing."),
    Integer("order", "Which is tried first where several would do.", minimum=0),
    Choice("applies_to", "Which MID servers may use it.", choices=choices_of(TABLE, "applies_to")),
)
