"""The `[instance.*]` blocks, as far as the files alone show whether they are right."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from snowconf.config import codes
from snowconf.config.auth import Parts, read_auth
from snowconf.config.documents import Document, Spot
from snowconf.config.guessing import hint, meant
from snowconf.config.urls import check_url, tidy
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin

# Each switch of the sandbox with the values it takes.
Switches: TypeAlias = Mapping[str, Sequence[str]]

SETTINGS = ("url", "auth", "default", "switches", "timeout_s", "elevation")
NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceBlock:
    """An `[instance.*]` block without mistakes; `auth` holds what is written of it."""

    name: str
    origin: Origin
    url: str
    auth: Parts = field(default_factory=Parts)
    default: bool = False
    switches: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float | None = None
    elevation: bool = True


@dataclass(slots=True)
class InstanceBlocks:
    """Every block of a stack. `places` has all names, also those of blocks with mistakes."""

    switches: Switches | None
    places: dict[str, Origin] = field(default_factory=dict)
    defaults: dict[str, Origin] = field(default_factory=dict)
    sound: dict[str, InstanceBlock] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def read(self, documents: Sequence[Document]) -> None:
        """Fill all of it."""
        for document in documents:
            if "instance" in document.content:
                self._read_all(document.root.child("instance"))
        for name, origin in list(self.defaults.items())[1:]:
            first = next(iter(self.defaults))
            detail = f"'{first}' ({self.defaults[first]}) and '{name}' both say default = true. Take one of them out."
            self.problems.append(codes.SEVERAL_DEFAULTS.at(origin, detail))

    def _read_all(self, spot: Spot) -> None:
        if not isinstance(spot.raw, dict):
            self.problems.append(codes.BAD_VALUE.at(spot.origin, _no_name("instance")))
            return
        for name, block in spot.children():
            self._read_one(name, block)

    def _read_one(self, name: str, spot: Spot) -> None:
        if not isinstance(spot.raw, dict):
            self.problems.append(codes.BAD_VALUE.at(spot.origin, _no_name(f"instance.{name}")))
            return
        if name in self.places:
            detail = f"[instance.{name}] stands in {self.places[name]} already. Keep one of the two."
            self.problems.append(codes.SECOND_INSTANCE.at(spot.origin, detail))
            return
        self.places[name] = spot.origin
        if spot.raw.get("default") is True:
            self.defaults[name] = spot.child("default").origin
        problems = list(_Reading(spot, name, self.switches).problems())
        self.problems += problems
        if not problems:
            self.sound[name] = _build(name, spot)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One block, setting by setting."""

    spot: Spot
    name: str
    switches: Switches | None

    def problems(self) -> Iterator[Diagnostic]:
        if not NAME.fullmatch(self.name):
            detail = f"'{self.name}' must be made of letters, digits, '-' and '_' alone."
            yield codes.BAD_INSTANCE_NAME.at(self.spot.origin, detail)
        if "url" not in self.spot.raw and "url" not in meant(set(self.spot.raw) - set(SETTINGS), SETTINGS):
            detail = f'[instance.{self.name}] does not say where it is. Write url = "https://acme.service-now.com".'
            yield codes.NO_URL.at(self.spot.origin, detail)
        for key, setting in self.spot.children():
            yield from self._setting(key, setting)

    def _setting(self, key: str, setting: Spot) -> Iterator[Diagnostic]:
        match key:
            case "url":
                yield from check_url(setting.raw, setting.origin)
            case "auth":
                yield from read_auth(setting)[1]
            case "switches":
                yield from self._switches(setting)
            case "default" | "timeout_s" | "elevation":
                yield from self._simple(key, setting)
            case _:
                detail = f"[instance.{self.name}] has no setting '{key}'.{hint(key, SETTINGS)}"
                yield codes.UNKNOWN_SETTING.at(setting.origin, detail)

    def _simple(self, key: str, setting: Spot) -> Iterator[Diagnostic]:
        raw = setting.raw
        if key == "default" and not isinstance(raw, bool):
            yield codes.BAD_VALUE.at(setting.origin, "default is true or false, without quotes.")
        if key == "timeout_s" and (
            isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw < 3600
        ):
            yield codes.BAD_VALUE.at(setting.origin, "timeout_s is a number of seconds between 0 and 3600.")
        if key == "elevation" and raw not in ("on", "off"):
            yield codes.BAD_VALUE.at(setting.origin, 'elevation is "on" or "off".')
        if key == "elevation" and self._is_sandbox:
            detail = 'The embedded sandbox decides this itself. Write it as a switch: switches = { elevation = "off" }.'
            yield codes.SWITCHES.at(setting.origin, detail)

    @property
    def _is_sandbox(self) -> bool:
        return str(self.spot.raw.get("url", "")).startswith("sandbox:")

    def _switches(self, spot: Spot) -> Iterator[Diagnostic]:
        if not isinstance(spot.raw, dict):
            yield codes.SWITCHES.at(spot.origin, 'switches is a table, as in { elevation = "off" }.')
            return
        if not self._is_sandbox and "url" in self.spot.raw:
            if any(check_url(self.spot.raw["url"], spot.origin)):
                # What is no URL at all may have been meant for the sandbox.
                return
            detail = 'Only the embedded sandbox has switches, and the url of this block is not "sandbox:". Take them out.'
            yield codes.SWITCHES.at(spot.origin, detail)
            return
        for name, value in spot.children():
            yield from self._switch(name, value)

    def _switch(self, name: str, spot: Spot) -> Iterator[Diagnostic]:
        if not isinstance(spot.raw, str):
            yield codes.SWITCHES.at(
                spot.origin, f"The switch '{name}' must be a text in quotes, as in \"off\"."
            )
        elif self.switches is not None and name not in self.switches:
            detail = f"The sandbox has no switch '{name}'.{hint(name, self.switches)}"
            yield codes.SWITCHES.at(spot.origin, detail)
        elif self.switches is not None and (values := self.switches[name]) and spot.raw not in values:
            detail = f"The switch '{name}' has no value '{spot.raw}'.{hint(spot.raw, values)}"
            yield codes.SWITCHES.at(spot.origin, detail)


def _build(name: str, spot: Spot) -> InstanceBlock:
    raw = spot.raw
    switches: dict[str, str] = raw.get("switches", {})
    return InstanceBlock(
        name=name,
        origin=spot.origin,
        url=tidy(raw["url"]),
        auth=read_auth(spot.child("auth"))[0] if "auth" in raw else Parts(),
        default=raw.get("default", False),
        switches=switches,
        timeout_s=raw.get("timeout_s"),
        elevation=raw.get("elevation", switches.get("elevation", "on")) != "off",
    )


def _no_name(what: str) -> str:
    return f'{what} must be a block with a name, as in [instance.dev] with url = "https://acme-dev.service-now.com".'
