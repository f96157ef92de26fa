"""OAuth grants as people write them (tables.md 2.1)."""

from snowconf.kinds.choices import choices_of

# The platform names two grants by a URN; people write the short form.
BEARER = "urn:ietf:params:oauth:grant-type:"
GRANTS = {
    stored.removeprefix(BEARER).replace("-", "_"): stored
    for stored in choices_of("oauth_entity", "default_grant_type")
}
