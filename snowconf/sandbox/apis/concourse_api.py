"""The picker of the current application and update set, which scripts use as the web pages do (wire-contract.md 7.2)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from snowconf.sandbox.acting.current_sets import choose, preference_for, takes
from snowconf.sandbox.acting.preferences import current_application
from snowconf.sandbox.answers.answering import failure, plain
from snowconf.sandbox.answers.call import Call
from snowconf.sandbox.answers.negotiating import read_method, refuse_size, refuse_types
from snowconf.sandbox.wire.decoding import UnreadableBodyError, decode
from snowconf.sandbox.wire.requests import Answer

Picker: TypeAlias = Callable[[Call, Mapping[str, str]], bool]


def answer(call: Call) -> Answer:
    """`{"result":{"success":true}}`, or false when what was chosen cannot be chosen."""
    picker = PICKERS.get(call.table)
    if picker is None:
        return failure(400, "Requested URI does not represent any resource", None)
    if read_method(call.request) != "PUT":
        detail = "The resource does not support this method."
        return failure(405, "Method not supported", detail, (("Allow", "PUT"),))
    refused = refuse_types(call.request) or refuse_size(call.request)
    return refused or _pick(call, picker)


def _pick(call: Call, picker: Picker) -> Answer:
    try:
        chosen = decode(call.request.body)
    except UnreadableBodyError:
        return failure(400, "Exception while reading request", "The payload is not valid JSON.")
    with call.session.store.transaction():
        return plain(200, {"result": {"success": picker(call, chosen)}})


def _pick_set(call: Call, chosen: Mapping[str, str]) -> bool:
    """A set that is in progress and of the current application becomes the caller's current one."""
    session = call.session
    application = current_application(session)
    found = session.store.get("sys_update_set", chosen.get("sysId", ""))
    if found is None or not takes(found, application):
        return False
    choose(session, preference_for(session, application), found["sys_id"])
    return True


def _pick_application(call: Call, chosen: Mapping[str, str]) -> bool:
    """Answers well and changes nothing: for REST users the preference `apps.current_app` alone decides (measured)."""
    return call.session.store.get("sys_scope", chosen.get("app_id", "")) is not None


PICKERS: Mapping[str, Picker] = MappingProxyType({"updateset": _pick_set, "application": _pick_application})
