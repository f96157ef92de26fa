"""Files of environment variables, for `--env-file`. Nothing is read unasked, and nothing is expanded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from snowconf.config import codes
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin

# Plain values end at a blank before '#'; quotes must close on the line.
LINE = re.compile(
    r"(?:export\s+)?(?P<name>[A-Za-z_]\w*)=(?:'(?P<literal>[^']*)'|\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<plain>[^'\"].*?)?)"
    r"(?:\s+#.*)?",
    re.ASCII,
)
ESCAPE = re.compile(r"\\(.)")
ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFile:
    """The variables a file sets, and what is wrong with lines that are none. Never shows a value."""

    values: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]

    def __repr__(self) -> str:
        return f"EnvFile({', '.join(self.values)})"


def read_env_file(path: Path) -> EnvFile:
    """NAME=value line by line, as a shell would read it; the last of several lines for one name counts."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        detail = f"The system says: {reason}. --env-file needs a file that you may read."
        return EnvFile(values={}, diagnostics=(codes.UNREADABLE.at(Origin(str(path), 1), detail),))
    except UnicodeDecodeError:
        detail = "An environment file is UTF-8 text. Save it as UTF-8 in your editor."
        return EnvFile(values={}, diagnostics=(codes.NOT_UTF8.at(Origin(str(path), 1), detail),))
    return _parse(str(path), text)


def _parse(file: str, text: str) -> EnvFile:
    values, diagnostics = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if found := LINE.fullmatch(line.strip()):
            values[found["name"]] = _value(found)
        else:
            detail = "This line is no NAME=value with its quotes closed. Mend it, or put # before it."
            diagnostics.append(codes.ENV_FILE_LINE.at(Origin(file, number), detail))
    return EnvFile(values=values, diagnostics=tuple(diagnostics))


def _value(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        return ESCAPE.sub(lambda escape: ESCAPED.get(escape[1], escape[1]), found["quoted"])
    return found["literal"] or found["plain"] or ""
