"""Update sets leave the machine: none of them holds a secret, in whatever form, and nothing that is said of them does."""

import pytest

from tests.secrecy.canaries import leaks_in
from tests.secrecy.keeping import Keeper

FORMS = pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])


@FORMS
def test_an_exported_set_tells_no_secret(keeper: Keeper, form: tuple[str, ...]) -> None:
    """Not even that of a property whose value is plain text to the platform; the set is then taken in and applied over."""
    assert keeper.run("export", "--update-set", "quiet.xml", *form).code == 0
    assert leaks_in((keeper.folder / "quiet.xml").read_bytes()) == []
    steps = {
        "sandbox import-update-set quiet.xml": 0,
        "apply --auto-approve": 0,
        "plan --detailed-exitcode": 0,
    }
    assert {step: keeper.run(*step.split(), *form).code for step in steps} == steps


def test_secrets_that_the_instance_holds_do_not_travel_with_other_changes(keeper: Keeper) -> None:
    """The whole record travels when one column changes, but for what is secret in it."""
    keeper.run("apply", "--auto-approve")
    path = keeper.folder / "stack.toml"
    text = path.read_text("utf-8")
    for name in ("acme.quiet.key", "acme.quiet.api_token"):
        text = text.replace(f'[property."{name}"]', f'[property."{name}"]\ndescription = "Changed"')
    path.write_text(
        text.replace('name = "Quiet"\nclient', 'name = "Quiet"\nlogo_url = "https://x/y"\nclient'), "utf-8"
    )
    assert keeper.run("export", "--update-set", "quiet.xml").code == 0
    content = (keeper.folder / "quiet.xml").read_bytes()
    assert leaks_in(content) == []
    assert (content.count(b"Changed"), b"https://x/y" in content) == (2, True)
