"""How long `import agent_core` takes, against `import pydantic` in the same run, and what it loads."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass

HEAVY = ("playwright", "openai", "anthropic", "torch")
"""What importing the library must not load."""

_PROBE = """
import json, sys, time
start = time.perf_counter()
import {module}
took = time.perf_counter() - start
print(json.dumps([took, [name for name in {heavy!r} if name in sys.modules]]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTimes:
    """Medians over fresh interpreters, milliseconds."""

    agent_core_ms: float
    pydantic_ms: float
    heavy: tuple[str, ...]
    """Those of `HEAVY` that `import agent_core` loaded."""

    @property
    def ratio(self) -> float:
        """How many times as long as `import pydantic`."""
        return self.agent_core_ms / self.pydantic_ms


def measure_imports(rounds: int = 9) -> ImportTimes:
    """Import both in turn, each time in a fresh interpreter; the first round only warms the disk."""
    took: dict[str, list[float]] = {"pydantic": [], "agent_core": []}
    heavy: list[str] = []
    for _ in range(rounds + 1):
        for module, times in took.items():
            seconds, heavy = _import_once(module)
            times.append(seconds * 1000)
    return ImportTimes(
        agent_core_ms=statistics.median(took["agent_core"][1:]),
        pydantic_ms=statistics.median(took["pydantic"][1:]),
        heavy=tuple(heavy),
    )


def _import_once(module: str) -> tuple[float, list[str]]:
    code = _PROBE.format(module=module, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, heavy = json.loads(done.stdout)
    return seconds, heavy
