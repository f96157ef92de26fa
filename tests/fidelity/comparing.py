"""A recorded answer beside one of the sandbox: every way in which they differ, as short sentences."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.caller import Reply

FOLDER = Path(__file__).with_name("recorded")
# Headers whose values are the platform's own and the same on every instance.
FIXED = {
    *("pragma", "cache-control", "expires", "content-type", "server", "strict-transport-security"),
    *("x-content-type-options", "www-authenticate", "connection", "x-is-logged-in", "server-timing"),
}
COOKIE = re.compile(r"(?:^|, )(\w+)=")


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of `recorded/`. Only what is in it is compared when its source quotes or cuts."""

    name: str
    data: Mapping[str, Any]

    @property
    def is_partial(self) -> bool:
        """Whether the source shows less than the whole body."""
        return "trimmed" in self.data or self.data["kind"] == "quoted"

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers, a repeated one as often as it was sent; none when the source has none."""
        found: list[tuple[str, str]] = []
        for name, value in self.data.get("headers", {}).items():
            found += [(name, each) for each in (value if isinstance(value, list) else [value])]
        return found


def read(name: str, words: Mapping[str, str]) -> Recording:
    """The recording whose file begins with this number, with some of its words replaced."""
    (path,) = FOLDER.glob(f"{name}-*.json")
    text = path.read_text("utf-8")
    for word, other in words.items():
        text = text.replace(word, other)
    return Recording(path.stem, json.loads(text))


def differences(recording: Recording, reply: Reply) -> list[str]:
    """All of them, sorted."""
    return sorted(
        {*_in_status(recording, reply), *_in_headers(recording, reply), *_in_body(recording, reply)}
    )


def _in_status(recording: Recording, reply: Reply) -> Iterator[str]:
    if recording.data["status"] != reply.status:
        yield f"status {reply.status}"


def _in_headers(recording: Recording, reply: Reply) -> Iterator[str]:
    if not recording.headers:
        return
    theirs, ours = _by_name(recording.headers), _by_name(reply.headers)
    yield from (f"header {name} missing" for name in theirs.keys() - ours.keys())
    # A recorded trace shows every header; a quoted one only those that its author cared for.
    if recording.data["kind"] == "recorded":
        yield from (f"header {name} added" for name in ours.keys() - theirs.keys())
    yield from (
        f"header {name} says {ours[name]}"
        for name in FIXED & theirs.keys() & ours.keys()
        if ours[name].lower() != theirs[name].lower()
        and not ours[name].lower().startswith(f"{theirs[name].lower()};")
    )
    yield from _in_links(theirs.get("link", ""), ours.get("link", ""))
    yield from _in_cookies(theirs.get("set-cookie", ""), ours.get("set-cookie", ""))


def _by_name(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found


def _in_links(theirs: str, ours: str) -> Iterator[str]:
    """Relations, their order and the form of the URLs; numbers depend on the data."""
    plain = [re.sub(r"//[^/]*|(?<==)\d{2,}", "", link) for link in (theirs, ours)]
    if plain[0] != plain[1]:
        yield f"links {plain[1]}"


def _in_cookies(theirs: str, ours: str) -> Iterator[str]:
    """Which cookies are set; the pool's is named after the instance."""
    names = [{name.partition("pool_")[0] for name in COOKIE.findall(text)} for text in (theirs, ours)]
    yield from (f"cookie {name} missing" for name in names[0] - names[1])
    yield from (f"cookie {name} added" for name in names[1] - names[0])


def _in_body(recording: Recording, reply: Reply) -> Iterator[str]:
    body = recording.data["body"]
    if isinstance(body, str):
        yield from () if reply.body[:5].lower() in {b"<html", b"<!doc"} else ("body is no page",)
    elif "error" in body or body == {"result": []}:
        yield from _in_json(body, reply.json(), "body", whole=not recording.is_partial)
    elif "result" in body:
        yield from _in_result(body["result"], reply.result)


def _in_json(theirs: Any, ours: Any, place: str, *, whole: bool) -> Iterator[str]:
    if not (isinstance(theirs, dict) and isinstance(ours, dict)):
        yield from () if theirs == ours else (f"{place} is {ours}",)
        return
    yield from (f"{place}.{key} missing" for key in theirs.keys() - ours.keys())
    yield from (f"{place}.{key} added" for key in ours.keys() - theirs.keys() if whole)
    for key in theirs.keys() & ours.keys():
        yield from _in_json(theirs[key], ours[key], f"{place}.{key}", whole=whole)


def _in_result(theirs: Any, ours: Any) -> Iterator[str]:
    """Values depend on the data; the form of what both have does not."""
    if isinstance(theirs, list):
        theirs, ours = theirs[0], ours[0]
    common = theirs.keys() & ours.keys()
    yield from () if common else ("no column in common",)
    yield from (f"{key} is {form(ours[key])}" for key in common if form(theirs[key]) != form(ours[key]))


def form(value: object) -> str:
    """What kind of value it is: text, null, or an object with these keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {form(each)}" for key, each in sorted(value.items())) + "}"
    return "null" if value is None else type(value).__name__
