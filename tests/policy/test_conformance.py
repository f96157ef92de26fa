"""Every built-in and construct that policies rely on has the value that OPA gives it."""

import json
from pathlib import Path

import pytest
import tomli

from snowconf.policy import confined

CASES = tomli.loads(Path(__file__).with_name("conformance.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[each["expression"] for each in CASES])
def test_an_expression_has_the_value_that_opa_gives_it(case: dict[str, str]) -> None:
    """So that an update of the engine cannot change a verdict unseen."""
    text = case["expression"]
    whole = f"({text})" if " in " in text and text[0] not in "[{" else text
    header = {
        "modules": [["rule.rego", f"package main\n\nanswer := {whole}\n"]],
        "names": [],
        "heads": {"rule.rego": 0},
        "data": [],
        "queries": ["data.main.answer"],
        "calls": [],
        "each": False,
    }
    answer = confined.answer(header, '{"list": [1, 2], "object": {"a b": "c"}}')
    assert answer == {"values": {"data.main.answer": json.loads(case["value"])}, "failed": {}}
