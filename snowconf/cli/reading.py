"""A stack's files, read for a command: what they say, what is wrong with them, and which secrets they name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from snowconf.cli.ignoring import unignored_stores
from snowconf.cli.ledger_options import LedgerOptions
from snowconf.cli.options import AimedOptions, ValidateOptions
from snowconf.cli.session import Session
from snowconf.config import codes
from snowconf.config.env_files import read_env_file
from snowconf.config.loading import Loaded, load
from snowconf.config.secrets import Secrets
from snowconf.kinds import kind_of
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.state import Desired
from snowconf.sandbox.switches import SWITCHES

# What an open switch takes is seen when the sandbox is opened.
VALUES = {each.name: () if each.reads else each.values for each in SWITCHES}
# Masking words like "enabled" or "password" wherever they stand would spoil every message.
SHORTEST_TELLING = 12
# What is wrong with the choice of an instance and not with the files; no matter to who validates files.
ELSEWHERE = frozenset(
    each.code for each in (codes.AUTH_LACKS, codes.SOURCES_DISAGREE, codes.NONE_CHOSEN, codes.NO_INSTANCE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What was loaded, with everything that was said about it."""

    loaded: Loaded
    secrets: Secrets
    diagnostics: tuple[Diagnostic, ...]
    files: int
    # Of the process, and of the file that --env-file names for what the process does not have.
    environ: Mapping[str, str]

    @property
    def size(self) -> int:
        """How many resources there are."""
        return len(self.loaded.desired.resources) if self.loaded.desired else 0

    def of_files(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the files, whatever instance they are for."""
        return tuple(each for each in self.diagnostics if each.code not in ELSEWHERE)


def read_stack(options: ValidateOptions | AimedOptions | LedgerOptions, session: Session) -> Stack:
    """Load the files; secrets that are resolved from now on are masked in all output."""
    file = read_env_file(options.env_file) if options.env_file else None
    environ = {**(file.values if file else {}), **session.environ}
    secrets = Secrets(environ, options.stack)
    session.terminal.redactors.append(secrets.redact)
    loaded = load(options.stack, instance=options.instance, environ=environ, switches=VALUES)
    for text in _telling_texts(loaded.desired):
        secrets.redactor.hide(text)
    return Stack(
        loaded=loaded,
        secrets=secrets,
        diagnostics=(
            *(file.diagnostics if file else ()),
            *loaded.diagnostics,
            *unignored_stores(options.stack, loaded.desired),
        ),
        files=len(list(options.stack.glob("*.toml"))),
        environ=environ,
    )


def _telling_texts(desired: Desired | None) -> Iterator[str]:
    """What stands in the files under a name that tells of a secret: an answer of the instance may repeat it."""
    for resource in desired.resources if desired else ():
        mask = kind_of(resource).masked
        for name in mask(resource) if mask else ():
            value = resource.attributes[name].value
            if isinstance(value, str) and len(value) >= SHORTEST_TELLING:
                yield value
