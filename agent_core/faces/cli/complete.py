"""What a shell completes for us when Tab is pressed."""

from __future__ import annotations

from agent_core import AgentCoreError, list_runs
from engines.registry import OURS


def complete_engine(typed: str) -> list[tuple[str, str]]:
    """Engines whose names begin so."""
    return [(name, "") for name in OURS if name.startswith(typed)]


def complete_run(typed: str) -> list[tuple[str, str]]:
    """Runs whose ids begin so, the newest first, with their prompts."""
    try:
        runs = list_runs(limit=50)
    except AgentCoreError:  # settings that cannot be read are said when the command is given
        return []
    found = [run for run in runs if run.run_id.startswith(typed)]
    return [(run.run_id, str((run.run_request or {}).get("prompt", ""))[:60]) for run in found]
