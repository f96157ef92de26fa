"""The checks of doctor, one function each: what is seen, in sentences, and what to do where it is not as it should be."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from snowconf.cli.reading import ELSEWHERE, Stack
from snowconf.cli.wiring import Reached, reach
from snowconf.config import codes
from snowconf.engine.observe.inquiring import UNTOLD
from snowconf.engine.plan.qualifying import check_elevation, check_roles
from snowconf.errors import SecretAbsentError, SecretUnavailableError, UnauthenticatedError
from snowconf.ledger.journaling import read_events
from snowconf.model.checkup import Check, State
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, InstanceSettings, OAuthGrant
from snowconf.model.diagnostic import Severity
from snowconf.model.query import Condition, Query
from snowconf.model.runner import Runner
from snowconf.model.value import SecretSource
from snowconf.report.page import counted
from snowconf.servicenow.contacting import Contact, contact, find_proxy

# What is wrong with the choice of an instance, and with no block.
OF_INSTANCE = ELSEWHERE | {codes.UNKNOWN_INSTANCE.code}
# What tells a release, and where the build is kept (tables.md 5).
WAR = "glide.war"
RELEASE = re.compile(r"glide-([a-z]+)-")
# More than this, and times that are compared across machines mislead.
SKEW_S = 30.0


@dataclass(slots=True, kw_only=True)
class Patient:
    """What is looked at, and what earlier checks found of it. `opened` is closed at the end."""

    stack: Stack | None
    problem: str
    folder: Path
    opened: ExitStack
    _reached: Reached | None = None
    contact: Contact = field(default_factory=Contact)
    runner: Runner = field(default_factory=Runner)
    release: str = ""

    @property
    def settings(self) -> InstanceSettings | None:
        """The chosen instance."""
        return self.stack.loaded.settings if self.stack else None

    @property
    def reached(self) -> Reached:
        """The way to it, opened once."""
        assert self.stack is not None, self.problem
        if self._reached is None:
            self._reached = self.opened.enter_context(reach(self.stack, self.folder))
        return self._reached


def check_files(patient: Patient) -> Check:
    """Are they what a stack can be?"""
    if patient.stack is None:
        return Check(name="files", state=State.BAD, said=patient.problem)
    found = [each for each in patient.stack.of_files() if each.code not in OF_INSTANCE]
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        first = errors[0]
        number = counted(len(errors), "error")
        said = f"{number}, which 'snowconf validate' shows. The first ({first.origin or 'files'}): {first.detail}"
        return Check(name="files", state=State.BAD, said=said, code=first.code, origin=first.origin)
    said = f"{counted(patient.stack.size, 'block')} in {counted(patient.stack.files, 'file')}."
    if found:
        said += f" {counted(len(found), 'warning')}, which 'snowconf validate' shows."
    return Check(name="files", state=State.WARNED if found else State.GOOD, said=said)


def check_instance(patient: Patient) -> Check:
    """Is one chosen, and does its block say how to log in?"""
    settings = patient.settings
    if settings is not None:
        how = _way_of(settings.auth) if settings.auth else "nothing to log in to"
        said = f"{settings.name} at {settings.url}, {how} ({settings.origin})."
        return Check(name="instance", state=State.GOOD, said=said)
    told = patient.stack.diagnostics if patient.stack else ()
    named = next((each for each in told if each.code in OF_INSTANCE), None)
    said = named.detail if named else "The files do not say which instance is meant: mend them first."
    return Check(
        name="instance",
        state=State.BAD,
        said=said,
        code=named.code if named else "",
        origin=named.origin if named else None,
    )


def check_secrets(patient: Patient) -> Check:
    """Those of the run itself must be there; those of blocks are needed when they are written."""
    assert patient.stack is not None, patient.problem
    settings, resolve = patient.settings, patient.stack.secrets.resolve
    for source in _sources(settings.auth if settings else None):
        resolve(source)
    missing = []
    for name, source in _declared(patient.stack).items():
        try:
            resolve(source)
        except SecretAbsentError:
            missing += [] if source.generate else [f"{name} ({source})"]
        except SecretUnavailableError:
            missing.append(f"{name} ({source})")
    if missing:
        said = f"Not available here: {', '.join(missing)}. They are needed where they are to be written, verified or tried."
        return Check(name="secrets", state=State.WARNED, said=said)
    return Check(name="secrets", state=State.GOOD, said="All that the stack names are where it says.")


def check_proxy(patient: Patient) -> Check:
    """Which way requests go."""
    assert patient.settings is not None, patient.problem
    proxy = find_proxy(patient.settings)
    said = (
        f"Requests go through {proxy} (HTTPS_PROXY or ALL_PROXY)."
        if proxy
        else "None: requests go straight there."
    )
    return Check(name="proxy", state=State.GOOD, said=said)


def check_connection(patient: Patient) -> Check:
    """Does something answer there that is a REST API of an instance?"""
    reached = patient.reached
    way = reached.ways.visitors if reached.ways else None
    found = patient.contact = contact(reached.settings, way)
    if found.problem is None:
        said = f"The REST API answers ({found.took_s * 1000:.0f} ms)."
        return Check(name="connection", state=State.GOOD, said=said)
    said = found.obstacle.value if found.obstacle else found.problem.detail
    if found.obstacle and (proxy := find_proxy(reached.settings)):
        said = f"By the proxy {proxy}, which may be what is meant: {said}"
    return Check(name="connection", state=State.BAD, said=said, code=found.problem.code)


def check_clock(patient: Patient) -> Check:
    """Do this machine and the instance agree on the time?"""
    ahead = patient.contact.ahead_s
    if ahead is None:
        return Check(
            name="clock", state=State.WARNED, said="The answer has no date, so the clocks cannot be compared."
        )
    if abs(ahead) <= SKEW_S:
        return Check(
            name="clock", state=State.GOOD, said=f"This machine and the instance agree within {SKEW_S:.0f} s."
        )
    side = "behind" if ahead > 0 else "ahead of"
    said = (
        f"This machine's clock is {abs(ahead):.0f} s {side} the instance's. Tokens seem to live longer or shorter than they "
        "do, and times in receipts and locks mislead. Have the machine set its clock (NTP)."
    )
    return Check(name="clock", state=State.WARNED, said=said)


def check_authentication(patient: Patient) -> Check:
    """Is the account of the run let in? Asks for what tells the release, too."""
    instance = patient.reached.instance
    query = Query(((Condition("name", "IN", (WAR,)),),))
    try:
        rows = instance.list_rows("sys_properties", query, ("name", "value")).rows
    except UnauthenticatedError as error:
        return Check(name="authentication", state=State.BAD, said=error.detail, code=error.code)
    except UNTOLD:
        rows = ()
    patient.release = next((row.get("value", "") for row in rows), "")
    settings = patient.settings
    how = _way_of(settings.auth) if settings and settings.auth else "the embedded sandbox asks for nothing"
    return Check(name="authentication", state=State.GOOD, said=f"Let in: {how}.")


def check_release(patient: Patient) -> Check:
    """As far as REST tells it to this account."""
    build = patient.release.removesuffix(".zip")
    family = RELEASE.match(build)
    if not build:
        said = f"Not told: this account does not see the property {WAR}. Columns that a release lacks are found when they are asked for."
        return Check(name="release", state=State.WARNED, said=said)
    named = f"{family[1].capitalize()} ({build})" if family else build
    return Check(name="release", state=State.GOOD, said=f"{named}.")


def check_account(patient: Patient) -> Check:
    """Whom the instance takes the run for."""
    runner = patient.runner = patient.reached.instance.whoami()
    if not (runner.user_name or runner.client_id):
        said = "The instance does not tell which account this is."
        return Check(name="account", state=State.WARNED, said=said)
    client = f", client {runner.client_id}" if runner.client_id else ""
    number = "" if runner.roles is None else f", {counted(len(runner.roles), 'role')} in effect"
    return Check(name="account", state=State.GOOD, said=f"{runner.user_name or 'not named'}{client}{number}.")


def look_at_roles(patient: Patient) -> Check:
    """Does it hold what the kinds of this stack take?"""
    desired = patient.stack.loaded.desired if patient.stack else None
    assert desired is not None, patient.problem
    return check_roles(desired, patient.runner)


def look_at_elevation(patient: Patient) -> Check:
    """Are there blocks that REST may not write?"""
    assert patient.settings is not None, patient.problem
    desired = patient.stack.loaded.desired if patient.stack else None
    assert desired is not None, patient.problem
    switched = patient.settings.switches.get("elevation") != "off"
    return check_elevation(desired, elevation=patient.settings.elevation and switched)


def check_ledger(patient: Patient) -> Check:
    """Can it be read, and is it of this instance?"""
    place = patient.reached.place
    loaded = place.store.load()
    left = len(read_events(place.journal))
    if place.rescue.exists():
        said = f"A ledger that could not be stored is in {place.rescue}; see 'snowconf ledger --help'."
        return Check(name="ledger", state=State.WARNED, said=said)
    if left:
        said = (
            f"A run of this folder was cut short ({place.journal}). The next apply finishes the ledger by it."
        )
        return Check(name="ledger", state=State.WARNED, said=said)
    others = f"; other stacks here: {', '.join(loaded.others)}" if loaded.others else ""
    said = f"{counted(len(loaded.ledger.entries), 'record')} owned{others}."
    return Check(name="ledger", state=State.GOOD, said=said)


def check_lock(patient: Patient) -> Check:
    """Is somebody at work?"""
    holder = patient.reached.place.store.holder()
    if holder is None:
        return Check(name="lock", state=State.GOOD, said="Free.")
    said = f"Held by {holder}. If that run died: snowconf ledger unlock."
    return Check(name="lock", state=State.WARNED, said=said)


def _way_of(auth: Auth) -> str:
    match auth:
        case OAuthGrant():
            return f"OAuth, grant {auth.grant}"
        case BasicAuth():
            return f"user name and password of {auth.username}"
        case BearerToken():
            return "a token from elsewhere"
        case ApiKey():
            return "an API key"


def _sources(auth: Auth | None) -> Iterator[SecretSource]:
    names = ("client_secret", "password", "refresh_token", "token", "key")
    values = (getattr(auth, each, None) for each in names)
    return (each for each in values if isinstance(each, SecretSource))


def _declared(stack: Stack) -> Mapping[str, SecretSource]:
    resources = stack.loaded.desired.resources if stack.loaded.desired else ()
    return {
        f"{resource.address}.{name}": located.value
        for resource in resources
        for name, located in resource.attributes.items()
        if isinstance(located.value, SecretSource)
    }
