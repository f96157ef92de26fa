"""The first stack of somebody who starts: small, valid, commented, and planned without any set-up."""

import re
from pathlib import Path

from snowconf.cli.refusals import WouldOverwriteError

STACK = """\
#:schema .snowconf/schema.json
# A stack: snowconf reads every *.toml directly in this folder. `snowconf schema --write` helps your editor with it.

[stack]
name = "{name}"

[instance.sandbox]                     # the embedded instance: nothing to install, nothing to log in to
url = "sandbox:"                       # kept in .snowconf/sandbox.db beside this file
default = true

# [instance.dev]                       # your own instance; choose it with --instance dev
# url = "https://dev12345.service-now.com"
# auth = {{ grant = "client_credentials", client_id = "…", client_secret = {{ env = "SNOWCONF_DEV_SECRET" }} }}

# [policies]                           # rules that every plan is held against; needs: pip install 'snowconf[rego]'
# paths = ["snowconf:library"]

[role.report_reader]
description = "May read what the reporting integration needs"

[user.svc_reports]
first_name = "Reporting"
last_name = "Integration"
identity = "machine"                   # no login with a browser
password = {{ env = "REPORTS_PASSWORD" }} # where the secret is, never what it is
roles = ["report_reader"]              # the whole set: roles that somebody adds by hand are drift

[property."acme.reports.enabled"]
type = "boolean"
value = true
description = "Switches the nightly reports on"
ignore_cache = true                    # a change then flushes this property's cache and no other
"""
ENVIRONMENT = """\
# Copy this to .env, which git ignores, and put your own values there:
#     snowconf plan --env-file .env
REPORTS_PASSWORD=only-for-the-sandbox
"""
IGNORED = (".snowconf/", ".env")
FILES = {"snowconf.toml": STACK, ".env.example": ENVIRONMENT}


def write_stack(folder: Path) -> list[Path]:
    """Make the folder and its files; a .gitignore that is there gets the lines it lacks.

    Raises:
        WouldOverwriteError: a file is there already, or TOML that would become part of the stack.
    """
    _refuse_to_overwrite(folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = stack_name(folder)
    for file, text in FILES.items():
        (folder / file).write_text(text.format(name=name), encoding="utf-8")
    _ignore(folder / ".gitignore")
    return [folder / file for file in (*FILES, ".gitignore")]


def stack_name(folder: Path) -> str:
    """What a stack in this folder may be called: lower case, digits, dashes, beginning with a letter."""
    words = re.findall(r"[a-z0-9]+", folder.resolve().name.lower())
    name = "-".join(words)[:40].strip("-")
    return name if re.match("[a-z]", name) else f"stack-{name}"[:40].strip("-")


def next_steps(folder: Path) -> str:
    """The commands to go on with, each on a line of its own."""
    go = "" if folder.resolve() == Path.cwd() else f"    cd {folder}\n"
    return (
        f"\nNext:\n\n{go}    snowconf validate\n    snowconf plan --env-file .env.example\n"
        "    snowconf apply --env-file .env.example"
    )


def _refuse_to_overwrite(folder: Path) -> None:
    there = [folder / file for file in FILES if (folder / file).exists()]
    there += sorted(set(folder.glob("*.toml")) - set(there))
    if there:
        raise WouldOverwriteError(
            f"{there[0]} is there already, and every *.toml of a folder belongs to its stack. Name a new folder, as in "
            "'snowconf init integrations/reports'."
        )
    if folder.exists() and not folder.is_dir():
        raise WouldOverwriteError(f"{folder} is a file. Name a folder, which may not exist yet.")


def _ignore(path: Path) -> None:
    text = path.read_text("utf-8") if path.exists() else ""
    lacking = [line for line in IGNORED if line not in text.split("\n")]
    start = "\n" if text and not text.endswith("\n") else ""
    path.write_text(text + start + "".join(f"{line}\n" for line in lacking), encoding="utf-8")
