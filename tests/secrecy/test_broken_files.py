"""Files with mistakes around secrets: every message names the place, none repeats what stands there."""

import re

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
    "an overlay": f"[user.a]\nfirst_name = 'A'\n[on.dev.user.a]\npassword = {QUOTED}",
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
def test_broken_blocks_are_not_repeated(keeper: Keeper, form: tuple[str, ...]) -> None:
    """Each mistake is in a file of its own: every file is named, and what is written there stays there."""
    keeper.write(resources="")
    for n, text in enumerate(BROKEN.values()):
        # Labels of their own, or an address that is there twice would be the mistake.
        (keeper.folder / f"broken{n:02}.toml").write_text(text.replace(".a]", f".a{n}]"), "utf-8")
    ran = keeper.run("validate", *form)
    assert ran.code == 1
    assert [n for n in range(len(BROKEN)) if f"broken{n:02}.toml" not in ran.err + ran.out] == []


@FORMS
def test_broken_instances_are_not_repeated(keeper: Keeper, form: tuple[str, ...]) -> None:
    """Whatever stands where auth should be: every instance is named by its line."""
    blocks = enumerate(INSTANCES.values())
    keeper.write(resources="\n".join(f"[instance.broken{n}]\n{text}" for n, text in blocks))
    ran = keeper.run("plan", "--instance", "dev", *form)
    assert ran.code == 1
    assert len(re.findall("SNC1[0-9]{2}", ran.err)) == len(INSTANCES)


def test_a_broken_file_of_variables_is_not_repeated(keeper: Keeper) -> None:
    """Only the numbers of its lines are told."""
    (keeper.folder / ".env").write_text("\n".join(ENV_FILES.values()), "utf-8")
    ran = keeper.run("plan", "--env-file", ".env")
    assert ran.code == 1
    assert re.findall(r"on \.env:(\d+)", ran.err) == [str(n + 1) for n in range(len(ENV_FILES))]
