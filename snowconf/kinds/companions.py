"""What the platform makes by itself along with a record, for the kinds on both sides of it (tables.md 2.1)."""

from snowconf.kinds.kind import Companion

DEFAULT_PROFILE = Companion(table="oauth_entity_profile", owner="oauth_entity", only={"default": "true"})
