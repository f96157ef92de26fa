"""The `test_` rules of `*_test.rego`: each holds, or says where it does not."""

from collections.abc import Sequence
from dataclasses import dataclass

from snowconf.model.diagnostic import Diagnostic
from snowconf.model.origin import Origin
from snowconf.policy.engines import Engine, Question
from snowconf.policy.module import Library
from snowconf.policy.problems import NOTHING
from snowconf.policy.ruling import path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One test. `why` is the engine's reason when it could not be evaluated; without one a failed test is not true."""

    name: str
    origin: Origin
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All tests of a run, and what kept them from being run."""

    tests: tuple[Tried, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> Sequence[Tried]:
        """Those that do not hold."""
        return [each for each in self.tests if not each.passed]


def run_tests(library: Library, engine: Engine) -> Trial:
    """Every test of the library; none at all is a problem, for it proves nothing."""
    places = {
        f"{path_of(module.package)}.{name}": Origin(module.file, line)
        for module in library.modules
        for name, line in module.tests.items()
    }
    problems = library.problems
    if not places and not problems:
        problems = (
            NOTHING.at(
                None, "None of the files has a test: a rule whose name begins with test_, in *_test.rego."
            ),
        )
    if problems:
        return Trial(diagnostics=problems)
    answer = engine.try_each(Question(modules=library.modules, queries=tuple(places), data=library.data))
    tried = tuple(
        Tried(
            name=name, origin=origin, passed=answer.values.get(name) is True, why=answer.failed.get(name, "")
        )
        for name, origin in places.items()
    )
    return Trial(tests=() if answer.problems else tried, diagnostics=answer.problems)
