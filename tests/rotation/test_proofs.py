"""By which grant the next secret proves itself, and what goes over to the second client besides columns."""

import pytest

from snowconf.engine.port import Listing
from snowconf.engine.rotate.doubling import TOKENS
from snowconf.errors import ForbiddenError, Reason
from snowconf.model.query import Query
from snowconf.servicenow.table_api import TableApi
from tests.rotation.conftest import STACK, Turner

APP, USER = "oauth_app.turn", "user.turn"
HEAD = STACK.split("[role.turn]", maxsplit=1)[0]
GATE = (
    '[property."glide.oauth.inbound.client.credential.grant_type.enabled"]\ntype = "boolean"\nvalue = true\n'
)
CLIENT = '[oauth_app.turn]\nclient_secret = { generate = 48, store = { file = "secrets/client" } }\n'
OWN_GRANT = 'default_grant_type = "client_credentials"\n'


def applied(turner: Turner, text: str) -> Turner:
    """With this stack on the instance."""
    turner.write(text)
    ended = turner.run("apply", "--auto-approve")
    assert ended.code == 0, ended.said
    return turner


def test_a_client_with_its_own_grant_proves_itself_by_that(turner: Turner) -> None:
    """And the password of its user by a plain login."""
    applied(turner, (STACK + GATE).replace('redirect_url = ""\n', f'user = "turn"\n{OWN_GRANT}'))
    assert "by a token for turn (client_credentials)" in turner.rotate(APP).said
    assert "by a login as turn (basic)" in turner.rotate(USER).said
    assert turner.rotate(APP, "--continue").code == 0


def test_a_client_may_act_as_somebody_of_no_block(turner: Turner) -> None:
    """The user is known by name alone."""
    applied(turner, f'{HEAD}{CLIENT}user = "admin"\n{OWN_GRANT}{GATE}')
    assert "by a token for admin (client_credentials)" in turner.rotate(APP).said


def test_a_client_that_nobody_can_ask_is_not_proven(turner: Turner) -> None:
    """That is said, and the rotation goes on: the consumer will prove it."""
    applied(turner, f"{HEAD}{CLIENT}")
    ended = turner.rotate(APP)
    assert (ended.code, "not proven" in ended.said) == (0, True)
    assert turner.rotate(APP, "--continue").code == 0


def test_the_scopes_go_over_and_leave_with_the_first(turner: Turner) -> None:
    """The second client opens what the first one opened, and nothing of the first stays."""
    turner.run("plan")
    with turner.by_hand() as store:
        store.insert("sys_auth_scope", {"sys_id": "c" * 32, "name": "turn scope"})
    applied(turner, f'{STACK}auth_scopes = ["turn scope"]\n')
    turner.rotate(APP)
    with turner.by_hand() as store:
        assert len(store.find("oauth_entity_auth_scope_mapping", auth_scope="c" * 32)) == 2
    turner.rotate(APP, "--continue")
    assert "No changes." in turner.run("plan").said
    turner.rotate(APP, "--continue", "--grace", "0")
    with turner.by_hand() as store:
        (client,) = store.find("oauth_entity", name="turn")
        (row,) = store.find("oauth_entity_auth_scope_mapping", auth_scope="c" * 32)
    assert row["oauth_entity"] == client["sys_id"]


def test_a_client_that_is_off_is_not_rotated(turner: Turner) -> None:
    """There is nobody to hand over."""
    applied(turner, f"{STACK}active = false\n")
    ended = turner.rotate(APP)
    assert (ended.code, "is switched off" in ended.said) == (1, True)


def test_a_client_that_is_gone_is_not_rotated(turner: Turner) -> None:
    """Plan and apply come first."""
    applied(turner, STACK)
    with turner.by_hand() as store:
        (row,) = store.find("oauth_entity", name="turn")
        store.delete("oauth_entity", row["sys_id"])
    assert "is not on the instance" in turner.rotate(APP).said


def test_tokens_that_are_not_shown_are_said_to_be_unknown(
    turner: Turner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch goes on."""
    applied(turner, STACK)
    turner.rotate(APP)
    ask = TableApi.list_rows

    def closed(
        api: TableApi, table: str, query: Query, columns: list[str], *, limit: int | None = None
    ) -> Listing:
        if table == TOKENS:
            raise ForbiddenError("closed", reason=Reason.ACL)
        return ask(api, table, query, columns, limit=limit)

    monkeypatch.setattr(TableApi, "list_rows", closed)
    ended = turner.rotate(APP, "--continue")
    assert (ended.code, "cannot be told" in ended.said) == (0, True)
