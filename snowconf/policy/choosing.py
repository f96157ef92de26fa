"""Which engine is meant by a name."""

from collections.abc import Mapping

from snowconf.policy.confining import Regorus
from snowconf.policy.engines import Engine
from snowconf.policy.external import Conftest, Opa

ENGINES: Mapping[str, Engine] = {each.name: each for each in (Regorus(), Opa(), Conftest())}
