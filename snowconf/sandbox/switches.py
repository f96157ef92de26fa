"""Where releases, settings and tables differ: each difference a switch, declared as data, its default first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from snowconf.sandbox.wire.faulting import parse_orders


@dataclass(frozen=True, slots=True)
class Switch:
    """A difference: its values (the default first), what it decides, and where the fact comes from.

    One that `reads` takes other texts too, and raises ValueError for those it does not understand.
    """

    name: str
    values: tuple[str, ...]
    sentence: str
    source: str
    reads: Callable[[str], object] | None = None

    @property
    def default(self) -> str:
        """The value of an instance that nobody switched."""
        return self.values[0]


SWITCHES: tuple[Switch, ...] = (
    Switch(
        "elevation",
        ("on", "off"),
        "Whether access controls can be written only in an elevated session, which REST cannot have.",
        "tables.md 4.4",
    ),
    Switch(
        "unknown_query_column",
        ("drop", "no-rows", "forbidden"),
        "What a condition on an unknown column does: it is ignored, it finds nothing, or the query is refused.",
        "wire-contract.md 3.4",
    ),
    Switch(
        "unreadable_query_column",
        ("forbidden", "drop"),
        "What a condition on a column does that the caller cannot read: the query is refused, or it is ignored.",
        "wire-contract.md 1.5",
    ),
    Switch(
        "wording_401",
        ("new", "old"),
        "Whether a 401 says `User is not authenticated` or, as before 2025, `User Not Authenticated`.",
        "wire-contract.md 1.4",
    ),
    Switch(
        "invalid_table_detail",
        ("null", "absent"),
        "Whether the answer about an unknown table has a detail of null or none at all.",
        "wire-contract.md 1.8",
    ),
    Switch(
        "first_page_prev",
        ("off", "on"),
        "Whether the first page's Link header has a rel=prev with a negative offset.",
        "wire-contract.md 2.3",
    ),
    Switch(
        "basic_auth_restriction",
        ("off", "on"),
        "Whether basic authentication is only for users who hold snc_basic_auth_api_access.",
        "wire-contract.md 1.9",
    ),
    Switch(
        "sam_tables",
        ("present", "absent"),
        "Whether the tables of Software Asset Management (samp_*) are installed.",
        "tables.md 8",
    ),
    Switch(
        "demo_data",
        ("absent", "present"),
        "Whether the instance begins with people, groups, tasks and equipment, as a fresh developer instance does.",
        "ours",
    ),
    Switch(
        "flexera_app",
        ("present", "absent"),
        "Whether Flexera's integration app is installed: its properties, scheduled imports and roles.",
        "tables.md 9",
    ),
    Switch(
        "release",
        ("zurich", "yokohama"),
        "Which release the instance runs; yokohama lacks the columns that came with Zurich.",
        "tables.md 12.13",
    ),
    Switch(
        "long_urls",
        ("refuse", "accept"),
        "Whether a URL over about 8 kB is answered with 414.",
        "wire-contract.md 1.8",
    ),
    Switch(
        "choice_values",
        ("accept", "blank", "drop"),
        "Whether a choice that is not in the list is stored as it is, left empty, or not written at all.",
        "tables.md 1.8, wire-contract.md 1.7",
    ),
    Switch(
        "empty_choice",
        ("empty", "null", "none"),
        "What the display value of an empty choice is: an empty string (2022), null (2020) or `None` (2019).",
        "wire-contract.md 2.2",
    ),
    Switch(
        "fault",
        ("none", "…"),
        "What goes wrong, as in `503;every=10`; the faults are listed below.",
        "ours",
        reads=parse_orders,
    ),
    Switch(
        "internal_errors",
        ("answer", "raise"),
        "Whether a mistake of the sandbox itself is answered with 500 or raised where it happened, for debugging.",
        "ours",
    ),
    Switch(
        "undecidable_rules",
        ("pass", "abort"),
        "What a business rule of a client's does whose condition or script the sandbox cannot evaluate.",
        "tables.md 1.13",
    ),
    Switch(
        "cross_scope_writes",
        ("allow", "refuse"),
        "Whether a record of another application than the caller's current one can be changed and deleted.",
        "wire-contract.md 7.3, tables.md 1.10",
    ),
    Switch(
        "data_policies",
        ("on", "off"),
        "Whether an incident needs a resolution code to be resolved or closed, as on releases that have the data policy.",
        "wire-contract.md 1.7",
    ),
    Switch(
        "change_model",
        ("on", "off"),
        "Whether a change moves from state to state only as its type's model allows.",
        "wire-contract.md 1.7",
    ),
    Switch(
        "problem_states",
        ("kept", "free"),
        "Whether the Table API leaves the state of an existing problem or problem task as it is, as it does since the "
        "release Rome.",
        "docs/platform.md, Problems",
    ),
    Switch(
        "ansible_app",
        ("present", "absent"),
        "Whether Red Hat's store application is installed, whose API moves problems from state to state.",
        "docs/platform.md, Problems",
    ),
    Switch(
        "request_approval",
        ("automatic", "by_hand"),
        "Whether a catalog request that costs at most 1,000 is approved as soon as it is no more a draft.",
        "docs/platform.md, Service catalog",
    ),
    Switch(
        "undecidable_scripts",
        ("deny", "allow"),
        "What an access control does whose script or security attribute the sandbox cannot evaluate.",
        "tables.md 4.3",
    ),
    Switch(
        "role_checks_of_admins",
        ("as_anybody", "passed"),
        "Whether an admin needs the roles of an access control that he does not override, or passes every check of "
        "roles but that of `nobody`, which then stops even those who override.",
        "tables.md 1.2, 4.1; the product's documentation of access controls",
    ),
    Switch(
        "platform_rest_role",
        ("not_required", "required"),
        "Whether the platform's REST APIs are only for admins and those who hold snc_platform_rest_api_access.",
        "wire-contract.md 1.9",
    ),
    Switch(
        "password_grant",
        ("anybody", "interactive"),
        "Whether tokens are given for a password to every user, or only to those who may log in with a browser, which "
        "users for web services alone may not.",
        "wire-contract.md 4.1",
    ),
    Switch(
        "lockout",
        ("on", "off"),
        "Whether too many wrong passwords lock an account for a while.",
        "the product's documentation of failed logins",
    ),
    Switch(
        "default_profile",
        ("made", "absent"),
        "Whether a default profile is made along with an OAuth provider.",
        "tables.md 2.1",
    ),
    Switch(
        "deleted_registry",
        ("leaves", "cascades"),
        "Whether profiles and scopes stay or go when the OAuth registry is deleted that they belong to.",
        "tables.md 7",
    ),
    Switch(
        "unknown_redirect",
        ("refuse", "first"),
        "What an authorization request with an address that is not registered gets: a page that says so, or a "
        "redirect to the first registered address.",
        "wire-contract.md 4.3, tables.md 2.1",
    ),
)


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of one instance. Those nobody set have their default."""

    chosen: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __hash__(self) -> int:
        """By what was chosen, as equality is, so that what follows from switches can be kept."""
        return hash(frozenset(self.chosen.items()))

    def get(self, name: str) -> str:
        """The switch's value.

        Raises:
            KeyError: there is no such switch.
        """
        return self.chosen.get(name) or _DEFAULTS[name]


_DEFAULTS: Mapping[str, str] = MappingProxyType({switch.name: switch.default for switch in SWITCHES})


def parse(chosen: Mapping[str, str]) -> Switches:
    """The switches of an instance on which these are set.

    Raises:
        ValueError: a name or a value is not known; the text names what was probably meant.
    """
    for name, value in chosen.items():
        _check(name, value)
    return Switches(MappingProxyType(dict(chosen)))


def _check(name: str, value: str) -> None:
    found = next((switch for switch in SWITCHES if switch.name == name), None)
    if found is None:
        raise ValueError(f'There is no switch "{name}".{_guess(name, tuple(_DEFAULTS))}')
    if found.reads is not None:
        found.reads(value)
    elif value not in found.values:
        choice = ", ".join(found.values)
        raise ValueError(
            f'The switch {name} has no value "{value}"; it can be {choice}.{_guess(value, found.values)}'
        )


def _guess(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
