"""The stack that the numbers are about: 380 records in five tables."""

from collections.abc import Iterator
from dataclasses import dataclass

APPS = 20
USERS = 50
ROLES_EACH = 4
PROPERTIES = 100
IMPORTS = 10
GRANTS = USERS * ROLES_EACH
RECORDS = APPS + USERS + GRANTS + PROPERTIES + IMPORTS

PLATFORM_ROLES = ("itil", "import_admin", "rest_api_explorer", "web_service_admin")
OWN_ROLES = tuple(f"acme_{name}" for name in ("reader", "writer", "importer", "auditor"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the stack differs from the plain one. `instance` are the lines of its only [instance] block."""

    instance: str = 'url = "sandbox:"'
    own_roles: bool = False
    passwords: bool = False

    def text(self) -> str:
        """The file."""
        return "\n".join(self._blocks())

    def environment(self) -> dict[str, str]:
        """The variables it reads."""
        return {f"PASSWORD_{n}": f"made-up-Scale-{n}" for n in range(USERS)} if self.passwords else {}

    def _blocks(self) -> Iterator[str]:
        yield f'[stack]\nname = "scale"\n\n[instance.dev]\n{self.instance}\n'
        yield from map(_app, range(APPS))
        for name in OWN_ROLES if self.own_roles else ():
            yield f'[role.{name}]\ndescription = "What {name} may do"\n'
        yield from map(self._user, range(USERS))
        yield from map(_property, range(PROPERTIES))
        yield from map(_import, range(IMPORTS))

    def _user(self, n: int) -> str:
        roles = list(OWN_ROLES if self.own_roles else PLATFORM_ROLES)
        password = f'password = {{ env = "PASSWORD_{n}" }}\n' if self.passwords else ""
        return (
            f'[user.svc_scale_{n:02}]\nfirst_name = "Scale"\nlast_name = "Number {n}"\nidentity = "machine"\n'
            f"active = true\n{password}roles = {roles!r}\n"
        )


def _app(n: int) -> str:
    return (
        f'[oauth_app.scale_{n}]\nname = "Scale application {n}"\nclient_type = "integration_as_a_service"\n'
        f'redirect_url = ""\nlogo_url = ""\naccess_token_lifespan = {900 + n}\n'
    )


def _property(n: int) -> str:
    return (
        f'[property."com.acme.integration.limit_{n:03}"]\ntype = "integer"\nvalue = {n}\n'
        f'description = "The limit of queue {n}"\nignore_cache = true\n'
    )


def _import(n: int) -> str:
    return f'[scheduled_import.scale_{n}]\nname = "Scale import {n}"\nrun_as = "svc_scale_{n:02}"\nactive = true\n'
