"""What a run answers (`TaskRun`); field names are those of the published run-task API, and further ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_core.task.notebook import html_of
from browser.model.text import cut, quoted, squeeze
from engines.spec import RunType

Status = Literal["created", "queued", "running", "completed", "terminated", "failed", "timed_out", "canceled"]
FINAL: frozenset[Status] = frozenset({"completed", "terminated", "failed", "timed_out", "canceled"})

FailureCode = Literal[
    "REACH_MAX_STEPS",
    "BUDGET_TOKENS",
    "BUDGET_COST",
    "STUCK",
    "GAVE_UP",
    "OUTPUT_INVALID",
    "NAVIGATION_FAILED",
    "BROWSER_LOST",
    "OTP_TIMEOUT",
    "NEEDS_USER",
    "BLOCKED",
    "MODEL_UNREACHABLE",
    "MODEL_REFUSED",
    "MODEL_TRUNCATED",
    "MODEL_UNUSABLE",
    "INTERRUPTED",
]
"""Why a run ended as `failed`: the `error_code` of its first system-defined error."""


class FileInfo(BaseModel):
    """A file that the run downloaded."""

    url: str
    """Where it lies now; without a server a `file://` URI in the run folder."""
    filename: str
    checksum: str | None = None
    """SHA-256, hex."""
    file_size: int | None = None
    """Bytes."""
    modified_at: datetime | None = None


class ScriptRun(BaseModel):
    """How the replay of a recorded script went."""

    ai_fallback_triggered: bool = False
    """Whether an agent had to do a step."""
    script_id: str | None = None
    replayed: bool = True
    """False: there was no recording yet; the agent did the task, and it is recorded now."""
    healed: list[str] = Field(default_factory=list)
    """Steps whose element was not what it had been, and what it is now."""
    worked_out: list[str] = Field(default_factory=list)
    """Parts of the prompt (`the cheapest`, a sum) that the rules which made the recording carried out anew,
    since what they ask for follows from the page."""
    fallbacks: list[str] = Field(default_factory=list)
    """What the agent was needed for, and why."""


class RunError(BaseModel):
    """One reason why a run did not complete."""

    error_code: str
    """Ours, or one of the caller's `error_code_mapping`."""
    reasoning: str
    confidence_float: float = 1.0
    """0 to 1."""
    error_type: Literal["SYSTEM_DEFINED_ERROR", "USER_DEFINED_ERROR"] = "SYSTEM_DEFINED_ERROR"
    pointer: str | None = None
    """JSON pointer into `output`, where it is about one place there."""


class RunUsage(BaseModel):
    """What the run used of a model; all zero without one."""

    model_config = ConfigDict(protected_namespaces=())

    model: str = ""
    model_calls: int = 0
    failed_calls: int = 0
    """Calls that were not answered, made again ones too."""
    input_tokens: int = 0
    cached_tokens: int = 0
    """Of the input tokens, those that the provider's cache served."""
    cache_write_tokens: int = 0
    """Of the input tokens, those that the provider counted as written to its cache."""
    output_tokens: int = 0
    images: int = 0
    cost_usd: float | None = None
    """None: no price is known for the model."""


class Rectangle(BaseModel):
    """A part of the page in CSS pixels, from the top left of the viewport when the page was seen."""

    x: float
    y: float
    width: float = 0.0
    """0 with a height of 0: a point."""
    height: float = 0.0


class ActionRecord(BaseModel):
    """One action of a step, and what came of it."""

    action: dict[str, Any]
    """Its kind under `type`, then its fields."""
    element: str = ""
    """Role and name of what it was aimed at; "" where that is a point, or nothing."""
    box: Rectangle | None = None
    """Where that was when the step decided; None: it took no space, or the action has no target."""
    did: str = ""
    problem: str = ""
    effect: str = ""
    shown: str | None = None
    took_ms: float = 0.0


class StepRecord(BaseModel):
    """One cycle of looking, deciding, acting and checking, as it is kept in the run folder."""

    number: int
    """1, 2, ..."""
    url: str = ""
    title: str = ""
    digest: str = ""
    """Names what the page looked like at the start of the step; the same for the same look."""
    decision: Literal["", "act", "look", "ask_user", "finish", "give_up"] = ""
    """"" where the step ended before there was one."""
    thought: str = ""
    actions: list[ActionRecord] = Field(default_factory=list)
    effect: str = ""
    """What had changed on the page since the step before."""
    nudge: str = ""
    complaint: str = ""
    """What was wrong with the step's decision, as the engine hears it on its next turn."""
    ms: dict[str, float] = Field(default_factory=dict)
    """Milliseconds by phase: observe, decide, act, check, picture."""
    viewport: tuple[int, int] | None = None
    """Width and height of what was in view, CSS pixels; None where the page was not seen."""
    before: str | None = None
    """File of the page as it was when the step decided to act, relative to the run folder."""
    screenshot: str | None = None
    """File of the page after the step, relative to the run folder."""
    further_screenshots: list[str] = Field(default_factory=list)
    """Files of what lay below it, from top to bottom, at most `max_screenshot_scrolls`."""

    @property
    def headline(self) -> str:
        """What the step did, in one line."""
        said = [action.problem or action.did for action in self.actions]
        if said:
            return "; ".join(filter(None, said)) or "acted"
        return {
            "look": "looked closer at the page",
            "ask_user": "asked a person",
            "finish": "answered",
            "give_up": "gave up",
            "act": "named no action",
        }.get(self.decision, "ended before a decision")


class ValueSource(BaseModel):
    """Where an extracted value was read."""

    url: str
    text: str
    """The text it stands in."""
    ref: str = ""
    """The element that holds the text; "" where it is only known to be on the page."""
    box: Rectangle | None = None
    """Where that element was; None: it is not known, or took no space."""
    digest: str = ""
    """`StepRecord.digest` of the page as it was then; "" where no step began with it."""
    derived: bool = False
    """Whether the value does not stand there as it is, but follows from what does; `text` says how."""


class WebhookDelivery(BaseModel):
    """How the run's result reached its webhook. It says nothing of how the run went."""

    url: str
    """Where it was sent; a password in it masked."""
    delivered: bool
    attempts: int = 0
    status_code: int | None = None
    """Of the last answer; None: none came."""
    problem: str = ""
    """Why it was not delivered; "" where it was."""
    signed: bool = False
    latency_ms: float = 0.0
    """All attempts and the waits between them."""
    at: datetime


class TaskRun(BaseModel):
    """What a run answers, at any moment of its life."""

    run_id: str
    status: Status
    created_at: datetime
    modified_at: datetime
    run_type: RunType
    output: Any = None
    """The last answer as it was; `completed` only where it is valid against the schema."""
    downloaded_files: list[FileInfo] | None = None
    recording_url: str | None = None
    """The video."""
    screenshot_urls: list[str] | None = None
    """Newest first, the last 10."""
    failure_reason: str | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    app_url: str | None = None
    browser_session_id: str | None = None
    browser_profile_id: str | None = None
    max_screenshot_scrolls: int | None = None
    script_run: ScriptRun | None = None
    errors: list[RunError] | None = None
    step_count: int | None = None
    run_request: dict[str, Any] | None = None
    """The request, secrets masked."""

    usage: RunUsage = Field(default_factory=RunUsage)
    steps: list[StepRecord] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    provenance: dict[str, ValueSource | None] = Field(default_factory=dict)
    """JSON pointer into `output` -> where that value was read; null: nowhere on the pages seen."""
    har_url: str | None = None
    """What the run's pages asked of the network, as a HAR file."""
    trace_url: str | None = None
    """For Playwright's trace viewer."""
    folder: str | None = None
    """The run folder."""
    webhook: WebhookDelivery | None = None
    """How the last delivery went; null: none was asked for, or it has not ended."""

    def __repr__(self) -> str:
        said = [f"{self.run_id!r}, status={self.status!r}"]
        if self.failure_reason:
            said.append(f"failure_reason={quoted(self.failure_reason, 100)}")
        if self.output is not None:
            said.append(f"output={cut(squeeze(repr(self.output)), 120)}")
        return f"TaskRun({', '.join(said)}, steps={len(self.steps)})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """What a notebook shows of it."""
        return html_of(self)

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.status in FINAL

    @property
    def failure_code(self) -> str | None:
        """The code of what ended a run that failed (see `FailureCode`); None for all others."""
        if self.status != "failed":
            return None
        ours = (error.error_code for error in self.errors or () if error.error_type == "SYSTEM_DEFINED_ERROR")
        return next(ours, None)
