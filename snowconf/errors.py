"""Everything snowconf raises on purpose.

SnowconfError
├── SecretUnavailableError      a secret is not where the stack says it is
│   └── SecretAbsentError       its store can be read and has nothing under that name
├── StoreError                  a secret cannot be put into its store
├── RotationRefusedError        a secret cannot be exchanged, or not now
├── ProofFailedError            the instance does not let in with the exchanged secret
├── UnaskableError              a value that no encoded query can carry
└── InstanceError               the instance refused, or did not answer as an instance does
    ├── UnreachableError        no answer: name, route, TLS, refused, timed out
    ├── NotAnInstanceError      an answer, but not the REST processor's: hibernating, login page, proxy
    ├── UnauthenticatedError    401, or a token endpoint that gave no token
    ├── ForbiddenError          403, told apart by `reason`
    ├── NotFoundError           404: no such record, or none that this user may see
    ├── BadRequestError         400, 405, 406, 414, 415 and too large bodies
    ├── ThrottledError          429 or 202 that outlasted every retry
    ├── BrokenAnswerError       5xx, cut JSON, a shape nobody expects
    ├── FilterIgnoredError      rows came back that the query excludes: a condition was dropped
    └── OutcomeUnknownError     a write whose fate could not be established

What a user can mend in a file is no exception but a `model.diagnostic.Diagnostic`.
No message here ever holds a secret: not the request's headers, not its body.
"""

from enum import Enum


class SnowconfError(Exception):
    """Any failure that snowconf foresees; `summary` names the kind of problem, `detail` says what to do."""

    summary = "snowconf failed"
    code = "SNC900"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SecretUnavailableError(SnowconfError):
    """A secret's environment variable is not set, or its file cannot be read."""

    summary = "Secret not available"
    code = "SNC301"


class SecretAbsentError(SecretUnavailableError):
    """The store of a generated secret can be read, and has none of that name yet."""


class StoreError(SnowconfError):
    """A secret cannot be put into the store that the stack names."""

    summary = "Secret cannot be stored"
    code = "SNC580"


class RotationRefusedError(SnowconfError):
    """A secret cannot be exchanged as asked, or not now."""

    summary = "Not rotated"
    code = "SNC586"


class ProofFailedError(SnowconfError):
    """The instance does not let anybody in with the secret that was to take the place of another."""

    summary = "The next secret opens nothing"
    code = "SNC587"


class UnaskableError(SnowconfError):
    """A value that cannot be put into an encoded query without changing its meaning."""

    summary = "Value cannot be asked for"
    code = "SNC302"


class InstanceError(SnowconfError):
    """The instance refused, or did not answer as an instance does.

    `request` is "GET /api/now/table/sys_user" without query, headers or body; `status` is 0 when nothing came back.
    """

    summary = "The instance refused"
    code = "SNC400"

    def __init__(self, detail: str, *, request: str = "", status: int = 0) -> None:
        super().__init__(detail)
        self.request = request
        self.status = status


class UnreachableError(InstanceError):
    """No answer came: the name, the route, TLS, a refused or a silent connection."""

    summary = "Instance not reachable"
    code = "SNC401"


class NotAnInstanceError(InstanceError):
    """Something answered that is not the REST processor: a hibernation page, a login form, a proxy."""

    summary = "Not an answer of the REST API"
    code = "SNC402"


class UnauthenticatedError(InstanceError):
    """401 from an API, or a token endpoint that gave no token."""

    summary = "Not authenticated"
    code = "SNC403"


class Reason(Enum):
    """What a 403 means, told by its message and detail (wire-contract.md 1.5, 1.7; tables.md 1.14)."""

    API_CLOSED = "the table or the API is closed to this user over REST"
    QUERY_RIGHTS = "this user may not query these records"
    ACL = "an access control refused"
    BUSINESS_RULE = "a business rule refused"
    DATA_POLICY = "a data policy asks for more"
    UNIQUE_KEY = "a unique key is taken"
    AUTH_SCOPE = "the token lacks an API scope"
    UNKNOWN = "no reason was given"


class ForbiddenError(InstanceError):
    """403. `reason` says which of the many kinds it is."""

    summary = "Refused by the instance"
    code = "SNC404"

    def __init__(self, detail: str, *, reason: Reason, request: str = "", status: int = 403) -> None:
        super().__init__(detail, request=request, status=status)
        self.reason = reason


class NotFoundError(InstanceError):
    """404: there is no such record, or none that this user may see; the platform does not say which."""

    summary = "Record not found"
    code = "SNC405"


class BadRequestError(InstanceError):
    """The instance could not use the request: unknown table or path, wrong type, too long, too large."""

    summary = "Request not understood"
    code = "SNC406"


class ThrottledError(InstanceError):
    """The instance was too busy, or a rate limit held, for longer than retries last."""

    summary = "Rate limit or overload"
    code = "SNC407"


class BrokenAnswerError(InstanceError):
    """A server error, JSON that ends early, or a shape that is not `{"result": …}`."""

    summary = "Broken answer"
    code = "SNC408"


class FilterIgnoredError(InstanceError):
    """A list holds rows that its query excludes: the platform dropped a condition (tables.md 12.1)."""

    summary = "The instance ignored a condition"
    code = "SNC409"


class OutcomeUnknownError(InstanceError):
    """A write was sent, and whether it happened could not be established."""

    summary = "Outcome unknown"
    code = "SNC410"
