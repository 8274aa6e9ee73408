"""The tools for whole tasks: start one, see how it goes, answer it, cancel it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ResourceLink
from pydantic import Field

from agent_core import TaskRun, list_runs
from agent_core.faces.desk import digest
from agent_core.faces.desk.desk import Desk
from agent_core.faces.desk.watching import Standing, WatchedRun
from agent_core.faces.mcp.kept import kept_run
from agent_core.faces.mcp.tools import acts, answer_of, looks_only, told_to_the_host
from agent_core.task.addresses.checked import scheme_of

RunId = Annotated[str, Field(description="The run_id that start_task gave.")]
WaitSeconds = Annotated[
    float | None,
    Field(ge=0, description="Answer after so many seconds at the latest; the server's own limit holds too."),
]
RunStatus = Literal["running", "completed", "terminated", "failed", "timed_out", "canceled"]


def offer_task_tools(server: MCPServer[Any], desk: Desk) -> None:
    """Offer the tools that start runs and look after them."""

    @server.tool(annotations=acts("Do a task in a browser", destructive=True, web=True))
    async def start_task(
        prompt: Annotated[str, Field(description="The task in plain words.")],
        ctx: Context[Any, Any],
        url: Annotated[str | None, Field(description="Where to begin, http or https.")] = None,
        data_extraction_schema: Annotated[
            dict[str, Any] | None, Field(description="JSON Schema of the output, or an example of it.")
        ] = None,
        max_steps: Annotated[int | None, Field(ge=1)] = None,
        wait_s: WaitSeconds = None,
    ) -> CallToolResult:
        """Have an agent carry out a task in a real browser, and wait for the result.

        Answers when the run has ended, or sooner with status "running": then call get_task until it has.
        If this call is cancelled, the run ends.
        """
        given = {
            "prompt": prompt,
            "url": url,
            "data_extraction_schema": data_extraction_schema,
            "max_steps": max_steps,
        }
        _refuse_files_of_this_machine(url)
        with told_to_the_host():
            watched = desk.start({name: value for name, value in given.items() if value is not None})
        return await _waited_for(watched, desk, wait_s, ctx)

    @server.tool(annotations=looks_only("How a task goes", web=True))
    async def get_task(
        run_id: RunId,
        ctx: Context[Any, Any],
        wait_s: WaitSeconds = None,
        first_item: Annotated[
            int, Field(ge=0, description="Of a list that was cut: the item to begin with.")
        ] = 0,
    ) -> CallToolResult:
        """Say how a run went. While it goes on, wait for its end like start_task does.

        If this call is cancelled while it waits, the run ends.
        """
        watched = desk.run(run_id)
        if watched is not None:
            return await _waited_for(watched, desk, wait_s, ctx, first_item)
        with told_to_the_host():
            kept = await asyncio.to_thread(kept_run, run_id, desk)
        return _ended(kept, first_item)

    @server.tool(annotations=acts("Cancel a task", destructive=True, web=False, idempotent=True))
    async def cancel_task(run_id: RunId) -> CallToolResult:
        """End a run as canceled and close its browser. Nothing happens to one that has ended."""
        watched = _started_here(desk, run_id)
        watched.run.cancel()
        await asyncio.wait({watched.ended}, timeout=desk.options.wait_s)
        return _standing_of(watched)

    @server.tool(annotations=acts("Answer a question of a task", destructive=False, web=True))
    async def answer(
        run_id: RunId,
        text: Annotated[str, Field(description="What the person said; never make an answer up.")],
        ctx: Context[Any, Any],
        wait_s: WaitSeconds = None,
    ) -> CallToolResult:
        """Hand a person's answer to a run that asked a question, then wait like get_task."""
        watched = _started_here(desk, run_id)
        if watched.standing.question is None:
            raise ToolError("run_id: this run asks nothing now; get_task says how it goes")
        watched.answer(text)
        return await _waited_for(watched, desk, wait_s, ctx)

    @server.tool(annotations=looks_only("List tasks"), name="list_runs")
    async def list_runs_tool(
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        status: RunStatus | None = None,
        containing: Annotated[str, Field(description="Words of the prompt or the address.")] = "",
    ) -> CallToolResult:
        """List the last runs, the newest first, those of other programs of this user too."""
        runs = await asyncio.to_thread(
            list_runs,
            limit=limit,
            status=status,
            containing=containing,
            run_dir=desk.options.run_dir,
            settings=desk.settings,
        )
        return answer_of({"runs": [digest.summary(run) for run in runs]})


async def _waited_for(
    watched: WatchedRun, desk: Desk, wait_s: float | None, ctx: Context[Any, Any], first_item: int = 0
) -> CallToolResult:
    """How a run stands once it has ended or asks something, or the host's patience may be over."""

    async def tell(standing: Standing) -> None:
        most = standing.most_steps
        await ctx.report_progress(standing.progress, float(most) if most else None, standing.said)

    seconds = desk.options.wait_s if wait_s is None else min(wait_s, desk.options.wait_s)
    try:
        await watched.until_news(seconds, tell)
    except asyncio.CancelledError:
        watched.run.cancel()
        raise
    return _standing_of(watched, first_item)


def _standing_of(watched: WatchedRun, first_item: int = 0) -> CallToolResult:
    if not watched.ended.done():
        return answer_of(digest.going_on(watched.run.id, watched.standing))
    with told_to_the_host():
        return _ended(watched.ended.result(), first_item)


def _ended(run: TaskRun, first_item: int) -> CallToolResult:
    links = [
        ResourceLink(
            uri=digest.picture_uri(run.run_id, name),
            name=f"the page after step {number}",
            mime_type="image/png",
        )
        for number, name in digest.pictures_of(run)
    ]
    whole = f"all of it is in {digest.output_uri(run.run_id)}, and get_task takes first_item"
    return answer_of(digest.ended(run, whole=whole, first=first_item), *links)


def _started_here(desk: Desk, run_id: str) -> WatchedRun:
    watched = desk.run(run_id)
    if watched is None:
        raise ToolError(f"run_id: no run {run_id!r} was started here; list_runs says which there are")
    return watched


def _refuse_files_of_this_machine(url: str | None) -> None:
    """A host's model may have been talked into it by a page."""
    if url and scheme_of(url.strip()) not in ("", "http", "https"):
        raise ToolError("url: must be an http or https address")
