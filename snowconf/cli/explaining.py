"""What a diagnostic's code means, in a paragraph; the parts that report problems say it, or the table beside this does."""

from collections.abc import Mapping
from importlib.resources import files

import tomli

from snowconf.cli.refusals import UnknownCodeError, did_you_mean
from snowconf.config.codes import CODES
from snowconf.kinds.findings import FINDINGS


def explain(code: str | None) -> str:
    """The paragraph, or a line for each code when none is given.

    Raises:
        UnknownCodeError: there is no such code.
    """
    known = explanations()
    if code is None:
        return "\n".join(f"{each}  {summary}" for each, (summary, _) in sorted(known.items()))
    wanted = code.strip().strip("[]").upper()
    if wanted not in known:
        raise UnknownCodeError(
            f"Nothing has the code '{code}'.{did_you_mean(wanted, known)} 'snowconf explain' lists all."
        )
    summary, text = known[wanted]
    return f"{wanted}  {summary}\n\n{text}"


def explanations() -> Mapping[str, tuple[str, str]]:
    """Every code with its summary and its paragraph."""
    loading = {each.code: (each.summary, each.explanation) for each in CODES.values()}
    kinds = {each.code: (each.summary, each.explanation) for each in FINDINGS}
    table = tomli.loads(files("snowconf.cli").joinpath("explanations.toml").read_text("utf-8"))
    others = {code: (str(entry["summary"]), str(entry["text"])) for code, entry in table.items()}
    return loading | kinds | others
