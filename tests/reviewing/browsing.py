"""A browser at hand: Chromium, spoken to over its debugging pipe, and what it had to say meanwhile."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Tab:
    """One page. `events` are what the browser told of it: messages, requests, loads."""

    def __init__(self, asked: int, told: int) -> None:
        self.asked, self.told = asked, told
        self.number, self.rest, self.session, self.root = 0, b"", "", 0
        self.events: list[Mapping[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Network", "Runtime", "DOM"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> Any:
        """What the browser answers; a KeyError when it refuses."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        within = {"sessionId": self.session} if self.session else {}
        os.write(self.asked, json.dumps(message | within).encode() + b"\0")
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer)
        return answer["result"]

    def open(self, page: Path, *, width: int) -> None:
        """Show it, scripts off, on a screen of so many pixels."""
        self.ask("Emulation.setScriptExecutionDisabled", value=True)
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.events.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while not any(each["method"] == "Page.loadEventFired" for each in self.events):
            self.events.append(self._next())
        self.root = self.ask("DOM.getDocument")["root"]["nodeId"]

    def click(self, selector: str) -> None:
        """In the middle of what it selects, after going there."""
        (node,) = self.find(selector)
        self.ask("DOM.scrollIntoViewIfNeeded", nodeId=node)
        left, top, _, _, right, bottom, *_ = self.ask("DOM.getBoxModel", nodeId=node)["model"]["border"]
        for event in ("mousePressed", "mouseReleased"):
            place = {"x": (left + right) / 2, "y": (top + bottom) / 2}
            self.ask("Input.dispatchMouseEvent", type=event, button="left", clickCount=1, **place)

    def find(self, selector: str) -> list[int]:
        """All that it selects."""
        found: list[int] = self.ask("DOM.querySelectorAll", nodeId=self.root, selector=selector)["nodeIds"]
        return found

    def is_seen(self, node: int) -> bool:
        """Does it take any room?"""
        try:
            return bool(self.ask("DOM.getBoxModel", nodeId=node)["model"]["height"])
        except KeyError:
            return False

    def methods(self) -> list[str]:
        """What the events are."""
        return [str(each["method"]) for each in self.events]

    def _next(self) -> Mapping[str, Any]:
        while b"\0" not in self.rest:
            more = os.read(self.told, 1 << 20)
            assert more, "the browser is gone"
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        found: Mapping[str, Any] = json.loads(message)
        return found


@contextmanager
def browsing(profile: Path) -> Iterator[Tab]:
    """A tab of a browser that has never been anywhere."""
    heard, asked = os.pipe()
    told, said = os.pipe()
    script = f'exec "$@" 3<&{heard} 4>&{said}'
    command = [str(CHROMIUM), *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        ["bash", "-c", script, "browser", *command], pass_fds=(heard, said), stderr=subprocess.DEVNULL
    )
    os.close(heard)
    os.close(said)
    try:
        yield Tab(asked, told)
    finally:
        process.terminate()
        process.wait(timeout=60)
        os.close(asked)
        os.close(told)
