"""Every problem that loading can report: its code, its constant summary, and a paragraph for `explain`.

SNC101 to SNC149 are about files and blocks, SNC170 to SNC199 about instances; SNC150 to SNC169 belong to kinds.

What is wrong with what in a particular file is said where it is found, through `Code.at`.
"""

from dataclasses import dataclass

from snowconf.model.address import Address
from snowconf.model.diagnostic import Diagnostic, Severity
from snowconf.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem. `explanation` holds for all its cases and names none."""

    code: str
    summary: str
    explanation: str
    severity: Severity = Severity.ERROR

    def at(self, origin: Origin | None, detail: str, *, address: Address | None = None) -> Diagnostic:
        """One case of this problem; `detail` says in whole sentences what is wrong, why, and what to do."""
        return Diagnostic(
            code=self.code,
            summary=self.summary,
            detail=detail,
            severity=self.severity,
            origin=origin,
            address=address,
        )


NOT_TOML = Code(
    "SNC101",
    "Not valid TOML",
    "The file breaks a rule of TOML at this place, so nothing in it could be read. An array or table that is not closed is reported where it "
    "begins; a quote may be missing, or a table be written twice. https://toml.io shows the rules on one page.",
)
UNREADABLE = Code(
    "SNC102",
    "File not readable",
    "The operating system did not let snowconf read the file. Look at its permissions and at who runs snowconf.",
)
NOT_UTF8 = Code(
    "SNC103",
    "File not UTF-8",
    "TOML files are UTF-8 text. An editor on Windows may have saved the file in another encoding; save it as UTF-8.",
)
NO_FOLDER = Code(
    "SNC104",
    "No such folder",
    "A stack is a folder. The path that was given, or the working directory when none was, is none.",
)
NO_FILES = Code(
    "SNC105",
    "No stack files",
    "A stack is every *.toml directly in one folder; folders inside it are not searched. `snowconf init` writes a "
    "first one.",
)
TOO_LARGE = Code(
    "SNC106",
    "File too large",
    "Files of a stack are written by people and stay far below 20 MB. A larger one is most likely an export that landed "
    "in the folder. Split it, or move it elsewhere.",
)
TOO_DEEP = Code(
    "SNC107",
    "Nested too deeply",
    "Arrays or inline tables stand more than 400 deep in each other. No stack needs that; the file is most likely "
    "broken or not meant for snowconf.",
)
UNNAMED_STACK = Code(
    "SNC110",
    "Stack has no name",
    "The name of the stack marks what snowconf creates on the instance, so every stack needs one and keeps it: "
    '[stack] with name = "finout" in one of its files.',
)
SECOND_STACK = Code(
    "SNC111",
    "Stack declared twice",
    "One folder is one stack, and [stack] stands in one of its files. Two stacks are two folders.",
)
BAD_STACK_NAME = Code(
    "SNC112",
    "Stack name not usable",
    "The name becomes part of record names on the instance, so it is made of lower case letters, digits, '-' and '_', "
    "begins with a letter, and has at most 40 characters.",
)
UNKNOWN_SETTING = Code(
    "SNC113",
    "Unknown setting",
    "[stack] and [instance.*] take a short list of settings. One that is not in it would have no effect, so it is "
    "refused and not passed over.",
)
UNKNOWN_KIND = Code(
    "SNC120",
    "Unknown kind",
    "A block is [kind.label]; the first word says what kind of thing it is. Any table without a kind of its own is "
    'managed with [record.label] and table = "…".',
)
NOT_A_BLOCK = Code(
    "SNC121",
    "Not a block",
    "Resources are blocks with a kind and a label, as in [user.svc_finout]. A value stands here where a block is due, "
    "or the label is missing.",
)
DUPLICATE_ADDRESS = Code(
    "SNC122",
    "Declared twice",
    "Kind and label together are the address of a block, and an address stands once in a stack, whatever the file.",
)
BAD_LABEL = Code(
    "SNC123",
    "Label not usable",
    "A label is any text in one line. It must not be empty, begin or end with a blank, or hold control characters, "
    "because it stands in plans and on the command line.",
)
UNKNOWN_ATTRIBUTE = Code(
    "SNC124",
    "Unknown attribute",
    "The kind has no attribute of this name. A misspelt attribute would silently manage nothing, so it is refused.",
)
WRONG_TYPE = Code(
    "SNC125",
    "Wrong type",
    "TOML tells text, numbers, true and false, dates, lists and tables apart, and snowconf does not guess: true is not "
    '"true" and 900 is not "900".',
)
TOO_LONG = Code(
    "SNC126",
    "Value too long",
    "The column holds fewer characters than were written. Depending on its settings the instance would cut the value "
    "without a word or refuse the record, so it is refused here.",
)
UNKNOWN_CHOICE = Code(
    "SNC127",
    "Unknown choice",
    "The platform checks no choice: over REST it stores any text, and the record then does not work. So snowconf "
    "checks it.",
)
NOT_ACCEPTED = Code(
    "SNC128",
    "Value not accepted",
    "The value has the right type and still is none that this attribute can take. The message says what would be.",
)
MISSING_ATTRIBUTE = Code(
    "SNC129",
    "Attribute missing",
    "The record cannot be made without this attribute, or would not work.",
)
LITERAL_SECRET = Code(
    "SNC130",
    "Secret written out",
    "Files of a stack are kept, reviewed and copied, so a secret is never in them: only where it is, as "
    '{ env = "NAME" } or { file = "path" }. If the file was ever committed or shared, change the secret too.',
)
UNKNOWN_PROVIDER = Code(
    "SNC131",
    "Unknown secret provider",
    "env and file are built in. Others come with packages that register under the entry point group "
    "snowconf.secrets; the package may not be installed here.",
)
BAD_SECRET = Code(
    "SNC132",
    "Secret not understood",
    'A secret is a table with one provider and one name, as in { env = "FINOUT_PASSWORD" }.',
)
SAME_RECORD = Code(
    "SNC133",
    "Two blocks for one record",
    "Two blocks name the same record, so each would undo what the other does. The platform does not tell upper from "
    "lower case in names, and a label stands for the name when none is written.",
)
CYCLE = Code(
    "SNC134",
    "Reference cycle",
    "References decide what is created first. A circle of them has no first, and in roles and groups the platform "
    "does not allow one either. Memberships can be written on either side, which often opens the circle.",
)
CONTRADICTION = Code(
    "SNC135",
    "Two blocks disagree",
    "Both sides of a membership list it as a whole set, and the sets differ; each apply would add what the other "
    "removes. Write it on one side alone.",
)
CANNOT_BE_ABSENT = Code(
    "SNC136",
    "Cannot be absent",
    "absent = true asks that a record not exist. Only kinds for which that is a meaningful, safe wish take it.",
)
ABSENT_WITH_MORE = Code(
    "SNC137",
    "Absent with attributes",
    "A block that says absent = true names the record and nothing else: a record that is not there has no attributes.",
)
LIFECYCLE = Code(
    "SNC138",
    "Lifecycle not understood",
    "lifecycle is a table of four: ignore = [...] names attributes that are sent when the record is created and left "
    "alone afterwards; prevent_delete = true keeps the record from being deleted, also when its block has gone; "
    'on_remove = "delete", "deactivate" or "keep" says what becomes of a record that the stack created when its block '
    'leaves the files; previously = "label" names the label that the block had before.',
)
ACCESS = Code(
    "SNC139",
    "Access not understood",
    "access says what must be possible when acting as this user, and no_access what must be refused: read, create, "
    'write and delete, each a list of "table", "table.*" or "table.column".',
)
UNKNOWN_TABLE = Code(
    "SNC140",
    "Table not known",
    "snowconf has no description of this table, so nothing was checked. That is right for custom tables and for tables "
    "of applications; anywhere else it is a misspelling.",
    Severity.WARNING,
)
UNKNOWN_COLUMN = Code(
    "SNC141",
    "Unknown column",
    "The table has no such column. The platform passes over columns it does not know without a word, in writes and in "
    "queries. Columns that begin with u_ or x_ are custom and always taken.",
)
ABSENT_REFERENCE = Code(
    "SNC142",
    "Reference to an absent record",
    "One block asks that a record not exist and another refers to it.",
)
AMBIGUOUS_LABEL = Code(
    "SNC540",
    "Label of several blocks",
    "A reference is the label of a block, and blocks of several kinds can be what it asks for: a credential is a "
    "basic_credential, an api_key_credential or an oauth_credential. Where two of them share the label, only the whole "
    "address says which is meant.",
)
PREVIOUSLY = Code(
    "SNC143",
    "Earlier label not usable",
    "previously says which label a block had before, so that its record is kept and not deleted and made anew. That label "
    "is of no block any more, and one block alone comes from it. After the next apply it can be taken out.",
)
PROMISED_AND_REFUSED = Code(
    "SNC144",
    "Promised and refused at once",
    "access says what must be possible as this user and no_access what must be refused. A table that is refused is "
    "refused with each of its columns; of a table that is open, single columns may be refused.",
)
BAD_GENERATED = Code(
    "SNC581",
    "Generated secret not understood",
    'A secret that snowconf makes itself is written { generate = 48, store = { file = "secrets/finout" } }: how many '
    "characters, and where it is kept. It is made when it is first needed, and is in its store before it is sent. Secrets "
    "of [instance.*] cannot be generated: snowconf needs them to get in.",
)
BAD_LENGTH = Code(
    "SNC582",
    "Length of a generated secret not usable",
    "Fewer than 16 characters can be guessed, and more than the column holds would be cut or refused by the instance. "
    "The characters are letters, digits and - . _ ~, which every form, URL and shell takes as they are.",
)
BAD_STORE = Code(
    "SNC583",
    "Store of a generated secret not usable",
    "A store is one provider and one name. file keeps the secret in a file below the stack's folder that only its owner can "
    "read; a package that registers under snowconf.secrets can be a store when it has create, replace and discard "
    "(docs/secrets.md). An environment variable ends with the command and keeps nothing.",
)
REQUIRED_TABLES = Code(
    "SNC145",
    "Tables that a value needs not understood",
    "requires_tables says which tables must be on the instance for which value of a property: from the value to a list of "
    "tables. A plan that sets the value where a table is missing is refused.",
)
POLICIES = Code(
    "SNC645",
    "Policies not understood",
    "[policies] names the rules that every plan is held against: paths to files and folders with *.rego, data for them, the "
    "namespaces whose rules count, the engine, and in severity what becomes of single rules (error, warning or off).",
)
WAIVER = Code(
    "SNC646",
    "Waiver not understood",
    'A waiver takes what a policy finds, at one place and for a while: [[waiver]] with rule, address ("*" for '
    "everywhere), owner, reason and expires, its last day. Each of the five is asked for, so that whoever reads the plan "
    "knows whom to ask.",
)
BAD_INSTANCE_NAME = Code(
    "SNC170",
    "Instance name not usable",
    "The name of an instance becomes part of the names of environment variables, so it is made of letters, digits, "
    "'-' and '_'.",
)
SECOND_INSTANCE = Code(
    "SNC171",
    "Instance declared twice",
    "The name of an instance stands in one [instance.*] block of the stack.",
)
NO_URL = Code(
    "SNC172",
    "Instance has no URL",
    'An instance needs url = "https://…service-now.com", or url = "sandbox:" for the embedded one.',
)
BAD_URL = Code(
    "SNC173",
    "URL not usable",
    "The URL of an instance is https:// and a host, with nothing behind it, or sandbox: with or without a file.",
)
CLEAR_TEXT = Code(
    "SNC174",
    "Credentials in clear text",
    "Over http:// everybody on the way could read the credentials, so it is taken for this machine alone "
    "(localhost, 127.0.0.1, [::1]).",
)
UNKNOWN_GRANT = Code(
    "SNC175",
    "Unknown grant",
    "snowconf obtains tokens with the grants client_credentials, password and refresh_token.",
)
BAD_AUTH = Code(
    "SNC176",
    "Auth not understood",
    "auth is one of four: grant with client_id, client_secret and what the grant needs; username and password; token; "
    "api_key.",
)
AUTH_LACKS = Code(
    "SNC177",
    "Auth is incomplete",
    "What auth does not say is taken from the environment: SNOWCONF_<INSTANCE>_PASSWORD and its kin first, then the "
    "names that ServiceNow's Ansible collection uses (SN_PASSWORD), then those of the Terraform provider "
    "(SERVICENOW_PASSWORD). None of them is set.",
)
SOURCES_DISAGREE = Code(
    "SNC178",
    "Two sources disagree",
    "Two environment variables give the same part of auth and differ. Whichever was chosen, somebody would expect the "
    "other.",
)
SEVERAL_DEFAULTS = Code(
    "SNC179",
    "Several default instances",
    "default = true says which instance is meant when none is chosen, so it stands once.",
)
NONE_CHOSEN = Code(
    "SNC180",
    "No instance chosen",
    "The stack has several instances and none of them is the default. snowconf does not guess where to write.",
)
UNKNOWN_INSTANCE = Code(
    "SNC181",
    "Unknown instance",
    "The stack has no [instance.*] block of this name. --instance counts first, then the variable SNOWCONF_INSTANCE.",
)
NO_INSTANCE = Code(
    "SNC182",
    "No instance",
    "The stack has no [instance.*] block, and the environment names no instance either.",
)
BAD_VALUE = Code(
    "SNC185",
    "Setting not usable",
    "A setting of [stack] or [instance.*] has the wrong type, or a value that it cannot take.",
)
CHANGE = Code(
    "SNC700",
    "Change gate not understood",
    "[change] says on which instances an apply needs a change request (required_on), in which states of it work may be done "
    "(states, Implement unless it is written), and whether its planned window counts (window, true unless it is written).",
)
UPDATE_SET = Code(
    "SNC701",
    "Update set not understood",
    "[update_set] names the update set that takes what an apply writes to tables of configuration. create = true makes it "
    "where there is none; on limits it to some instances, as the ones that are developed on.",
)
SWITCHES = Code(
    "SNC183",
    "Switch not understood",
    "switches change how the embedded sandbox behaves, as instances differ from each other. Each is a name and a text.",
)
OVERLAY = Code(
    "SNC184",
    "Overlay for nothing",
    "[on.<instance>.<kind>.<label>] says what differs on one instance for a block that the stack has. Without that "
    "instance or that block it would never take effect.",
)
ENV_FILE_LINE = Code(
    "SNC190",
    "Line not understood",
    "A line of an environment file is NAME=value, with or without export before it and quotes around the value, on "
    "one line. The line itself is not shown, because it may hold a secret.",
)

CODES = {value.code: value for value in tuple(globals().values()) if isinstance(value, Code)}
