"""Generated secrets: how they are written, how they are made, and where they are kept."""

import string
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from snowconf.config import secret_stores
from snowconf.config.generating import MARKS, make_secret
from snowconf.config.secrets import Secrets
from snowconf.errors import SecretAbsentError, SnowconfError, StoreError
from snowconf.model.value import SecretSource, SecretText
from tests.config.stacks import Only, Told

KEPT: dict[str, str] = {}


class Safe:
    """A provider of a package that stores."""

    def __call__(self, name: str) -> str:
        """What was put there."""
        return KEPT[name]

    def create(self, name: str, secret: str) -> bool:
        """Unless there is one."""
        return KEPT.setdefault(name, secret) is secret

    def replace(self, name: str, secret: str) -> None:
        """Whatever there is."""
        KEPT[name] = secret

    def discard(self, name: str) -> None:
        """Gone."""
        KEPT.pop(name, None)


class Leaky(Safe):
    """One whose failure shows the secret."""

    def create(self, name: str, secret: str) -> bool:
        """Never works."""
        raise RuntimeError(f"{name} {secret}")


safe, leaky = Safe(), Leaky()


def reader(name: str) -> str:
    """A provider that cannot store."""
    raise KeyError(name)


@pytest.fixture(autouse=True)
def packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three packages provide secrets."""
    KEPT.clear()
    found = EntryPoints(
        EntryPoint(name=name, value=f"{__name__}:{name}", group="snowconf.secrets")
        for name in ("safe", "leaky", "reader")
    )
    monkeypatch.setattr(secret_stores, "entry_points", lambda group: found.select(group=group))


def block(secret: str, kind: str = "user") -> str:
    """A stack with one block whose secret is written so, on line 2."""
    name = "password" if kind == "user" else "client_secret"
    return f"[{kind}.svc]\n{name} = {secret}\n"


def refusal(work: Callable[[], object]) -> SnowconfError:
    """What is raised; nothing is chained to it that could show more."""
    with pytest.raises(SnowconfError) as caught:
        work()
    assert caught.value.__cause__ is None
    return caught.value


def test_a_generated_secret_says_how_long_and_where(only: Only) -> None:
    """The value is its place, with the number of characters."""
    found = only(block('{ generate = 48, store = { file = "secrets/svc" } }')).attributes["password"].value
    assert isinstance(found, SecretSource)
    assert (found.provider, found.name, found.generate) == ("file", "secrets/svc", 48)


@pytest.mark.parametrize(
    ("secret", "code", "said"),
    [
        (
            '{ generate = 8, store = { file = "a" } }',
            "SNC582 s.toml:2",
            "would have 8 characters, which could be guessed",
        ),
        ('{ generate = 101, store = { file = "a" } }', "SNC582 s.toml:2", "and its column holds 100"),
        ('{ generate = "48", store = { file = "a" } }', "SNC582 s.toml:2", "a whole number without quotes"),
        ('{ generate = true, store = { file = "a" } }', "SNC582 s.toml:2", "a whole number without quotes"),
        ("{ generate = 48 }", "SNC581 s.toml:2", "does not say where it is kept"),
        ('{ store = { file = "a" } }', "SNC581 s.toml:2", "does not say how many characters"),
        ('{ generate = 48, env = "A" }', "SNC581 s.toml:2", "'env' stands beside it"),
        ('{ generate = 48, store = "a" }', "SNC583 s.toml:2", "must be one provider and one name"),
        ('{ generate = 48, store = { file = "" } }', "SNC583 s.toml:2", "must be one provider and one name"),
        (
            '{ generate = 48, store = { env = "A" } }',
            "SNC583 s.toml:2",
            "cannot be kept in an environment variable",
        ),
        (
            '{ generate = 48, store = { file = "a.toml" } }',
            "SNC583 s.toml:2",
            "would be read as a file of the stack",
        ),
        (
            '{ generate = 48, store = { vualt = "a" } }',
            "SNC131 s.toml:2",
            "Nothing here provides secrets as 'vualt'",
        ),
    ],
)
def test_each_mistake_has_its_own_words(problems: Told, secret: str, code: str, said: str) -> None:
    """With the place of the mistake."""
    (found,) = problems(block(secret))
    assert found.startswith(code)
    assert said in found


def test_a_longer_column_takes_a_longer_secret(only: Only) -> None:
    """The bound is the column's own."""
    found = only(block('{ generate = 4096, store = { file = "a" } }', "oauth_app")).attributes[
        "client_secret"
    ]
    assert isinstance(found.value, SecretSource)
    assert found.value.generate == 4096


def test_columns_of_unknown_tables_take_a_usual_length(problems: Told) -> None:
    """Nobody knows how much they hold."""
    text = (
        '[record.a]\ntable = "x_acme_t"\nkey = ["name"]\n[record.a.columns]\nname = "a"\n'
        'u_key = { generate = 256, store = { file = "a" } }\n'
    )
    assert "its column holds 255" in " ".join(problems(text))


def test_what_snowconf_logs_in_with_is_not_generated(problems: Told) -> None:
    """It has to be there before snowconf runs."""
    text = (
        '[instance.far]\nurl = "https://acme.service-now.com"\n'
        'auth = { username = "u", password = { generate = 48, store = { file = "a" } } }\n'
    )
    (found,) = problems(text)
    assert found.startswith("SNC581 s.toml:3 'password' is what snowconf itself logs in with")


@pytest.mark.parametrize("length", [16, 48, 4096])
def test_a_secret_is_mixed_and_plain(length: int) -> None:
    """As long as asked for, a letter first, every set in it, and nothing that has to be escaped anywhere."""
    made = make_secret(length)
    sets = (string.ascii_uppercase, string.ascii_lowercase, string.digits, MARKS)
    assert (len(made), made[0].isalpha(), set(made) <= set("".join(sets))) == (length, True, True)
    assert all(set(made) & set(each) for each in sets)


def test_no_two_secrets_are_the_same() -> None:
    """They are random."""
    assert len({make_secret(16) for _ in range(1000)}) == 1000


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """In a file that its owner alone can read; the next run finds it."""
    source = SecretSource("file", "secrets/deep/svc", 48)
    Secrets({}, tmp_path).ensure(source)
    made = (tmp_path / source.name).read_text("utf-8")
    again = Secrets({}, tmp_path)
    again.ensure(source)
    assert (len(made), again.resolve(source).reveal()) == (48, made)
    assert [
        (tmp_path / each).stat().st_mode & 0o777 for each in (source.name, "secrets", "secrets/deep")
    ] == [
        0o600,
        0o700,
        0o700,
    ]


def test_what_a_killed_run_left_beside_is_removed(tmp_path: Path) -> None:
    """Half a secret of nobody stays nowhere."""
    (tmp_path / "svc.0123abcd.new").write_text("half", encoding="utf-8")
    Secrets({}, tmp_path).ensure(SecretSource("file", "svc", 48))
    assert [each.name for each in tmp_path.iterdir()] == ["svc"]


def test_who_was_quicker_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that appears between the look and the writing stays, and is the one."""
    source, secrets = SecretSource("safe", "svc", 48), Secrets({}, tmp_path)
    monkeypatch.setattr(Safe, "create", lambda _self, name, _secret: bool(KEPT.update({name: "theirs"})))
    secrets.ensure(source)
    assert secrets.resolve(source).reveal() == "theirs"


def test_a_made_secret_is_masked_at_once(tmp_path: Path) -> None:
    """In whatever is written from then on."""
    secrets = Secrets({}, tmp_path)
    secrets.ensure(SecretSource("file", "svc", 48))
    assert secrets.redact((tmp_path / "svc").read_text("utf-8")) == "(secret)"


@pytest.mark.parametrize(("name", "said"), [("ro/svc", "Not a directory"), ("folder", "Is a directory")])
def test_a_store_that_takes_nothing_is_told(tmp_path: Path, name: str, said: str) -> None:
    """With the place and the reason of the system; nothing that is there is touched."""
    (tmp_path / "ro").write_text("a file", encoding="utf-8")
    (tmp_path / "folder").mkdir(mode=0o700)
    error = refusal(lambda: Secrets({}, tmp_path).ensure(SecretSource("file", name, 48)))
    assert said in error.detail
    assert (tmp_path / "ro").read_text("utf-8") == "a file"


def test_an_empty_file_is_not_overwritten(tmp_path: Path) -> None:
    """Somebody put it there, and nobody knows what for."""
    (tmp_path / "svc").touch(mode=0o600)
    error = refusal(lambda: Secrets({}, tmp_path).ensure(SecretSource("file", "svc", 48)))
    assert error.detail == "The file svc is empty."


def test_a_secret_that_is_not_generated_is_never_made(tmp_path: Path) -> None:
    """`{ file = … }` says that it is there."""
    error = refusal(lambda: Secrets({}, tmp_path).ensure(SecretSource("file", "svc")))
    assert isinstance(error, SecretAbsentError)
    assert list(tmp_path.iterdir()) == []


def test_a_package_can_be_a_store(tmp_path: Path) -> None:
    """One with create, replace and discard keeps what is made."""
    source, secrets = SecretSource("safe", "kv/svc", 48), Secrets({}, tmp_path)
    secrets.ensure(source)
    made = secrets.resolve(source)
    secrets.replace(SecretSource("safe", "kv/other"), made)
    secrets.discard(source)
    assert {"kv/other": made.reveal()} == KEPT
    assert isinstance(refusal(lambda: secrets.resolve(source)), SecretAbsentError)


def test_files_can_be_replaced_and_discarded(tmp_path: Path) -> None:
    """As rotation needs it."""
    one, other = SecretSource("file", "one", 48), SecretSource("file", "other", 48)
    secrets = Secrets({}, tmp_path)
    secrets.ensure(one)
    made = secrets.resolve(one)
    secrets.replace(other, made)
    secrets.discard(one)
    assert [(each.name, each.read_text("utf-8")) for each in tmp_path.iterdir()] == [("other", made.reveal())]


def test_a_package_that_only_reads_is_no_store(tmp_path: Path) -> None:
    """It says what a store needs."""
    error = refusal(lambda: Secrets({}, tmp_path).ensure(SecretSource("reader", "svc", 48)))
    assert (type(error), "gives secrets and cannot keep them" in error.detail) == (StoreError, True)


def test_a_package_that_fails_says_nothing_of_the_secret(tmp_path: Path) -> None:
    """Whatever it raises."""
    error = refusal(lambda: Secrets({}, tmp_path).ensure(SecretSource("leaky", "svc", 48)))
    assert error.detail == "The provider 'leaky' could not keep 'svc' (RuntimeError). Nothing was sent."


def test_a_package_that_is_not_here_is_named(tmp_path: Path) -> None:
    """With those that are."""
    error = refusal(lambda: Secrets({}, tmp_path).replace(SecretSource("gone", "svc"), _text(tmp_path)))
    assert "No installed package provides secrets as 'gone'" in error.detail


def test_nothing_is_kept_in_the_environment(tmp_path: Path) -> None:
    """A variable ends with the command."""
    error = refusal(lambda: Secrets({}, tmp_path).replace(SecretSource("env", "SVC"), _text(tmp_path)))
    assert "nothing can be kept there" in error.detail


def _text(folder: Path) -> SecretText:
    return Secrets({"A": "some-secret-text"}, folder).resolve(SecretSource("env", "A"))


@pytest.mark.parametrize(
    "step",
    [
        lambda files: files.create("svc", "new"),
        lambda files: files.replace("svc", "new"),
        lambda files: files.discard("svc"),
    ],
    ids=["create", "replace", "discard"],
)
def test_what_a_killed_run_left_beside_a_secret_goes(
    step: Callable[[secret_stores.SecretFiles], object], tmp_path: Path
) -> None:
    """A secret that was half in its place is not kept for whoever finds it; what only looks like one stays."""
    for name in ("svc", "svc.0123abcd.new", "svc.old.new", "svc.next.0123abcd.new", "svc2.0123abcd.new"):
        (tmp_path / name).write_text("made-up", "utf-8")
        (tmp_path / name).chmod(0o600)
    step(secret_stores.SecretFiles(tmp_path))
    left = {each.name for each in tmp_path.iterdir()} - {"svc"}
    assert left == {"svc.old.new", "svc.next.0123abcd.new", "svc2.0123abcd.new"}
