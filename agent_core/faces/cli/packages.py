"""Whether the packages that would be imported are ours.

Others publish packages called `engines` and `browser`; whichever comes first on the path wins, and
what follows is an import error that explains nothing. So this looks before anything is imported,
and imports nothing itself.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

NAMES = ("agent_core", "engines", "browser")
HOME = Path(__file__).parents[3]
REMEDY = "install agent-core into an environment of its own: python3 -m venv"


def strangers() -> list[str]:
    """What is not ours, each as a sentence; empty where all is well."""
    return [
        f"the package {name} is another project's ({file})" for name, file in _found() if not _is_ours(file)
    ]


def _found() -> list[tuple[str, str]]:
    specs = [(name, find_spec(name)) for name in NAMES]
    return [(name, (spec.origin if spec else None) or "not to be found") for name, spec in specs]


def _is_ours(file: str) -> bool:
    return Path(file).parent.parent == HOME
