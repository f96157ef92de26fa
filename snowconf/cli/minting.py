"""The command that gives a declared user's token away: printed once or kept in a store, and told to nobody else."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from snowconf.cli.exit_codes import ExitCode
from snowconf.cli.refusals import MisusedError, TokenLostError, UnknownAddressError, did_you_mean
from snowconf.cli.session import Session
from snowconf.cli.token_options import TokenOptions
from snowconf.cli.wiring import Workspace, open_workspace
from snowconf.config.secret_stores import provider_names
from snowconf.config.secrets import Secrets
from snowconf.engine.enter.diagnosing import diagnose
from snowconf.engine.enter.entering import CLIENT, USER, find_token_entrance, no_refresh_token
from snowconf.errors import StoreError
from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.grant import Entrance, Refusal, Tokens
from snowconf.model.plan_json import FORMAT_VERSION, Document, dump
from snowconf.model.value import SecretSource, SecretText
from snowconf.report.page import paragraph

Problems: TypeAlias = Sequence[Diagnostic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A token that was given: `text` is the one that was asked for."""

    entrance: Entrance
    tokens: Tokens
    text: SecretText


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A token that is over; `tried` says that it was seen to open nothing any more."""

    entrance: Entrance
    tried: bool


def give_token(options: TokenOptions, session: Session) -> ExitCode:
    """Get a token as the user and hand it over, or end one.

    Raises:
        MisusedError: --store names no store.
        UnknownAddressError: the stack has no such user or client.
        TokenLostError: the token was given and could not be kept.
    """
    place = _place(options.store)
    secrets = Secrets(session.environ, options.stack)
    session.terminal.redactors.append(secrets.redact)
    with open_workspace(options, session) as workspace:
        found = _entrance(options, workspace)
        if isinstance(found, Diagnostic):
            outcome: Minted | Revoked | Problems = [found]
        elif options.revoke:
            token = _token_to_revoke(place, secrets)
            outcome = _revoked(found, token, workspace, access=options.access)
        else:
            outcome = _mint(found, workspace, access=options.access)
    if not isinstance(outcome, Minted | Revoked):
        session.complain(*outcome)
        return ExitCode.FAILED
    _hand_over(outcome, place, secrets, session)
    return ExitCode.DONE


def _place(text: str | None) -> SecretSource | None:
    """Where --store says that the token goes."""
    if text is None:
        return None
    provider, _, name = text.partition("=")
    if provider == "env" or not name:
        raise MisusedError(
            f"--store takes a provider that keeps secrets, and a name in it; '{provider}' is not such a pair. Write "
            "--store file=secrets/flexera, for example."
        )
    if provider not in (known := provider_names()):
        raise MisusedError(f"Nothing here keeps secrets as '{provider}'.{did_you_mean(provider, known)}")
    return SecretSource(provider, name)


def _entrance(options: TokenOptions, workspace: Workspace) -> Entrance | Diagnostic:
    user = _address(options.user, USER, workspace)
    client = _address(options.client, CLIENT, workspace) if options.client else None
    return find_token_entrance(
        workspace.desired, workspace.instance, user, client=client, renewable=not options.access
    )


def _address(text: str, kind: str, workspace: Workspace) -> Address:
    """The block that is meant, by its address or by its label alone."""
    label = text.removeprefix(f"{kind}.")
    known = {
        each.address.label: each.address for each in workspace.desired.resources if each.address.kind == kind
    }
    if label not in known:
        raise UnknownAddressError(f"The stack has no {kind} '{label}'.{did_you_mean(label, known)}")
    return known[label]


def _mint(entrance: Entrance, workspace: Workspace, *, access: bool) -> Minted | Problems:
    given = workspace.door.ask_tokens(entrance)
    if isinstance(given, Refusal):
        return _explained(given, workspace)
    if access:
        return Minted(entrance=entrance, tokens=given, text=given.access)
    if given.refresh is None:
        why = f"The instance gave [{entrance.client}] an access token for '{entrance.user_name}' and no refresh token."
        return [no_refresh_token(entrance.user, why)]
    return Minted(entrance=entrance, tokens=given, text=given.refresh)


def _explained(refusal: Refusal, workspace: Workspace) -> Problems:
    with workspace.watched() as context:
        found = diagnose([refusal], workspace.desired, workspace.instance, context)
    return found[refusal.entrance.user]


def _hand_over(
    outcome: Minted | Revoked, place: SecretSource | None, secrets: Secrets, session: Session
) -> None:
    match outcome:
        case Minted():
            _give(outcome, place, secrets, session)
        case Revoked():
            if place is not None:
                secrets.discard(place)
            session.show(paragraph(_ended(outcome, place), width=session.page.width), _end(outcome, place))
        case _:
            assert_never(outcome)


def _give(minted: Minted, place: SecretSource | None, secrets: Secrets, session: Session) -> None:
    if place is not None:
        _keep(minted, place, secrets)
    if session.json:
        session.terminal.out.hand_over(dump(_document(minted, place)))
    elif place is None:
        session.terminal.out.hand_over(f"{minted.text.reveal()}\n")
    session.hint(_said(minted, place))


def _keep(minted: Minted, place: SecretSource, secrets: Secrets) -> None:
    try:
        secrets.replace(place, minted.text)
    except StoreError:
        raise TokenLostError(
            f"The token was given, and it could not be kept in {place}: nothing may be written there. It was printed "
            "nowhere. Make room there or name another store, and ask again."
        ) from None


def _said(minted: Minted, place: SecretSource | None) -> str:
    is_access = minted.text is minted.tokens.access
    what = "Access token" if is_access else "Refresh token"
    lives = f"; it lives {minted.tokens.lives_s:.0f} s" if is_access and minted.tokens.lives_s else ""
    where = f"kept in {place}" if place else "shown once, and kept nowhere here"
    return f"{what} of {minted.entrance.user} by {minted.entrance.client}, {where}{lives}."


def _document(minted: Minted, place: SecretSource | None) -> Document:
    tokens, entrance = minted.tokens, minted.entrance
    shown = {} if place else _texts(tokens)
    return {
        "format_version": FORMAT_VERSION,
        "user": str(entrance.user),
        "user_name": entrance.user_name,
        "client": str(entrance.client),
        "grant": entrance.way,
        "scope": tokens.scope,
        "expires_in": None if tokens.lives_s is None else int(tokens.lives_s),
        "stored_in": str(place) if place else None,
        **shown,
    }


def _texts(tokens: Tokens) -> Document:
    refresh = tokens.refresh.reveal() if tokens.refresh else None
    return {"access_token": tokens.access.reveal(), "refresh_token": refresh}


def _token_to_revoke(place: SecretSource | None, secrets: Secrets) -> SecretText:
    """The token itself never stands on the command line, where every user of the machine could read it."""
    if place is not None:
        return secrets.resolve(place)
    if sys.stdin.isatty():
        raise MisusedError(
            "Which token? Name where it is kept, as in --store file=secrets/flexera, or pipe it in: "
            "snowconf token USER --revoke < token.txt"
        )
    text = sys.stdin.readline().strip()
    if not text:
        raise MisusedError(
            "Standard input holds no token. Name where it is kept with --store, or pipe it in."
        )
    secrets.redactor.hide(text)
    return SecretText(text)


def _revoked(
    entrance: Entrance, token: SecretText, workspace: Workspace, *, access: bool
) -> Revoked | Problems:
    """The instance says the same whatever it did, so a refresh token is tried once more (wire-contract.md 4.3)."""
    workspace.door.revoke(token)
    if access or not isinstance(workspace.door.renew(entrance, token), Tokens):
        return Revoked(entrance=entrance, tried=not access)
    return [
        Diagnostic(
            code="SNC538",
            summary="The token still works",
            detail=f"The instance was told to end the token of '{entrance.user_name}', and it still gives "
            f"[{entrance.client}] access tokens for it. Remove it by hand (System OAuth > Manage Tokens), and look at what "
            "stands in front of the instance: /oauth_revoke_token.do must reach it.",
            address=entrance.user,
        )
    ]


def _ended(revoked: Revoked, place: SecretSource | None) -> str:
    tried = " It was tried, and opens nothing any more." if revoked.tried else ""
    gone = f" It is no longer kept in {place}." if place else ""
    left = " Access tokens that it gave live on until their own end." if revoked.tried else ""
    return f"The token of {revoked.entrance.user} is revoked.{tried}{gone}{left}"


def _end(revoked: Revoked, place: SecretSource | None) -> Document:
    return {
        "format_version": FORMAT_VERSION,
        "user": str(revoked.entrance.user),
        "client": str(revoked.entrance.client),
        "revoked": True,
        "tried": revoked.tried,
        "discarded_from": str(place) if place else None,
    }
