"""GitHub as its command `gh` shows it to a step: a pull request's comments, runs with their artifacts, issues.

Run as a script it is `gh`: what is known stands in the file that GH_STATE names, and `--jq` is evaluated by jq itself.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

State: TypeAlias = dict[str, Any]
ME = "github-actions[bot]"


def said(words: Sequence[str], option: str) -> str:
    """What follows the option, or nothing."""
    return words[words.index(option) + 1] if option in words else ""


def chosen(document: Any, words: Sequence[str]) -> str:
    """What `--jq` makes of the document: a line for each result, texts without their quotes."""
    results = import_module("jq").compile(said(words, "--jq")).input_value(document).all()
    lines = (each if isinstance(each, str) else json.dumps(each) for each in results if each is not None)
    return "".join(f"{each}\n" for each in lines)


def comments(state: State, words: Sequence[str]) -> str:
    """List, make, change, delete."""
    place, method = next(each for each in words if each.startswith("repos/")), said(words, "--method")
    held: list[State] = state["comments"]
    file = said(words, "--field").removeprefix("body=@")
    number = int(place.rpartition("/")[2]) if method in ("PATCH", "DELETE") else 0
    if method == "POST":
        held.append({"id": len(held) + 100, "user": {"login": ME}, "body": Path(file).read_text("utf-8")})
    elif method == "PATCH":
        (one,) = (each for each in held if each["id"] == number)
        one["body"] = Path(file).read_text("utf-8")
    elif method == "DELETE":
        state["comments"] = [each for each in held if each["id"] != number]
    else:
        # As gh does, --jq sees one page after the other.
        return "".join(chosen(held[at : at + 2], words) for at in range(0, len(held), 2))
    return ""


def issues(state: State, words: Sequence[str]) -> str:
    """List the open ones, open one, change one."""
    held: list[State] = state["issues"]
    match words[1]:
        case "list":
            return chosen([each for each in held if each["label"] == said(words, "--label")], words)
        case "create":
            body = Path(said(words, "--body-file")).read_text("utf-8")
            held.append({"number": len(held) + 1, "label": said(words, "--label"), "body": body})
        case "edit":
            (one,) = (each for each in held if each["number"] == int(words[2]))
            one["body"] = Path(said(words, "--body-file")).read_text("utf-8")
    return ""


def runs(state: State, words: Sequence[str]) -> str:
    """Those of a commit that ended well, and the artifact of one."""
    if words[1] == "list":
        found = [each for each in state["runs"] if each["commit"] == said(words, "--commit")]
        return chosen(found, words)
    (one,) = (each for each in state["runs"] if str(each["databaseId"]) == words[2])
    shutil.copy(one[said(words, "--name")], said(words, "--dir"))
    return ""


def answer(state: State, words: Sequence[str]) -> str:
    """What the command prints."""
    match [*words[:2]]:
        case ["api", "graphql"]:
            return chosen({"data": {"viewer": {"login": ME}}}, words)
        case ["api", place] if place.endswith("/pulls"):
            return chosen(state["pulls"], words)
        case ["api", _]:
            return comments(state, words)
        case ["issue", _]:
            return issues(state, words)
        case ["run", _]:
            return runs(state, words)
        case ["label", "create"]:
            return ""
    raise ValueError(words)


class GitHub:
    """What is known there, for tests to arrange and to look at."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "github.json"
        self.keep({"comments": [], "issues": [], "runs": [], "pulls": []})

    def keep(self, state: State) -> None:
        """From now on this is what is known."""
        self.place.write_text(json.dumps(state), encoding="utf-8")

    def held(self, name: str) -> list[State]:
        """Comments, issues, runs or pulls."""
        found: list[State] = json.loads(self.place.read_text("utf-8"))[name]
        return found

    def arrange(self, **parts: list[State]) -> None:
        """Know these."""
        self.keep(json.loads(self.place.read_text("utf-8")) | parts)

    def bodies(self) -> Iterator[str]:
        """What the comments say."""
        return (each["body"] for each in self.held("comments"))


def install(folder: Path) -> None:
    """A `gh` in the folder."""
    script = folder / "gh"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)


def main() -> None:
    """Be `gh` once."""
    place = Path(os.environ["GH_STATE"])
    state = json.loads(place.read_text("utf-8"))
    sys.stdout.write(answer(state, sys.argv[1:]))
    place.write_text(json.dumps(state), encoding="utf-8")


if __name__ == "__main__":
    main()
