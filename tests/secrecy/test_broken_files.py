"""Files with mistakes around secrets: every message names the place, none repeats what stands there."""

import pytest

from tests.secrecy.canaries import LITERAL
from tests.secrecy.keeping import Keeper

TEXT = LITERAL.text
QUOTED = f"'''{TEXT}'''"
BROKEN = {
    "a literal where a secret is due": f"[user.a]\npassword = {QUOTED}",
    "a literal client secret": f"[oauth_app.a]\nname = 'A'\nclient_secret = {QUOTED}",
    "a literal secret value": f'[property."a.b"]\nsecret_value = {QUOTED}',
    "a password property in clear": f'[property."a.b"]\ntype = "password2"\nvalue = {QUOTED}',
    "a misspelt attribute": f"[user.a]\npasword = {QUOTED}",
    "a secret in a list": f"[user.a]\npassword = [{QUOTED}]",
    "a secret of no provider": f"[user.a]\npassword = {{ value = {QUOTED} }}",
    "a provider that nobody has": f"[user.a]\npassword = {{ vault = {QUOTED} }}",
    "two providers": f"[user.a]\npassword = {{ env = {QUOTED}, file = 'x' }}",
    "a string that does not end": f"[user.a]\npassword = '{LITERAL.core}",
    "a key twice": f"[user.a]\npassword = {QUOTED}\npassword = {QUOTED}",
    "no equals sign": f"[user.a]\npassword {QUOTED}",
    "a bare word": f"[user.a]\npassword = {LITERAL.core}",
    "a kind that nobody knows": f"[usr.a]\npassword = {QUOTED}",
    "a secret beside another mistake": f"[user.a]\nactive = 'perhaps'  # {TEXT}\npassword = {{ env = 'X' }}",
    "a secret in a record's password": (
        f"[record.a]\ntable = 'basic_auth_credentials'\nkey = ['name']\ncolumns = {{ name = 'A', password = {QUOTED} }}"
    ),
    "a secret among roles": f"[user.a]\nroles = {QUOTED}",
    "an overlay": f"[on.dev.user.a]\npassword = {QUOTED}",
}
INSTANCES = {
    "a literal password": f'url = "https://acme.service-now.com"\nauth = {{ username = "a", password = {QUOTED} }}',
    "a literal token": f'url = "https://acme.service-now.com"\nauth = {{ token = {QUOTED} }}',
    "a literal API key": f'url = "https://acme.service-now.com"\nauth = {{ api_key = {QUOTED} }}',
    "a misspelt part": f'url = "https://acme.service-now.com"\nauth = {{ username = "a", pasword = {QUOTED} }}',
    "auth as a text": f'url = "https://acme.service-now.com"\nauth = {QUOTED}',
    "credentials in the url": f'url = "https://admin:{LITERAL.core}@acme.service-now.com"',
    "a token in the url": f'url = "https://acme.service-now.com/?token={LITERAL.core}"',
    "a misspelt key": f'url = "sandbox:"\npassword = {QUOTED}',
}
ENV_FILES = {
    "no equals sign": f"USER_PASSWORD {TEXT}",
    "quotes that do not close": f'USER_PASSWORD="{LITERAL.core}',
    "a name with a blank": f"USER PASSWORD={TEXT}",
    "only the secret": TEXT,
    "something after the quotes": f"USER_PASSWORD='x' {TEXT}",
}
FORMS = pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])


@FORMS
@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_block_is_not_repeated(keeper: Keeper, mistake: str, form: tuple[str, ...]) -> None:
    """The line is named; what is written on it stays there."""
    keeper.write(resources="\n" + BROKEN[mistake] + "\n")
    assert keeper.run("validate", *form).code == 1


@pytest.mark.parametrize("mistake", INSTANCES)
def test_a_broken_instance_is_not_repeated(keeper: Keeper, mistake: str) -> None:
    """Whatever stands where auth should be."""
    keeper.write(INSTANCES[mistake])
    assert keeper.run("plan").code == 1


@pytest.mark.parametrize("mistake", ENV_FILES)
def test_a_broken_file_of_variables_is_not_repeated(keeper: Keeper, mistake: str) -> None:
    """Only the number of the line is told."""
    (keeper.folder / ".env").write_text(f"\n{ENV_FILES[mistake]}\n", "utf-8")
    assert keeper.run("plan", "--env-file", ".env").code == 1
