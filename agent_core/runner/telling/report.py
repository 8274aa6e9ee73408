"""The `TaskRun` as it grows: what a run answers, at any moment of its life."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_core.loop.progress import Ending, Failure, Progress
from agent_core.store.run_folder import new_id, screenshot_urls
from agent_core.task.request import TaskRequest
from agent_core.task.run import (
    FINAL,
    FailureCode,
    FileInfo,
    RunError,
    RunUsage,
    Status,
    StepRecord,
    TaskRun,
)
from browser.model.actions import Collect
from browser.model.text import without_lone_surrogates
from engines.output_spec import OutputProblem, absent_properties, leaves
from engines.protocol import Finish, GiveUp, Usage

if TYPE_CHECKING:
    from agent_core.store.scripts import StoredScript
    from browser.network.downloads import Download
    from browser.recording.recorder import Recorded
    from browser.redaction.redactor import Redactor

logger = logging.getLogger(__name__)

MOST_NAMED = 10
"""How many pointers a warning lists."""


class Report:
    """The result of one run while it is being written."""

    def __init__(
        self,
        request: TaskRequest,
        mask: Redactor,
        *,
        price: Callable[[Usage], float] | None = None,
        profile_id: str | None = None,
        workflow: StoredScript | None = None,
        created_at: datetime | None = None,
        run_id: str = "",
        earlier: TaskRun | None = None,
    ) -> None:
        """Begin it.

        Args:
            request: What was asked for.
            mask: Hides secrets in everything that is written down.
            price: What a usage costs, in US dollars; None: no price is known.
            profile_id: The browser profile that is used; None: none is.
            workflow: What is run again, where it is a workflow that is run.
            created_at: When it was asked for, where that was earlier; it has been queued since then.
            run_id: Its id; "": a new one.
            earlier: What it was before it was interrupted, which it goes on from; None: it begins.
        """
        now = datetime.now(UTC)
        self._request, self._mask, self._price = request, mask, price
        self.progress = Progress()
        """How far the engine came; filled by the loop."""
        self.interruption = ""
        """Why the run is being broken off where nobody canceled it."""
        self.run = earlier or TaskRun(
            run_id=run_id or new_id("wr_" if workflow else "tsk_"),
            status="queued",
            created_at=created_at or now,
            queued_at=created_at or now,
            modified_at=now,
            run_request=mask.of(_asked(request, workflow)),
            browser_session_id=request.browser_session_id,
            browser_profile_id=profile_id,
            run_type="workflow_run" if workflow else request.run_type,
            max_screenshot_scrolls=request.max_screenshot_scrolls,
        )

    @property
    def final(self) -> bool:
        """Whether it is said how the run ended."""
        return self.run.status in FINAL

    def warn(self, warning: str) -> bool:
        """Add a warning; returns False if it is there already."""
        warning = self._mask.text(without_lone_surrogates(warning))
        new = warning not in self.run.warnings
        if new:
            self.run.warnings.append(warning)
        return new

    def begin(self) -> None:
        """The run has begun."""
        self.run.status = "running"
        self.run.modified_at = datetime.now(UTC)
        self.run.started_at = self.run.started_at or self.run.modified_at

    def end(self, ending: Ending) -> None:
        """Set the status, output and errors by how the loop ended."""
        match ending:
            case Finish():
                self.run.status = "completed"
                self.run.output = self._mask.json(self.progress.output)
                self.run.errors = [self._made_up(at, value) for at, value in self.progress.left_out] or None
            case GiveUp(reason=reason, impossible=True, error_codes=codes):
                self.stop("terminated", reason, self._users_errors(codes, reason))
            case GiveUp(reason=reason, error_codes=codes):
                ours = RunError(error_code="GAVE_UP", reasoning=reason)
                self.stop("failed", reason, [ours, *self._users_errors(codes, reason)])
            case Failure(code=code, message=message, error_codes=codes):
                ours = RunError(error_code=code, reasoning=message)
                self.stop("failed", message, [ours, *self._users_errors(codes, message)])

    def fail(self, code: FailureCode | str, reason: str) -> None:
        """Mark the run as failed."""
        self.stop("failed", reason, [RunError(error_code=code, reasoning=reason)])

    def stop(self, status: Status, reason: str, errors: Sequence[RunError] = ()) -> None:
        """End without success: what was extracted so far is kept, and what is wrong with it is said."""
        run, mask = self.run, self._mask
        run.status, run.failure_reason = status, mask.text(without_lone_surrogates(reason))
        run.output = mask.json(self.progress.output)
        wrong = [
            RunError(error_code="OUTPUT_INVALID", reasoning=str(problem), pointer=problem.pointer)
            for problem in self._problems()
        ]
        run.errors = [
            error.model_copy(update={"reasoning": mask.text(error.reasoning)}) for error in (*errors, *wrong)
        ] or None

    def _users_errors(self, codes: Sequence[str], reason: str) -> list[RunError]:
        known = self._request.error_code_mapping or {}
        return [
            RunError(error_code=code, reasoning=reason, error_type="USER_DEFINED_ERROR")
            for code in dict.fromkeys(codes)
            if code in known
        ]

    def _problems(self) -> tuple[OutputProblem, ...]:
        if self.progress.output is None and self._request.output.schema is not None:
            return (OutputProblem(pointer="", text="nothing was extracted"),)
        return self.progress.problems

    def _made_up(self, pointer: str, value: object) -> RunError:
        reason = self._mask.text(f"at {pointer}: {value!r} stands on no page that was seen, and was left out")
        return RunError(error_code="OUTPUT_INVALID", reasoning=reason, pointer=pointer)

    def cut_short(self) -> list[str]:
        """A warning for each long list that was not read to its end, unless few rows were asked for."""
        usual = Collect().max_rows
        return [
            f"a list was read to {len(one.rows)} rows only: {one.why}; there may be more"
            for one in self.progress.collected
            if not one.complete and (one.stopped != "max_rows" or len(one.rows) >= usual)
        ]

    def trace_values(self) -> str:
        """Say where each value was read; a warning about those that stand nowhere, or ""."""
        run, progress = self.run, self.progress
        if run.output is None:
            return ""
        grounds = progress.grounds or progress.trace(self._request.output, self._request.prompt)
        run.provenance = {self._mask.text(at): source for at, source in grounds.sources.items()}
        unfounded = [pointer or "the output" for pointer, source in run.provenance.items() if source is None]
        if not unfounded:
            return ""
        more = f" and {len(unfounded) - MOST_NAMED} more" if len(unfounded) > MOST_NAMED else ""
        return f"not found on the pages seen: {', '.join(unfounded[:MOST_NAMED])}{more}"

    def not_found(self) -> str:
        """A warning about optional values that a completed run did not find; "" where there are none."""
        if self.run.status != "completed":
            return ""
        empty = [pointer for pointer, value in leaves(self.run.output) if value is None and pointer]
        absent = absent_properties(self.run.output, self._request.output.schema or {})
        lost = list(dict.fromkeys([*empty, *absent]))
        more = f" and {len(lost) - MOST_NAMED} more" if len(lost) > MOST_NAMED else ""
        return f"no value was found for {', '.join(lost[:MOST_NAMED])}{more}" if lost else ""

    def files(self, downloads: Sequence[Download], folder: Path | None) -> None:
        """Write down the files; `folder` is None where the run could not be kept."""
        self.run.downloaded_files = [*filter(None, map(_file_info, downloads))] or None
        self.run.screenshot_urls = screenshot_urls(folder, self.run.steps) if folder else []

    def close(self) -> None:
        """Say that the run is over."""
        self.run.step_count = len(self.run.steps)
        self.run.finished_at = self.run.modified_at = datetime.now(UTC)

    def recorded(self, recorded: Recorded) -> None:
        """Write down where the recordings lie."""
        run = self.run
        run.recording_url, run.har_url, run.trace_url = (
            path.absolute().as_uri() if path else None
            for path in (recorded.video, recorded.har, recorded.trace)
        )

    def used(self, usage: Usage) -> None:
        """Write down what the engine has used of its model."""
        self.run.usage = RunUsage(
            model=usage.model,
            model_calls=usage.calls,
            failed_calls=usage.failed_calls,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            output_tokens=usage.output_tokens,
            images=usage.images,
            cost_usd=self._price(usage) if self._price else None,
        )


STEP_FACTS = {
    *("number", "digest", "decision", "ms"),
    *("viewport", "before", "screenshot", "further_screenshots"),
}
"""Fields of a step that no page has a say in."""


def _asked(request: TaskRequest, workflow: StoredScript | None) -> dict[str, Any]:
    """The request as it is shown; of a workflow, also which one it is, under the published API's names."""
    shown = request.masked()
    if workflow is not None:
        script = workflow.script
        shown |= {"workflow_id": script.name or script.id, "parameters": dict(workflow.values)}
    return shown


def masked_step(step: StepRecord, mask: Redactor) -> StepRecord:
    """The record of a step without what the mask hides."""
    if not mask:
        return step
    ours = step.model_dump(mode="json", include=STEP_FACTS)
    return StepRecord.model_validate({**mask.of(step.model_dump(mode="json")), **ours})


def _file_info(download: Download) -> FileInfo | None:
    """Describe a downloaded file; None: it does not exist any more."""
    try:
        modified = Path(download.path).stat().st_mtime
    except OSError as error:
        logger.info("the download %s is gone: %s", download.name, error)
        return None
    return FileInfo(
        url=Path(download.path).absolute().as_uri(),
        filename=download.name,
        checksum=download.sha256,
        file_size=download.size,
        modified_at=datetime.fromtimestamp(modified, UTC),
    )
