"""Every integration of the guides does what it is promised, shown by acting as it, and nothing is left of the trying."""

from pathlib import Path

import pytest

from tests.verifying.acting import GUIDES, applied, everything_on, promises_in


@pytest.mark.parametrize("name", GUIDES)
def test_every_promise_of_an_example_is_proven(name: str, tmp_path: Path) -> None:
    """Applied and verified: a cell for each promise, all of them proven, and exit code 0."""
    found = applied(name, tmp_path).verify("--write-probes", code=0)
    assert found == dict.fromkeys(promises_in(name), "proven")


@pytest.mark.parametrize("name", GUIDES)
def test_nothing_is_left_of_trying(name: str, tmp_path: Path) -> None:
    """With --write-probes every table holds afterwards, row by row, what it held before."""
    acted = applied(name, tmp_path)
    before = everything_on(acted.stage.sandbox)
    acted.verify("--write-probes")
    assert everything_on(acted.stage.sandbox) == before


@pytest.mark.parametrize("name", GUIDES)
def test_nothing_is_written_unasked(name: str, tmp_path: Path) -> None:
    """Without --write-probes only tokens are asked for and lists read, and every table holds what it held."""
    acted = applied(name, tmp_path)
    before = everything_on(acted.stage.sandbox)
    found = acted.verify()
    assert everything_on(acted.stage.sandbox) == before
    assert set(acted.stage.counts) <= {"GET", "POST"}
    assert acted.stage.counts["POST"] == acted.verified["requests"].get("token", 0)
    assert set(found.values()) <= {"proven", "not_probed", "undecidable"}
