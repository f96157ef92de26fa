"""Which part of the instance a path leads to (wire-contract.md 1.1, 1.8, 5.7). Knows nothing of what they do."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

_HOME_PAGES = frozenset({"", "/", "/navpage.do", "/nav_to.do", "/welcome.do"})


class Api(Enum):
    """The REST APIs, by their namespace and name in the path, with the numbers of further steps they take."""

    TABLE = ("now", "table", 1, 2)
    ATTACHMENT = ("now", "attachment", 0, 2)
    BATCH = ("now", "batch", 0, 0)
    STATS = ("now", "stats", 1, 1)
    IMPORT = ("now", "import", 1, 2)
    CONCOURSE = ("now", "ui/concoursepicker", 1, 1)
    CMDB = ("now", "cmdb/instance", 1, 4)
    TINY_URL = ("now", "tinyurl", 0, 0)
    UPDATE_SET = ("sn_cicd", "update_set", 1, 2)
    CATALOG = ("sn_sc", "servicecatalog", 1, 3)
    PROBLEM = ("x_rhtpp_ansible", "problem", 3, 3)
    PROGRESS = ("sn_cicd", "progress", 1, 1)

    def takes(self, steps: tuple[str, ...]) -> bool:
        """Whether these steps can follow."""
        _, _, fewest, most = self.value
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
    if found := _API.fullmatch(path):
        api = _BY_NAME.get((found["namespace"], found["name"]))
        steps = tuple(found["steps"].split("/")[1:])
        known = api is not None and api.takes(steps)
        return ApiAddress(api=api, root=found["root"], steps=steps) if api and known else Place.UNKNOWN_API
    if path in _PLACES:
        return Place(path)
    if path.startswith("/api/"):
        return Place.UNKNOWN_API
    return Place.HOME if path in _HOME_PAGES else Place.NOWHERE


_PLACES = frozenset({place.value for place in Place} - {Place.HOME.value})
_BY_NAME = {api.value[:2]: api for api in Api}
_API = re.compile(
    r"(?P<root>/api/(?P<namespace>[a-z_]+)(?:/v[12])?)/"
    rf"(?P<name>{'|'.join(name for _, name in _BY_NAME)})(?P<steps>(?:/[^/]+)*)/?"
)
