"""What the checks of kinds can find, each with its code and the paragraph that `explain` shows.

Which block has which problem is decided beside the kind; codes stand here together so that none is given twice.
"""

from dataclasses import dataclass

from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.state import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem that a block can have; `explanation` says why it matters and what to do."""

    code: str
    summary: str
    explanation: str
    severity: Severity = Severity.ERROR

    def at(self, resource: Resource, attribute: str, detail: str) -> Diagnostic:
        """The diagnostic, placed at the attribute when it is written and at the block otherwise."""
        written = resource.attributes.get(attribute)
        return Diagnostic(
            code=self.code,
            summary=self.summary,
            detail=detail,
            severity=self.severity,
            origin=written.origin if written else resource.origin,
            address=resource.address,
        )


EXCLUSIVE_ROLES = Finding(
    code="SNC150",
    summary="Roles exclude each other",
    explanation="snc_internal and snc_external mark users of two separate worlds. The platform aborts every attempt to "
    "contain both in one role or to put another role under either of them.",
)
IDENTITY_CONTRADICTION = Finding(
    code="SNC151",
    summary="Identity and web service access contradict each other",
    explanation="The platform couples the two columns: identity 'machine' switches web_service_access_only on, 'human' "
    "and 'ai_agent' switch it off. A block that asks for both would differ from the instance after every apply. Write "
    "identity alone.",
)
GRANT_CONTRADICTION = Finding(
    code="SNC152",
    summary="Grant types contradict each other",
    explanation="inbound_grant_type and default_grant_type name the same thing in two spellings. Written both, they "
    "must say the same; otherwise token requests fail at run time.",
)
PUBLIC_SECRET = Finding(
    code="SNC153",
    summary="Public client with a secret",
    explanation="A public client proves itself with PKCE and has no secret. Take the secret away, or make the client "
    "confidential with public_client = false.",
)
NO_APPLICATION_USER = Finding(
    code="SNC154",
    summary="Client credentials without an application user",
    explanation="A token obtained with client credentials acts as the application user of its client. Without one the "
    'token endpoint refuses. Name the user with user = "…".',
    severity=Severity.WARNING,
)
ACL_NAME = Finding(
    code="SNC155",
    summary="Not a name for a record access control",
    explanation="An access control of type record is named after what it protects: table, table.column, table.*, *, "
    "*.column or *.*. Under any other name it protects nothing.",
)
ACL_WITHOUT_CRITERION = Finding(
    code="SNC156",
    summary="Access control without any criterion",
    explanation="An access control with no role, condition, script or security attribute denies everybody except "
    "admins it may be overridden by. Write at least one of them.",
    severity=Severity.WARNING,
)
ACL_APPLIES_TO = Finding(
    code="SNC157",
    summary="applies_to where it cannot apply",
    explanation="The platform evaluates applies_to only for access controls of type record whose name starts with a "
    "table. Elsewhere it has no effect, and the access control covers more than its block says.",
)
ACL_CONDITION = Finding(
    code="SNC158",
    summary="Condition names a column that the table lacks",
    explanation="The platform drops a clause about a column that does not exist, without a word. In an access control "
    "that widens what the condition lets through. Correct the name.",
)
PROPERTY_TWO_VALUES = Finding(
    code="SNC159",
    summary="Property with two values",
    explanation="value and secret_value are the same column. Write secret_value for what must not stand in a file, "
    "value for everything else.",
)
PROPERTY_VALUE = Finding(
    code="SNC160",
    summary="Value does not fit the property's type",
    explanation="The platform stores any text and code that reads the property falls back or fails. A boolean is true "
    "or false in lower case, an integer has digits only, a choicelist holds one of its choices.",
)
PROPERTY_PASSWORD = Finding(
    code="SNC161",
    summary="Password of a property written in the file",
    explanation="A property of a password type holds a secret, and secrets do not stand in files. Say where it is, with "
    'secret_value = { env = "NAME" }. If the file was shared, change the password.',
)
ZONE_WITHOUT_ENTERED_TIME = Finding(
    code="SNC162",
    summary="Time zone and run time without the entered time",
    explanation="A scheduled job keeps its time twice: run_time in UTC and entered_time in the job's own zone. With a "
    "time zone and only one of the two, a rule of the platform recomputes the other, and the job runs at another hour "
    "than the file says. Write both, or neither time_zone.",
)
SCHEDULE_IGNORED = Finding(
    code="SNC163",
    summary="Schedule attribute without effect",
    explanation="Each run_type looks at some columns of the schedule and ignores the others. The value would be stored "
    "and would change nothing.",
    severity=Severity.WARNING,
)
NO_RUN_AS = Finding(
    code="SNC164",
    summary="Scheduled import without a run-as user",
    explanation="When run_as is missing on creation, the platform puts the account that calls the API, and the import "
    "runs with the rights of the deployment account. Name the user it shall run as.",
    severity=Severity.WARNING,
)
CONDITION_OFF = Finding(
    code="SNC165",
    summary="Condition that is not asked",
    explanation="A scheduled job asks its condition only when conditional is true. Otherwise it runs every time.",
    severity=Severity.WARNING,
)
COMPUTED_COLUMN = Finding(
    code="SNC166",
    summary="Column that only the platform writes",
    explanation="Some columns are computed. The platform ignores what a request says about them, so the record would "
    "differ from the file for ever.",
)
RUN_AS_UNABLE = Finding(
    code="SNC230",
    summary="Run-as user cannot act",
    explanation="A scheduled job runs with the rights of its run-as user. When that account is inactive or locked out, "
    "every run fails, and nobody is told. Make the account active and unlocked, or name another one.",
)
CLIENT_CREDENTIALS_CLOSED = Finding(
    code="SNC231",
    summary="Client credentials are switched off",
    explanation="The platform gives tokens for client credentials only when the property "
    "glide.oauth.inbound.client.credential.grant_type.enabled is true, and no instance has that property until "
    "somebody creates it. Without it the token endpoint answers with an error that does not say so. Only admins see "
    "properties, so for other accounts it may be there all the same.",
    severity=Severity.WARNING,
)
APPLICATION_USER_UNABLE = Finding(
    code="SNC232",
    summary="Application user cannot act",
    explanation="A token obtained with client credentials acts as the application user of its client. For an account "
    "that is inactive or locked out the token endpoint refuses, in words that do not say why.",
    severity=Severity.WARNING,
)
PASSWORD_GRANT_DISABLED = Finding(
    code="SNC233",
    summary="Password grant is switched off",
    explanation="The property glide.oauth.inbound.ropc.grant_type.disabled is true, as hardening guides recommend. Then "
    "nobody gets a token with a user name and a password, which is how Flexera and others generate theirs. Set it to "
    "false, or use client credentials.",
    severity=Severity.WARNING,
)
SAM_TABLES_MISSING = Finding(
    code="SNC234",
    summary="Tables of Software Asset Management are missing",
    explanation="Flexera's integration writes installed applications to CMDB tables, to those of Software Asset "
    "Management, or to both, as a property says. Where Software Asset Management is not installed, the two choices that "
    "use its tables make the whole import fail.",
)
INACTIVE_WITH_ROLES = Finding(
    code="SNC235",
    summary="Inactive account with roles",
    explanation="The block gives roles or groups to an account that cannot log in. Whoever switches it on again gives all "
    "of them back, and no token is given for it until then. Make it active, or take the roles and groups away.",
    severity=Severity.WARNING,
)
NO_USER_COLUMN = Finding(
    code="SNC560",
    summary="Subject looked up in a column that is not there",
    explanation="The platform looks the sub claim of an assertion up in the column of sys_user that user_field names, and checks no "
    "name. In a column that does not exist no user is found, and every request for a token fails with invalid_grant.",
)
CLOCK_SKEW = Finding(
    code="SNC561",
    summary="Assertions are taken long after they expired",
    explanation="clock_skew is for clocks that differ by a little: an assertion is taken that many seconds after it expired. With a "
    "large number an assertion that somebody found works for that long. 300 is what the platform takes.",
    severity=Severity.WARNING,
)
ONE_VERIFYING_KEY = Finding(
    code="SNC562",
    summary="Verifier without one key",
    explanation="A verifier map holds a certificate for assertions that a private key signs, or a shared key for those that a secret "
    "signs. With neither it verifies nothing; with both it is not known which one counts.",
)
NO_VERIFIER = Finding(
    code="SNC563",
    summary="JWT client without a verifier",
    explanation="A JWT client gets tokens for assertions, and each assertion is verified with the keys of the client's verifier maps. "
    "Without one every request for a token fails with invalid_grant.",
    severity=Severity.WARNING,
)
SOURCE_IGNORED = Finding(
    code="SNC564",
    summary="Attribute of a data source without effect",
    explanation="Each type of data source looks at some columns and ignores the others. The value would be stored and would change "
    "nothing.",
    severity=Severity.WARNING,
)
ATTACHED_FILE = Finding(
    code="SNC565",
    summary="Attachment that only one instance has",
    explanation="The address of an attached file holds the sys_id of its own data source. On another instance the record has another "
    "sys_id, so the address leads nowhere there. Attach the file on each instance.",
    severity=Severity.WARNING,
)
NEAR_NAMESAKE = Finding(
    code="SNC566",
    summary="Schedule with almost the same name",
    explanation="Names of scheduled imports differ by little, and the wrong one is taken without a word: Flexera's guide warns that "
    "'FNMS Import Schedule' is the one of FlexNet Manager Suite and 'Flexera Schedule Import' that of Flexera Data "
    "Platform. snowconf takes the name as it is written, case included; read it once more.",
    severity=Severity.WARNING,
)
TABLES_MISSING = Finding(
    code="SNC567",
    summary="Tables that the value needs are missing",
    explanation="requires_tables of a property says which tables must be there for which of its values. The plan sets one of these "
    "values, and the instance lacks a table. Install what brings the table, or choose another value.",
)

CONNECTION_WITHOUT_ADDRESS = Finding(
    code="SNC167",
    summary="Connection that leads nowhere",
    explanation="A connection has its address in url, or in the parts it is put together from: protocol, host, port and base_path. "
    "With neither, whatever uses its alias fails when it runs.",
    severity=Severity.WARNING,
)
ALIAS_ID = Finding(
    code="SNC168",
    summary="Alias has another id",
    explanation="The id of an alias is the platform's: the prefix of its application if it has one, then the name with '_' for all that "
    "is no letter and no digit. It ignores what a request says of it. A block writes id only to keep its name from being "
    "changed, since flows name aliases by their id.",
)
HALF_BINDING = Finding(
    code="SNC541",
    summary="Half of a binding is missing",
    explanation="A connection names its alias and its credential, and the credential lists the aliases it opens. The platform finds a "
    "credential only when both say so: with one half missing, whatever uses the alias fails when it runs, as if it had no "
    'credential. Write aliases = ["…"] in the block of the credential, and credential = "…" in that of the connection.',
    severity=Severity.WARNING,
)
SECOND_ACTIVE_CONNECTION = Finding(
    code="SNC542",
    summary="Two active connections for one alias",
    explanation="Of one alias one connection can be active, unless the alias has multiple_connections. The platform refuses the second "
    "one. Write active = false for the one that shall not be used, or take its block out: the plan lets it go first.",
)
PROVIDER_WITHOUT_ADDRESS = Finding(
    code="SNC543",
    summary="Provider without an address for tokens",
    explanation="Tokens are asked for at token_url; with authorization codes, people are sent to auth_url before. Without them no token "
    "can be got, and the form that grants access fails.",
    severity=Severity.WARNING,
)
GRANTS_DIFFER = Finding(
    code="SNC544",
    summary="Profile and provider differ in their grant",
    explanation="The grant_type of a profile must be the default_grant_type of its provider. Otherwise every request for a token fails, "
    "and only when it is made.",
    severity=Severity.WARNING,
)
SECOND_DEFAULT_PROFILE = Finding(
    code="SNC545",
    summary="Second default profile",
    explanation="The platform makes a default profile along with every provider, called '<provider> default_profile', and a provider has "
    "one default. A block of that name takes it over; one of another name would stand beside it.",
)
PROVIDER_WITHOUT_PROFILE = Finding(
    code="SNC546",
    summary="Default profile that no block speaks for",
    explanation="The platform makes a default profile along with every provider. Without a block of its own no credential of the stack can "
    "name it before it is there, and it gets no scopes.",
    severity=Severity.WARNING,
)
SCOPE_OF_ANOTHER_PROVIDER = Finding(
    code="SNC547",
    summary="Scope of another provider",
    explanation="A profile asks for scopes of its own provider; the platform refuses any other.",
)
CLIENT_NAME_TAKEN = Finding(
    code="SNC568",
    summary="Name of an OAuth client of another class",
    explanation="Names of OAuth clients are unique over all classes: applications, providers, JWT and OIDC clients. A record "
    "never changes its class, so the one that is there cannot become what the block asks for. Rename one of the two, or "
    "remove the one that is there.",
)
PASSWORD_IN_ADDRESS = Finding(
    code="SNC569",
    summary="Password in an address",
    explanation="Everybody who may read the record reads its address, and so does everybody who sees the file. Write the "
    "password where it is kept encrypted: jdbc_password, scp_password, or the credential of a connection alias. If the file "
    "was shared, change the password.",
)

FINDINGS = (
    EXCLUSIVE_ROLES,
    IDENTITY_CONTRADICTION,
    GRANT_CONTRADICTION,
    PUBLIC_SECRET,
    NO_APPLICATION_USER,
    ACL_NAME,
    ACL_WITHOUT_CRITERION,
    ACL_APPLIES_TO,
    ACL_CONDITION,
    PROPERTY_TWO_VALUES,
    PROPERTY_VALUE,
    PROPERTY_PASSWORD,
    ZONE_WITHOUT_ENTERED_TIME,
    SCHEDULE_IGNORED,
    NO_RUN_AS,
    CONDITION_OFF,
    COMPUTED_COLUMN,
    RUN_AS_UNABLE,
    CLIENT_CREDENTIALS_CLOSED,
    APPLICATION_USER_UNABLE,
    PASSWORD_GRANT_DISABLED,
    SAM_TABLES_MISSING,
    INACTIVE_WITH_ROLES,
    NO_USER_COLUMN,
    CLOCK_SKEW,
    ONE_VERIFYING_KEY,
    NO_VERIFIER,
    SOURCE_IGNORED,
    ATTACHED_FILE,
    NEAR_NAMESAKE,
    TABLES_MISSING,
    CLIENT_NAME_TAKEN,
    PASSWORD_IN_ADDRESS,
    CONNECTION_WITHOUT_ADDRESS,
    ALIAS_ID,
    HALF_BINDING,
    SECOND_ACTIVE_CONNECTION,
    PROVIDER_WITHOUT_ADDRESS,
    GRANTS_DIFFER,
    SECOND_DEFAULT_PROFILE,
    PROVIDER_WITHOUT_PROFILE,
    SCOPE_OF_ANOTHER_PROVIDER,
)
