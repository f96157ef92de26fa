"""What the environment says of an instance: ours first, then the names that other ServiceNow tools use.

Values of secrets are compared where two variables give the same one, and never kept, shown or returned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from snowconf.config import codes
from snowconf.config.auth import GRANTS, PARTS, SECRETS, Parts, way_of
from snowconf.config.guessing import hint
from snowconf.model.connection import ApiKey, Auth, BasicAuth, BearerToken, OAuthGrant
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.model.value import SecretSource

# What Ansible's collection and the Terraform provider call by another name than we do.
ANSIBLE = {"grant": "GRANT_TYPE", "token": "ACCESS_TOKEN", "url": "HOST"}
TERRAFORM = {"url": "INSTANCE_URL"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The environment as one instance sees it."""

    instance: str
    environ: Mapping[str, str] = field(repr=False)

    def names(self, part: str) -> tuple[str, str, str]:
        """The variables that can give this part, in the order they are asked."""
        plain = part.upper()
        own = self.instance.upper().replace("-", "_")
        return (
            f"SNOWCONF_{own}_{plain}",
            f"SN_{ANSIBLE.get(part, plain)}",
            f"SERVICENOW_{TERRAFORM.get(part, plain)}",
        )

    def given(self, part: str) -> tuple[str, ...]:
        """Those of them that are set to something."""
        return tuple(name for name in self.names(part) if self.environ.get(name))

    def text(self, part: str) -> str:
        """What the first of them says; nothing when none is set."""
        return next((self.environ[name] for name in self.given(part)), "")

    def quarrel(self, parts: Sequence[str]) -> str:
        """A sentence naming two variables that give one part and differ; nothing when all agree."""
        for part in parts:
            for name in self.given(part)[1:]:
                if self.environ[name] != self.text(part):
                    first = self.given(part)[0]
                    return (
                        f"{first} and {name} both give '{part}' and differ. Unset the one that is not meant."
                    )
        return ""


def complete(written: Parts, around: Surroundings, origin: Origin) -> Auth | Diagnostic:
    """The whole auth: what the block writes, and from the environment what it leaves out."""
    way = way_of(written.names) or way_of(part for part in PARTS if around.given(part))
    if not way:
        return codes.AUTH_LACKS.at(origin, _nothing(around))
    grant = _grant(written, around) if way == "grant" else ""
    if grant not in ("", *GRANTS):
        source = around.given("grant")[0]
        detail = f"{source} says '{grant}'.{hint(grant, GRANTS)}"
        return codes.UNKNOWN_GRANT.at(origin, detail)
    needed = _needed(way, grant)
    left_out = [part for part in needed if part not in written.names]
    if quarrel := around.quarrel(left_out):
        return codes.SOURCES_DISAGREE.at(origin, quarrel)
    if lacking := [part for part in left_out if not around.given(part)]:
        return codes.AUTH_LACKS.at(origin, _lacking(lacking, around))
    return _build(way, grant, _filled(written, left_out, around))


def _grant(written: Parts, around: Surroundings) -> str:
    """The grant that is written or set; a block without auth takes the one that what is set suffices for."""
    if grant := written.texts.get("grant") or around.text("grant"):
        return grant
    if written.names:
        return ""
    return next((way for way in ("refresh_token", "password") if around.given(way)), "client_credentials")


def _needed(way: str, grant: str) -> tuple[str, ...]:
    match way:
        case "grant":
            return GRANTS[grant] if grant else ("grant",)
        case "username":
            return ("username", "password")
        case _:
            return (way,)


def _filled(written: Parts, left_out: Sequence[str], around: Surroundings) -> Parts:
    sources = {part: SecretSource("env", around.given(part)[0]) for part in left_out if part in SECRETS}
    texts = {part: around.text(part) for part in left_out if part not in SECRETS}
    return Parts({**written.texts, **texts}, {**written.secrets, **sources})


def _build(way: str, grant: str, parts: Parts) -> Auth:
    match way:
        case "grant":
            return OAuthGrant(
                grant=grant,
                client_id=parts.texts["client_id"],
                client_secret=parts.secrets["client_secret"],
                username=parts.texts.get("username", ""),
                password=parts.secrets.get("password"),
                refresh_token=parts.secrets.get("refresh_token"),
            )
        case "token":
            return BearerToken(token=parts.secrets["token"])
        case "api_key":
            return ApiKey(key=parts.secrets["api_key"])
        case _:
            return BasicAuth(username=parts.texts["username"], password=parts.secrets["password"])


def _lacking(parts: Sequence[str], around: Surroundings) -> str:
    ways = "; ".join(f"'{part}' (or set {' or '.join(around.names(part))})" for part in parts)
    return f"The auth of '{around.instance}' is not whole. Write {ways}."


def _nothing(around: Surroundings) -> str:
    username, password = (around.names(part)[0] for part in ("username", "password"))
    return (
        f"Nothing says how to log in to '{around.instance}'. Set {username} and {password}, or write into its block:\n\n"
        f'    auth = {{ username = "svc_snowconf", password = {{ env = "{password}" }} }}'
    )
