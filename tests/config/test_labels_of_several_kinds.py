"""References that blocks of several kinds can be: by label, by address, and by what the platform computes."""

import pytest

from snowconf.model.value import Named
from tests.config.stacks import BASE, Load, Told

ALIAS = '[alias.acme]\nname = "Acme SaaS"\n'
CONNECTION = (
    '[http_connection.c]\nalias = "{alias}"\ncredential = "{credential}"\nurl = "https://a.example"\n'
)
BASIC = '[basic_credential.acme]\nuser_name = "a"\n'
KEY = '[api_key_credential.acme]\nname = "Acme key"\n'
RECORD = (
    '[record.acme]\ntable = "basic_auth_credentials"\nkey = ["name"]\n'
    'columns = { name = "Acme record", tag = ["acme"] }\n'
)


def named(load_files: Load, text: str, attribute: str) -> tuple[str, str]:
    """Kind and name that an attribute of the connection means."""
    loaded = load_files({"s.toml": BASE + text})
    assert loaded.desired is not None, loaded.diagnostics
    (connection,) = (each for each in loaded.desired.resources if each.address.kind == "http_connection")
    value = connection.attributes[attribute].value
    assert isinstance(value, Named)
    return value.target.kind, value.name


@pytest.mark.parametrize(
    ("block", "kind"), [(BASIC, "basic_credential"), (KEY, "api_key_credential"), (RECORD, "record")]
)
def test_a_credential_is_of_the_kind_that_has_the_label(load_files: Load, block: str, kind: str) -> None:
    """Nobody has to say which."""
    text = ALIAS + block + CONNECTION.format(alias="acme", credential="acme")
    assert named(load_files, text, "credential") == (kind, "acme")


def test_a_label_of_two_kinds_is_told(problems: Told) -> None:
    """With the address that says which is meant."""
    (problem,) = problems(ALIAS + BASIC + KEY + CONNECTION.format(alias="acme", credential="acme"))
    assert problem == (
        "SNC540 s.toml:9 'credential' names 'acme', and that is the label of basic_credential.acme and of "
        'api_key_credential.acme. Write the whole address: "basic_credential.acme".'
    )


def test_an_address_says_which_is_meant(load_files: Load) -> None:
    """Kind and label, as reports write them."""
    text = ALIAS + BASIC + KEY + CONNECTION.format(alias="acme", credential="api_key_credential.acme")
    assert named(load_files, text, "credential") == ("api_key_credential", "acme")


def test_an_address_of_what_cannot_be_meant_is_a_name_of_the_instance(load_files: Load) -> None:
    """Names there may hold dots, too."""
    text = ALIAS + CONNECTION.format(alias="acme", credential="alias.acme")
    assert named(load_files, text, "credential") == ("", "alias.acme")


@pytest.mark.parametrize("written", ["acme", "Acme_SaaS", "alias.acme"])
def test_an_alias_is_meant_by_label_by_id_and_by_address(load_files: Load, written: str) -> None:
    """Its id is worked out from the name that its block writes."""
    text = ALIAS + BASIC + CONNECTION.format(alias=written, credential="acme")
    assert named(load_files, text, "alias") == ("alias", "acme")


def test_the_kind_that_is_asked_for_comes_first(load_files: Load) -> None:
    """A client and a provider may share a label: both are registries, and each reference asks for one of them."""
    text = """
[oauth_app.acme]
name = "In"
redirect_url = ""
[oauth_provider.acme]
name = "Out"
auth_url = "https://a.example"
token_url = "https://t.example"
[oauth_scope.read]
scope = "read"
provider = "acme"
"""
    loaded = load_files({"s.toml": BASE + text})
    assert loaded.desired is not None, loaded.diagnostics
    scope = next(each for each in loaded.desired.resources if each.address.kind == "oauth_scope")
    value = scope.attributes["provider"].value
    assert isinstance(value, Named)
    assert value.target.kind == "oauth_provider"


def test_a_list_of_a_record_is_linked(load_files: Load) -> None:
    """`tag = ["acme"]` names the block of the alias."""
    loaded = load_files({"s.toml": BASE + ALIAS + RECORD})
    assert loaded.desired is not None, loaded.diagnostics
    record = next(each for each in loaded.desired.resources if each.address.kind == "record")
    value = record.attributes["tag"].value
    assert isinstance(value, frozenset)
    assert [(each.target.kind, each.name) for each in value] == [("alias", "acme")]
