"""The `TaskRun` as it grows: what a run answers, at any moment of its life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_core.loop.loop import Ending, Failure, Progress
from agent_core.loop.provenance import sources_of
from agent_core.runner.resolve import Prepared
from agent_core.store.run_folder import new_id, screenshot_urls
from agent_core.task.run import FINAL, FailureCode, FileInfo, RunError, RunUsage, Status, StepRecord, TaskRun
from browser.model.actions import Collect
from engines.output_spec import OutputProblem
from engines.protocol import Finish, GiveUp, Usage

if TYPE_CHECKING:
    from browser.network.downloads import Download
    from browser.recording import Recorded
    from browser.redaction.redactor import Redactor

MODEL_IS_OUT: frozenset[str] = frozenset(
    {
        "BUDGET_TOKENS",
        "BUDGET_COST",
        "MODEL_UNREACHABLE",
        "MODEL_REFUSED",
        "MODEL_TRUNCATED",
        "MODEL_UNUSABLE",
    }
)
"""After these, nothing more may or can be asked of the model."""
MOST_NAMED = 10
"""How many pointers a warning lists."""


class Report:
    """What is written down of one run."""

    def __init__(self, prepared: Prepared, created_at: datetime | None = None) -> None:
        now = datetime.now(UTC)
        self._prepared = prepared
        self._mask = prepared.secrets.mask
        self.progress = Progress()
        """How far the engine came; filled by the loop."""
        self.run = TaskRun(
            run_id=new_id("wr_" if prepared.is_workflow else "tsk_"),
            status="queued",
            created_at=created_at or now,
            queued_at=created_at or now,
            modified_at=now,
            run_request=self._mask.of(_asked(prepared)),
            browser_session_id=prepared.request.browser_session_id,
            browser_profile_id=prepared.profile.id if prepared.profile else None,
            run_type="workflow_run" if prepared.is_workflow else prepared.request.run_type,
            max_screenshot_scrolls=prepared.request.max_screenshot_scrolls,
        )

    @property
    def final(self) -> bool:
        """Whether it is said how the run ended."""
        return self.run.status in FINAL

    def warn(self, warning: str) -> bool:
        """Write a warning down; False: it stands there already."""
        warning = self._mask.text(warning)
        new = warning not in self.run.warnings
        if new:
            self.run.warnings.append(warning)
        return new

    def begin(self) -> None:
        """The run has begun."""
        self.run.status = "running"
        self.run.started_at = self.run.modified_at = datetime.now(UTC)

    def end(self, ending: Ending) -> None:
        """Say how the pursuit ended."""
        match ending:
            case Finish():
                self.run.status = "completed"
                self.run.output = self._mask.json(self.progress.output)
            case GiveUp(reason=reason, impossible=True, error_codes=codes):
                self.stop("terminated", reason, self._users_errors(codes, reason))
            case GiveUp(reason=reason, error_codes=codes):
                ours = RunError(error_code="GAVE_UP", reasoning=reason)
                self.stop("failed", reason, [ours, *self._users_errors(codes, reason)])
            case Failure(code=code, message=message):
                self.fail(code, message)

    def fail(self, code: FailureCode | str, reason: str) -> None:
        """The run could not do it."""
        self.stop("failed", reason, [RunError(error_code=code, reasoning=reason)])

    def stop(self, status: Status, reason: str, errors: Sequence[RunError] = ()) -> None:
        """End without success: what was extracted so far is kept, and what is wrong with it is said."""
        run, mask = self.run, self._mask
        run.status, run.failure_reason = status, mask.text(reason)
        run.output = mask.json(self.progress.output)
        told = [*errors, *map(_output_error, self._problems())]
        run.errors = [
            error.model_copy(update={"reasoning": mask.text(error.reasoning)}) for error in told
        ] or None

    def _users_errors(self, codes: Sequence[str], reason: str) -> list[RunError]:
        known = self._prepared.request.error_code_mapping or {}
        return [
            RunError(error_code=code, reasoning=reason, error_type="USER_DEFINED_ERROR")
            for code in dict.fromkeys(codes)
            if code in known
        ]

    @property
    def lacks_codes(self) -> bool:
        """Whether it failed in a way that a code of the caller's may describe, and none was named yet."""
        failed = self.run.status in ("failed", "terminated")
        named = any(error.error_type == "USER_DEFINED_ERROR" for error in self.run.errors or ())
        return failed and not named and self.run.failure_code not in MODEL_IS_OUT

    def add_codes(self, codes: Sequence[str]) -> None:
        """Write down the caller's error codes that describe the failure."""
        reason = self.run.failure_reason or ""
        self.run.errors = [*(self.run.errors or ()), *self._users_errors(codes, reason)] or None

    def _problems(self) -> tuple[OutputProblem, ...]:
        if self.progress.output is None and self._prepared.request.output.schema is not None:
            return (OutputProblem(pointer="", text="nothing was extracted"),)
        return self.progress.problems

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
        run.provenance = sources_of(run.output, progress.seen, progress.sources, progress.collected)
        unfounded = [pointer or "the output" for pointer, source in run.provenance.items() if source is None]
        if not unfounded:
            return ""
        more = f" and {len(unfounded) - MOST_NAMED} more" if len(unfounded) > MOST_NAMED else ""
        return f"not found on the pages seen: {', '.join(unfounded[:MOST_NAMED])}{more}"

    def close(self, usage: Usage, downloads: Sequence[Download], folder: Path) -> None:
        """Write down what is known only at the end."""
        run = self.run
        run.step_count = len(run.steps)
        run.usage = self._usage(usage)
        run.downloaded_files = [_file_info(download) for download in downloads] or None
        run.screenshot_urls = screenshot_urls(folder, run.steps)
        run.finished_at = run.modified_at = datetime.now(UTC)

    def recorded(self, recorded: Recorded) -> None:
        """Write down where the recordings lie."""
        run = self.run
        run.recording_url, run.har_url, run.trace_url = (
            path.absolute().as_uri() if path else None
            for path in (recorded.video, recorded.har, recorded.trace)
        )

    def _usage(self, usage: Usage) -> RunUsage:
        cost_usd = self._prepared.cost_usd
        return RunUsage(
            model=usage.model,
            model_calls=usage.calls,
            failed_calls=usage.failed_calls,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            images=usage.images,
            cost_usd=cost_usd(usage) if cost_usd else None,
        )


STEP_FACTS = {"number", "digest", "decision", "ms", "screenshot", "further_screenshots"}
"""Fields of a step that no page has a say in."""


def _asked(prepared: Prepared) -> dict[str, Any]:
    """The request as it is shown; of a workflow, also which one it is, under the published API's names."""
    shown = prepared.request.masked()
    if prepared.is_workflow and prepared.replay is not None:
        script = prepared.replay.script
        shown |= {"workflow_id": script.name or script.id, "parameters": dict(prepared.replay.values)}
    return shown


def masked_step(step: StepRecord, mask: Redactor) -> StepRecord:
    """The record of a step without what the mask hides."""
    if not mask:
        return step
    ours = step.model_dump(mode="json", include=STEP_FACTS)
    return StepRecord.model_validate({**mask.of(step.model_dump(mode="json")), **ours})


def _output_error(problem: OutputProblem) -> RunError:
    return RunError(error_code="OUTPUT_INVALID", reasoning=str(problem), pointer=problem.pointer)


def _file_info(download: Download) -> FileInfo:
    return FileInfo(
        url=Path(download.path).absolute().as_uri(),
        filename=download.name,
        checksum=download.sha256,
        file_size=download.size,
        modified_at=datetime.fromtimestamp(Path(download.path).stat().st_mtime, UTC),
    )
