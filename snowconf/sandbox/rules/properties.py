"""Rules of sys_properties: rows that nobody may touch, values that are checked one property at a time (tables.md 5)."""

import re
from dataclasses import dataclass

from snowconf.sandbox.rules.rule import DELETE, EVERY_CHANGE, UPDATE, Event, Put, Refuse, Rule
from snowconf.sandbox.storage.passwords import is_hash, seal
from snowconf.sandbox.storage.store import Row

SECRET_TYPES = frozenset({"password", "password2"})


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule that aborts unless the value of one property has this form."""

    rule: str
    name: str
    form: str

    def refuses(self, event: Event) -> bool:
        """Whether the event gives this property a value of another form."""
        return event.after["name"] == self.name and re.fullmatch(self.form, event.after["value"]) is None


# The rules' names are the platform's (tables.md 5); which property each of them guards is our reading of the name.
VALIDATIONS: tuple[Validation, ...] = (
    Validation("Password Reset Property Validation", "password_reset.request.expiry", r"[1-9][0-9]{0,4}"),
    Validation(
        "One time password validity", "glide.authenticate.multifactor.otp.validity", r"[1-9][0-9]{0,3}"
    ),
    Validation("Validate Cache-Control header value", "glide.rest.cache_control", r"[a-z0-9=, -]+"),
    Validation("Validate Help Desk Username", "glide.help_desk.username", r"[A-Za-z0-9._@-]*"),
)

PROTECTED = frozenset({"glide.authenticate.multisso.enabled", "glide.authenticate.multifactor.setup_ui_v2"})


def _is_protected(event: Event) -> bool:
    return event.row["name"] in PROTECTED


def _seal_secret(event: Event) -> Row:
    """The value of a password property is kept as password2 columns are."""
    value = event.after["value"]
    secret = event.after["type"] in SECRET_TYPES and value and not is_hash(value)
    return {"value": seal(value)} if secret else {}


RULES: tuple[Rule, ...] = (
    Refuse(
        name="Abort Changing Protected Property",
        table="sys_properties",
        on=UPDATE | DELETE,
        when=_is_protected,
    ),
    *(
        Refuse(name=each.rule, table="sys_properties", on=EVERY_CHANGE, when=each.refuses)
        for each in VALIDATIONS
    ),
    Put(name="Encrypt password property", table="sys_properties", values=_seal_secret),
)
