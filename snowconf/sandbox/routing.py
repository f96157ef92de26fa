"""Which part of the instance a path leads to (wire-contract.md 1.1, 1.8, 5.7). Knows nothing of what they do."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

_API = re.compile(
    r"(/api/now(?:/v[12])?)/(table|attachment|batch|stats|import|ui/concoursepicker)((?:/[^/]+)*)/?"
)
_CICD = re.compile(r"(/api/sn_cicd(?:/v[12])?)/(update_set|progress)((?:/[^/]+)*)/?")
_HOME_PAGES = frozenset({"", "/", "/navpage.do", "/nav_to.do", "/welcome.do"})


class Api(Enum):
    """The REST APIs, by the step of the path that names them, with the numbers of further steps they take."""

    TABLE = ("table", 1, 2)
    ATTACHMENT = ("attachment", 0, 2)
    BATCH = ("batch", 0, 0)
    STATS = ("stats", 1, 1)
    IMPORT = ("import", 1, 2)
    CONCOURSE = ("ui/concoursepicker", 1, 1)
    UPDATE_SET = ("update_set", 1, 2)
    PROGRESS = ("progress", 1, 1)

    def takes(self, steps: tuple[str, ...]) -> bool:
        """Whether these steps can follow."""
        _, fewest, most = self.value
        return fewest <= len(steps) <= most


class Place(Enum):
    """Everything that is no REST API."""

    GRANT = "/oauth_token.do"
    REVOKE = "/oauth_revoke_token.do"
    AUTHORIZE = "/oauth_auth.do"
    LOGIN = "/login.do"
    LOGOUT = "/logout.do"
    KEYS = "/api/now/oauth/jwks"
    UPLOAD = "/sys_upload.do"
    UNKNOWN_API = "/api/…"
    HOME = "/"
    NOWHERE = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAddress:
    """A place in a REST API: `root` is the path before the API's name, `steps` what follows it."""

    api: Api
    root: str
    steps: tuple[str, ...]


Address: TypeAlias = ApiAddress | Place


def route(path: str) -> Address:
    """Where the path leads."""
    if found := _API.fullmatch(path) or _CICD.fullmatch(path):
        api = _BY_NAME[found[2]]
        steps = tuple(found[3].split("/")[1:])
        return ApiAddress(api=api, root=found[1], steps=steps) if api.takes(steps) else Place.UNKNOWN_API
    if path in _PLACES:
        return Place(path)
    if path.startswith("/api/"):
        return Place.UNKNOWN_API
    return Place.HOME if path in _HOME_PAGES else Place.NOWHERE


_PLACES = frozenset({place.value for place in Place} - {Place.HOME.value})
_BY_NAME = {api.value[0]: api for api in Api}
