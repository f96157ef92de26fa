"""By which way each declared identity gets in: worked out from the stack, and from client_ids that the platform made."""

from collections.abc import Iterable, Mapping

from snowconf.engine.port import Instance
from snowconf.errors import BadRequestError, ForbiddenError, NotFoundError
from snowconf.kinds import KINDS
from snowconf.kinds.reading import text_of, value_of
from snowconf.model.address import Address
from snowconf.model.connection import BasicAuth, OAuthGrant
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance
from snowconf.model.origin import Origin
from snowconf.model.query import Condition, Query
from snowconf.model.state import Desired, Resource
from snowconf.model.value import Named, SecretSource

USER = "user"
CLIENT = "oauth_app"
BY_CLIENT = frozenset({"client_credential", "client_credentials"})
# Written grants with which a client can be asked for a token by name and password.
BY_PASSWORD = frozenset({"", "multiple", "password", "authorization_code", "authz_code"})


def find_entrances(
    desired: Desired, instance: Instance, users: Iterable[Address]
) -> Mapping[Address, Entrance | Diagnostic]:
    """For each user the way in: its own client's credentials, else its password by a client of the stack, else basic.

    Client_ids that no block writes are read from the instance, in one request; a client that is not seen there has
    an empty one. For a user whom nothing in the stack lets in there is a diagnostic.

    Raises:
        InstanceError: the instance did not answer.
    """
    wanted = tuple(users)
    chosen = {each: choose_client(desired, each) for each in wanted}
    clients = {client.address: client for client in chosen.values() if client is not None}
    client_ids = read_client_ids(instance, clients.values())
    blocks = {each.address: each for each in desired.resources}
    return {each: _entrance(blocks[each], chosen[each], client_ids) for each in wanted}


def find_token_entrance(
    desired: Desired, instance: Instance, user: Address, *, client: Address | None, renewable: bool
) -> Entrance | Diagnostic:
    """The way to tokens of the user, with `client` or by the one that fits; `renewable` ones take the user's password.

    Raises:
        InstanceError: the instance did not answer.
    """
    blocks = {each.address: each for each in desired.resources}
    block = blocks[user]
    chosen = blocks[client] if client else _choose_for_tokens(desired, block, renewable=renewable)
    if chosen is None or not _is_usable(chosen):
        return no_client(block, chosen)
    by_client = not renewable and acts_as(chosen, block)
    if not by_client and not _may_ask_by_password(chosen, block):
        return _no_password_grant(block, chosen, renewable=renewable)
    auth = _oauth(
        block, chosen, read_client_ids(instance, [chosen]).get(chosen.address, ""), by_client=by_client
    )
    return Entrance(user=user, user_name=user_name_of(block), auth=auth, client=chosen.address)


def _no_password_grant(user: Resource, client: Resource, *, renewable: bool) -> Diagnostic:
    if not renewable:
        return no_way_in(user)
    return no_refresh_token(user.address, _why_not_renewable(user, client), user.origin)


def _choose_for_tokens(desired: Desired, user: Resource, *, renewable: bool) -> Resource | None:
    clients = [each for each in desired.resources if each.address.kind == CLIENT and _is_usable(each)]
    fitting = (each for each in clients if _may_ask_by_password(each, user))
    own = choose_client(desired, user.address)
    return next(fitting, own) if renewable else own


def _may_ask_by_password(client: Resource, user: Resource) -> bool:
    return _grants(client) <= BY_PASSWORD and isinstance(value_of(user, "password"), SecretSource)


def choose_client(desired: Desired, user: Address) -> Resource | None:
    """The OAuth client of the stack that asks for this user's tokens; None when there is none.

    First one whose tokens act as the user, then one that can ask by password, in the order of addresses.
    """
    clients = [each for each in desired.resources if each.address.kind == CLIENT and _is_usable(each)]
    block = next(each for each in desired.resources if each.address == user)
    own = [each for each in clients if acts_as(each, block)]
    if own:
        return own[0]
    if not isinstance(value_of(block, "password"), SecretSource):
        return None
    return next((each for each in clients if _grants(each) <= BY_PASSWORD), None)


def acts_as(client: Resource, user: Resource) -> bool:
    """Do tokens that the client gets with its own credentials act as this user?"""
    named = value_of(client, "user")
    is_named = isinstance(named, Named) and named.name in (user.address.label, user_name_of(user))
    grants = _grants(client)
    return is_named and (bool(grants & BY_CLIENT) or grants == {""} or "multiple" in grants)


def user_name_of(user: Resource) -> str:
    """What the account is called on the instance."""
    return text_of(user, "user_name")


def read_client_ids(instance: Instance, clients: Iterable[Resource]) -> Mapping[Address, str]:
    """The client_id of each client, written or made by the platform; "" for what the runner does not see."""
    listed = tuple(clients)
    written = {each.address: text_of(each, "client_id") for each in listed}
    names = {text_of(each, "name"): each.address for each in listed if not written[each.address]}
    return {**written, **(_ask_client_ids(instance, names) if names else {})}


def _ask_client_ids(instance: Instance, names: Mapping[str, Address]) -> Mapping[Address, str]:
    query = Query(((Condition("name", "IN", tuple(sorted(names))),),))
    try:
        rows = instance.list_rows(KINDS[CLIENT].table, query, ("name", "client_id")).rows
    except (ForbiddenError, NotFoundError, BadRequestError):
        return {}
    return {names[row["name"]]: row.get("client_id", "") for row in rows if row.get("name") in names}


def _is_usable(client: Resource) -> bool:
    """Does the stack know what the client proves itself with, and is it to be switched on?"""
    is_public = value_of(client, "public_client") is True
    has_secret = isinstance(value_of(client, "client_secret"), SecretSource)
    return (is_public or has_secret) and value_of(client, "active") is not False and not client.absent


def _grants(client: Resource) -> frozenset[str]:
    """The grants that the block writes; {""} when it leaves them to the platform."""
    written = {text_of(client, each) for each in ("inbound_grant_type", "default_grant_type")} - {""}
    return frozenset(written or {""})


def _entrance(
    user: Resource, client: Resource | None, client_ids: Mapping[Address, str]
) -> Entrance | Diagnostic:  # fmt: skip
    password = value_of(user, "password")
    known = password if isinstance(password, SecretSource) else None
    name = user_name_of(user)
    if client is not None:
        by_client = acts_as(client, user)
        auth = _oauth(user, client, client_ids.get(client.address, ""), by_client=by_client)
        return Entrance(user=user.address, user_name=name, auth=auth, client=client.address)
    if known is not None:
        return Entrance(user=user.address, user_name=name, auth=BasicAuth(username=name, password=known))
    return no_way_in(user)


def _oauth(user: Resource, client: Resource, client_id: str, *, by_client: bool) -> OAuthGrant:
    secret, password = value_of(client, "client_secret"), value_of(user, "password")
    return OAuthGrant(
        grant="client_credentials" if by_client else "password",
        client_id=client_id,
        client_secret=secret if isinstance(secret, SecretSource) else None,
        username="" if by_client else user_name_of(user),
        password=password if isinstance(password, SecretSource) and not by_client else None,
    )


def no_way_in(user: Resource) -> Diagnostic:
    """Neither a password nor a client is known for the identity."""
    label = user.address.label
    return Diagnostic(
        code="SNC520",
        summary="No way in is declared",
        detail=f"Nothing in the stack lets anybody in as '{user_name_of(user)}': its block has no password, and no "
        "oauth_app with a client_secret acts as it. Write "
        f'password = {{ env = "…" }} into [{user.address}], or [oauth_app.…] with user = "{label}", '
        'default_grant_type = "client_credentials" and a client_secret.',
        origin=user.origin,
        address=user.address,
    )


def no_client(user: Resource, client: Resource | None) -> Diagnostic:
    """Nobody in the stack can ask for a token."""
    about = client or user
    what = (
        f"[{client.address}] is switched off, or has no client_secret that the stack knows, so it gets no tokens."
        if client
        else f"The stack has no oauth_app with a client_secret that could ask for tokens of [{user.address}]."
    )
    return Diagnostic(
        code="SNC536",
        summary="No client to get tokens with",
        detail=f'{what} Write client_secret = {{ env = "…" }} into the [oauth_app.…] that the integration uses.',
        origin=about.origin,
        address=about.address,
    )


def no_refresh_token(user: Address, why: str, origin: Origin | None = None) -> Diagnostic:
    """Client credentials give access tokens alone, and so do some releases to some clients (wire-contract.md 4.1)."""
    return Diagnostic(
        code="SNC537",
        summary="No refresh token to be had",
        detail=f"{why} An access token is to be had: --access.",
        origin=origin,
        address=user,
    )


def _why_not_renewable(user: Resource, client: Resource) -> str:
    return (
        f"A refresh token is given for user name and password, and [{user.address}] has no password that the stack knows, or "
        f'[{client.address}] takes its own credentials alone. Write password = {{ env = "…" }} into the user\'s block.'
    )
