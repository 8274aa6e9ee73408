"""How long `import agent_core` takes, against `import pydantic` in the same run, and what it loads."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.measure import commit, machine, now

HEAVY = ("playwright", "httpx2", "torch")
"""What importing the library must not load."""

_PROBE = """
import json, sys, time
start = time.perf_counter()
{statement}
took = time.perf_counter() - start
print(json.dumps([took, [name for name in {heavy!r} if name in sys.modules]]))
"""

STATEMENTS = {
    "pydantic": "import pydantic",
    "agent_core": "import agent_core",
    "run_task": "from agent_core import run_task",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTimes:
    """Medians over fresh interpreters, milliseconds."""

    pydantic_ms: float
    agent_core_ms: float
    run_task_ms: float
    """`from agent_core import run_task`: names of the library are loaded when they are asked for."""
    heavy: tuple[str, ...]
    """Those of `HEAVY` that any of the statements loaded."""
    commit: str = ""
    date: str = ""
    machine: str = ""

    @property
    def ratio(self) -> float:
        """How many times as long as `import pydantic` `import agent_core` takes."""
        return self.agent_core_ms / self.pydantic_ms

    def __str__(self) -> str:
        return (
            f"`import pydantic` {self.pydantic_ms:.1f} ms, `import agent_core` {self.agent_core_ms:.1f} ms "
            f"({self.ratio:.2f} times), `from agent_core import run_task` {self.run_task_ms:.1f} ms "
            f"({self.run_task_ms / self.pydantic_ms:.2f} times); "
            f"loaded of {', '.join(HEAVY)}: {', '.join(self.heavy) or 'none'}"
        )


def measure_imports(rounds: int = 9) -> ImportTimes:
    """Import all in turn, each time in a fresh interpreter; the first round only warms the disk."""
    took: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    heavy: set[str] = set()
    for _ in range(rounds + 1):
        for name, statement in STATEMENTS.items():
            seconds, loaded = _import_once(statement)
            took[name].append(seconds * 1000)
            heavy |= set(loaded)
    medians = {name: statistics.median(times[1:]) for name, times in took.items()}
    return ImportTimes(
        pydantic_ms=medians["pydantic"],
        agent_core_ms=medians["agent_core"],
        run_task_ms=medians["run_task"],
        heavy=tuple(sorted(heavy)),
        commit=commit(),
        date=now(),
        machine=machine(),
    )


def _import_once(statement: str) -> tuple[float, list[str]]:
    code = _PROBE.format(statement=statement, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, heavy = json.loads(done.stdout)
    return seconds, heavy
