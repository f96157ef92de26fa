"""The two halves of a binding: a connection that names its credential, and a credential that lists the alias (7.3)."""

from collections.abc import Iterator

from snowconf.kinds.findings import HALF_BINDING
from snowconf.kinds.stakes.case import Case, CrossCheck, Inquiry, isin
from snowconf.kinds.stakes.linked_blocks import blocks_of, find_block, names_block, said
from snowconf.kinds.stakes.touching import is_deleted, written
from snowconf.model.diagnostic import Diagnostic
from snowconf.model.value import Named

CREDENTIALS = "discovery_credentials"


def credential_lacks_alias(case: Case) -> Iterator[Diagnostic]:
    """The connection's half is there; is the credential's?"""
    alias, credential = said(case.resource, "alias", "connection_alias"), said(case.resource, "credential")
    if is_deleted(case.change) or not isinstance(alias, Named) or not isinstance(credential, Named):
        return
    if _lists(case, alias, credential) is False:
        where = "tag" if credential.target.kind == "record" else "aliases"
        yield HALF_BINDING.at(
            case.resource,
            "credential",
            f"The credential '{credential}' does not list the alias '{alias}', so the platform would not find it for this "
            f'connection. Write {where} = ["{alias}"] in the credential\'s block.',
        )


def connection_lacks_credential(case: Case) -> Iterator[Diagnostic]:
    """The credential's half is there; does a connection of that alias name it?"""
    aliases = said(case.resource, "aliases", "tag")
    if is_deleted(case.change) or not isinstance(aliases, frozenset):
        return
    for alias in sorted(aliases):
        connections = [
            each
            for each in blocks_of(case, "http_connection")
            if said(each, "alias", "connection_alias") == alias
        ]
        if connections and not any(
            names_block(said(each, "credential"), case.resource) for each in connections
        ):
            yield HALF_BINDING.at(
                case.resource,
                "aliases",
                f"It lists the alias '{alias}', and {connections[0].address} of that alias does not name it. Write "
                f'credential = "{case.resource.address.label}" in that block, or take the alias out of the list.',
            )


def _lists(case: Case, alias: Named, credential: Named) -> bool | None:
    """Does the credential list the alias? None where nobody can tell."""
    block = find_block(case, credential)
    if block is not None:
        listed = said(block, "aliases", "tag")
        return alias in listed if isinstance(listed, frozenset) else None if listed else False
    rows = case.evidence.find(CREDENTIALS, "sys_id", written(case.change).get("credential", ""))
    sys_id = written(case.change).get("connection_alias", "")
    return sys_id in rows[0].get("tag", "").split(",") if rows and sys_id else None


def _credential_elsewhere(case: Case) -> list[str]:
    """The credential, when it is none of the stack's."""
    sys_id = written(case.change).get("credential", "")
    return [] if sys_id in case.around.declared else [sys_id]


CREDENTIAL_OF_CONNECTION = Inquiry(
    table=CREDENTIALS,
    columns=("name", "tag"),
    about=lambda case: isin("sys_id", _credential_elsewhere(case)),
)
OF_CONNECTIONS = CrossCheck(find=credential_lacks_alias, asks=(CREDENTIAL_OF_CONNECTION,))
OF_CREDENTIALS = CrossCheck(find=connection_lacks_credential)
