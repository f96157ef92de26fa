"""Acting as users needs their passwords and their clients' secrets, and gets tokens: none of them is told."""

import json

import pytest

from tests.driving.serving import Reply, Request, serving
from tests.secrecy.canaries import Canary, leaks_in
from tests.secrecy.keeping import AUTHS, RESOURCES, Keeper
from tests.secrecy.test_echoes import HERE, failure, instance_at, token

FORMS = pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
PROMISES = 'access = { read = ["sys_user", "sys_properties"], create = ["incident"] }\n'
PROMISED = RESOURCES.replace("[user.svc_quiet]\n", f"[user.svc_quiet]\n{PROMISES}").replace(
    "[user.svc_file]\n", f"[user.svc_file]\n{PROMISES}"
)
SAID = "Of 6 promises to 2 users"


@pytest.mark.timeout(600)
@FORMS
def test_acting_as_users_tells_no_secret(keeper: Keeper, form: tuple[str, ...]) -> None:
    """With and without writes, on the screen and in every file that is left."""
    keeper.write(resources=PROMISED)
    keeper.run("apply", "--auto-approve")
    for more in ((), ("--write-probes",)):
        ran = keeper.run("verify", *more, *form)
        assert ran.code == 1
        assert SAID in ran.out or json.loads(ran.out)["identities"]


@FORMS
@pytest.mark.parametrize("name", ["USER_PASSWORD", "CLIENT_SECRET"])
def test_a_secret_that_opens_nothing_is_not_told(keeper: Keeper, name: str, form: tuple[str, ...]) -> None:
    """Neither the one that was written nor the one that was tried."""
    keeper.write(resources=PROMISED)
    keeper.run("apply", "--auto-approve")
    ran = keeper.run("verify", *form, env={name: Canary("QuxelAnotherOne")})
    assert (ran.code, leaks_in(ran.said.encode())) == (1, [])
    assert "QuxelAnotherOne" not in ran.said


@FORMS
def test_what_an_instance_repeats_of_a_visit_is_masked(keeper: Keeper, form: tuple[str, ...]) -> None:
    """It gives tokens, and answers every request of a user with what it was sent."""
    with serving(repeats_visitors) as url:
        keeper.write(instance_at(url, AUTHS["basic"]), resources=PROMISED, settings=HERE)
        ran = keeper.run("verify", "--write-probes", *form)
    assert ran.code == 1
    assert "denied" in ran.said


def repeats_visitors(request: Request) -> Reply:
    """A token for everybody, nothing for the runner, and a refusal full of secrets for whoever comes with a token."""
    if request.path == "/oauth_token.do":
        return token()
    if dict(request.headers).get("Authorization", "").startswith("Bearer"):
        return failure(403, request)
    row = {"sys_id": "a" * 32, "name": "Quiet", "client_id": "quiet"}
    rows = [row] if "oauth_entity" in request.target else []
    headers = [("Content-Type", "application/json"), ("X-Total-Count", str(len(rows)))]
    return Reply(status=200, body=json.dumps({"result": rows}).encode(), headers=headers)
