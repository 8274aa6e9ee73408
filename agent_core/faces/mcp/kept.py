"""What lies on disk of runs, as resources: outputs, steps and pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from agent_core import NoSuchRun, TaskRun, load_run
from agent_core.faces.desk.desk import Desk


def kept_run(run_id: str, desk: Desk) -> TaskRun:
    """A run by its id, and never by a path that a host makes up.

    Raises:
        NoSuchRun: There is none.
    """
    if not re.fullmatch(r"(tsk|wr)_[0-9a-z]+", run_id):
        raise NoSuchRun(f"run_id: {run_id!r} is no run's id; list_runs says which there are")
    folder = desk.options.run_dir
    return load_run(run_id if folder is None else folder / run_id, desk.settings)


def offer_resources(server: MCPServer[Any], desk: Desk) -> None:
    """Offer what is too large for an answer."""

    def run_of(run_id: str) -> TaskRun:
        try:
            return kept_run(run_id, desk)
        except NoSuchRun as error:
            raise ResourceNotFoundError(str(error)) from error

    @server.resource("agent-core://runs/{run_id}/output", mime_type="application/json")
    def output(run_id: str) -> str:
        """The whole output of a run."""
        return json.dumps(run_of(run_id).output, ensure_ascii=False, indent=1)

    @server.resource("agent-core://runs/{run_id}/steps", mime_type="application/json")
    def steps(run_id: str) -> str:
        """All steps of a run: what was seen, decided and done."""
        kept = [step.model_dump(mode="json", exclude_defaults=True) for step in run_of(run_id).steps]
        return json.dumps(kept, ensure_ascii=False, indent=1)

    @server.resource("agent-core://runs/{run_id}/screenshots/{name}", mime_type="image/png")
    def screenshot(run_id: str, name: str) -> bytes:
        """The page after a step of a run."""
        run = run_of(run_id)
        known = {step.screenshot.rpartition("/")[2]: step.screenshot for step in run.steps if step.screenshot}
        if name not in known or run.folder is None:
            raise ResourceNotFoundError(f"the run has no picture {name!r}")
        return (Path(run.folder) / known[name]).read_bytes()
