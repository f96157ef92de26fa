"""Which property values reports hide although the platform calls them text."""

import pytest

from snowconf.kinds import KINDS
from tests.kinds.blocks import block


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("acme.slack.token", "xoxb-1", True),
        ("acme.client_secret", "s", True),
        ("ACME.API-KEY", "k", True),
        ("glide.authenticate.api.user.reset_password.mandatory", True, False),
        ("acme.password.length", 12, False),
        ("acme.token", "", False),
        ("acme.colour", "blue", False),
    ],
)
def test_a_telling_name_hides_more_than_switches(name: str, value: str | int, *, hidden: bool) -> None:
    """Secrets stand in plain string properties in the wild (tables.md 5)."""
    mask = KINDS["property"].masked
    assert mask is not None
    assert mask(block("property", name=name, value=value)) == ({"value"} if hidden else set())
