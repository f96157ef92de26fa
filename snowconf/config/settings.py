"""Which instance is meant, and all that is needed to reach it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from snowconf.config import codes
from snowconf.config.auth import Parts
from snowconf.config.environment import Surroundings, complete
from snowconf.config.guessing import hint, listing
from snowconf.config.instances import InstanceBlock, InstanceBlocks
from snowconf.config.urls import check_url, tidy
from snowconf.model.connection import Auth, InstanceSettings
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin

CHOOSER = "SNOWCONF_INSTANCE"
UNNAMED = "default"
FROM_ENVIRONMENT = Origin("(environment)", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who asks for which instance: `asked` by option, or the environment, or nobody."""

    blocks: InstanceBlocks
    asked: str | None
    environ: Mapping[str, str] = field(repr=False)

    def settle(self) -> InstanceSettings | Diagnostic | None:
        """The settings, or why there are none; None when a mistake reported already is the reason."""
        if not self.blocks.places:
            return None if self.blocks.problems else self._from_environment()
        name = self._name()
        if isinstance(name, Diagnostic):
            return name
        block = self.blocks.sound.get(name)
        return _settings(block, self.environ) if block else None

    @property
    def _wanted(self) -> str:
        return self.asked or self.environ.get(CHOOSER, "")

    def _name(self) -> str | Diagnostic:
        names = tuple(self.blocks.places)
        if self._wanted in names:
            return self._wanted
        if self._wanted:
            source = "--instance" if self.asked else CHOOSER
            detail = f"{source} asks for '{self._wanted}'.{hint(self._wanted, names)}"
            return codes.UNKNOWN_INSTANCE.at(None, detail)
        if self.blocks.defaults or len(names) == 1:
            return next(iter(self.blocks.defaults or names))
        detail = (
            f"The stack has the instances {listing(names)}. Choose one with --instance {names[0]} or {CHOOSER}, or write "
            "default = true into one of the blocks."
        )
        return codes.NONE_CHOSEN.at(self.blocks.places[names[0]], detail)

    def _from_environment(self) -> InstanceSettings | Diagnostic:
        around = Surroundings(self._wanted or UNNAMED, self.environ)
        if quarrel := around.quarrel(["url"]):
            return codes.SOURCES_DISAGREE.at(None, quarrel)
        if not around.text("url"):
            return codes.NO_INSTANCE.at(None, _nowhere(around))
        host = around.text("url")
        url = host if ":" in host else f"https://{host}"
        if problem := next(check_url(url, FROM_ENVIRONMENT), None):
            return problem
        return _settings(
            InstanceBlock(name=around.instance, origin=FROM_ENVIRONMENT, url=tidy(url)), self.environ
        )


def _settings(block: InstanceBlock, environ: Mapping[str, str]) -> InstanceSettings | Diagnostic:
    is_embedded = block.url.startswith("sandbox:")
    auth: Auth | Diagnostic | None = None
    if not is_embedded or block.auth != Parts():
        auth = complete(block.auth, Surroundings(block.name, environ), block.origin)
    if isinstance(auth, Diagnostic):
        return auth
    settings = InstanceSettings(
        name=block.name,
        url=block.url,
        origin=block.origin,
        auth=auth,
        default=block.default,
        switches=block.switches,
        elevation=block.elevation,
    )
    return settings if block.timeout_s is None else replace(settings, timeout_s=block.timeout_s)


def _nowhere(around: Surroundings) -> str:
    return (
        f"Nothing says which instance to work on: there is no [instance.*] block, and none of "
        f"{', '.join(around.names('url'))} is set. Write this into a file of the stack:\n\n"
        "    [instance.sandbox]\n"
        '    url = "sandbox:"\n'
        "    default = true"
    )
