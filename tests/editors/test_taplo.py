"""What editors say of stacks that have taplo in them: Even Better TOML, and taplo on the command line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from snowconf.cli.describing import write_schema
from snowconf.cli.initialising import write_stack
from snowconf.config.schema import stack_schema
from snowconf.kinds import KINDS

TAPLO = Path(sys.executable).with_name("taplo")
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*.toml"))
PLACE = re.compile(r"^error: (.*)\n\s*┌─ \S+?:(\d+):", re.MULTILINE)

pytestmark = pytest.mark.skipif(not TAPLO.exists(), reason="there is no taplo for this machine")


def lint(file: Path) -> tuple[int, set[tuple[str, int]]]:
    """How taplo ends, and its complaints with their lines. The file's first line leads it to the schema."""
    done = subprocess.run(
        [TAPLO, "lint", "--colors", "never", file.name],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, {(text, int(line)) for text, line in PLACE.findall(done.stderr)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which the schema is kept."""
    write_schema(tmp_path)
    return tmp_path


def stack(folder: Path, text: str) -> Path:
    """A file that begins as those do that init writes."""
    path = folder / "stack.toml"
    path.write_text(f"#:schema .snowconf/schema.json\n{text}", encoding="utf-8")
    return path


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_clean(folder: Path, example: Path) -> None:
    """An editor has nothing to say of an example."""
    assert lint(stack(folder, example.read_text("utf-8"))) == (0, set())


def test_first_stack_is_clean(tmp_path: Path) -> None:
    """What init writes finds its schema once that is kept, and fits it."""
    write_stack(tmp_path)
    write_schema(tmp_path)
    assert lint(tmp_path / "snowconf.toml") == (0, set())


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ('[role.a]\ndescripton = "x"\n', "'descripton' was unexpected"),
        ('[oauth_app.a]\nclient_type = "else"\n', '"else" is not one of'),
        ('[oauth_app.a]\naccess_token_lifespan = "x"\n', 'is not of type "integer"'),
        ('[rolle.a]\ndescription = "x"\n', "'rolle' was unexpected"),
    ],
)
def test_mistake_is_reported_at_its_line(folder: Path, block: str, words: str) -> None:
    """A wrong key, choice, type or kind is underlined where it is written."""
    code, said = lint(stack(folder, f'[stack]\nname = "x"\n\n{block}'))
    line = 5 if "rolle" in block else 6
    lines = {at for text, at in said if words in text}
    assert (code, line in lines) == (1, True)


def test_every_attribute_has_words_to_hover_over() -> None:
    """What an editor shows beside an attribute is what its descriptor says."""
    definitions = stack_schema()["$defs"]
    assert isinstance(definitions, dict)
    for kind in KINDS.values():
        shown = definitions[kind.name]["properties"]
        assert {each.name: shown[each.name].get("description") for each in kind.attributes} == {
            each.name: each.doc for each in kind.attributes
        }
