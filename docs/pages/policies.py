"""The rules of the library, as each says of itself, and the thresholds that they measure by."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomli

from snowconf.model.diagnostic import Severity
from snowconf.model.finding import Rule
from snowconf.policy.gathering import LIBRARY, Places, gather
from snowconf.policy.ruling import rules_of

HEAD = f"""# The library of policies

Rules for the stacks of integrations, which come along with snowconf:

```toml
[policies]
paths = ["{LIBRARY}"]          # beside folders of your own, as in ["{LIBRARY}", "policies"]
data = ["policies/limits.yaml"]       # what is otherwise with you, below library
```

The same files, in `policies/` of the repository, work under `conftest test plan.json --policy policies --data policies`.
What they measure by is in `policies/defaults.yaml`. Say otherwise in data of your own:

```yaml
library:
  access_token_seconds: 900
  freezes: [{{ from: "2026-12-20T00:00:00Z", to: "2027-01-06T00:00:00Z", reason: the holidays }}]
```

An *error* refuses the plan, a *warning* is told. A stack can say otherwise by id (`severity`), and waive what a rule finds.
How all of that is written: [policies.md](policies.md). The blocks below are what the tests plan, cut to what matters.
"""


def library_page(root: Path) -> str:
    """All rules in the order of their ids, and the defaults as they are shipped."""
    rules = sorted(rules_of(gather(Places(policies=(Path(LIBRARY),)))), key=lambda each: each.id)
    table = "".join(
        f"| [`{each.id}`](#{_anchor(each)}) | {_severity(each)} | {each.title} |\n" for each in rules
    )
    cases = tomli.loads((root / "tests" / "policy" / "rejected.toml").read_text("utf-8"))
    parts = [
        HEAD,
        f"| Rule | Severity | What it holds |\n|---|---|---|\n{table}",
        *(_section(each, cases[each.id]) for each in rules),
        f"## Defaults\n\n```yaml\n{(root / 'policies' / 'defaults.yaml').read_text('utf-8')}```\n",
    ]
    return "\n".join(parts)


def _section(rule: Rule, case: Mapping[str, Any]) -> str:
    waivable = "" if rule.waivable else " No stack can waive it."
    return (
        f"## {rule.id}\n\n**{rule.title}.** {_plain(rule.description)}{waivable}\n\n"
        f"*Why:* {_plain(rule.why)}\n\n*To mend it:* {_plain(rule.fix)}\n{''.join(_shown(case))}"
    )


def _shown(case: Mapping[str, Any]) -> Iterator[str]:
    """What the tests plan for it, where blocks alone tell it."""
    if "first" in case or "data" in case:
        return
    for word, which in (("Found", "bad"), ("Passes", "good")):
        if text := case[which].strip():
            yield f"\n{word}:\n\n```toml\n{text}\n```\n"


def _severity(rule: Rule) -> str:
    return "error" if rule.severity is Severity.ERROR else "warning"


def _anchor(rule: Rule) -> str:
    return rule.id.replace(".", "")


def _plain(text: str) -> str:
    return text.replace("*", r"\*").replace("<", r"\<").replace("_", r"\_")
