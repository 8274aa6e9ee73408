"""The engine contract: what an engine is shown each turn and what it may answer.

An engine is a function of what it is shown. It holds its own conversation and nothing else: no live
browser, no files, no task ids. `agent_core.loop.loop` knows of an engine only what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Protocol, runtime_checkable

from browser.model.actions import Action
from browser.model.observation import LookAnswer, LookRequest, Observation, View
from browser.model.results import ActionResult
from engines.output_spec import JSON, OutputSpec

OVERTAKEN = "not done: a person took over the page before it; look at the page again"
"""`ActionResult.problem` of an act that was still to come when a person took over the page."""

ProviderName = Literal["openai", "anthropic"]
"""The protocols of models that are spoken; `engines.models.model` says who speaks which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Which model to talk to, and how. Engines that use no model ignore it."""

    model_name: str = ""
    """As the endpoint calls it; "" where only an endpoint is known: its first model is taken."""
    provider: ProviderName = "openai"
    """The protocol spoken: `openai` is also that of vLLM, SGLang, llama.cpp, Ollama, LM Studio."""
    base_url: str = ""
    """"": the provider's own address."""
    api_key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    temperature: float | None = None
    """None: not sent; several current models refuse any value."""
    max_tokens: int | None = None
    """The most tokens of one reply; None: the engine's own limit."""
    context_tokens: int | None = None
    """The model's context length; None: asked of the endpoint, or a careful guess."""
    tool_calls: bool | None = None
    """Whether chat engines offer their actions as tools; None: where the model is known to call them."""
    coordinates: Literal["auto", "norm1000", "resized"] = "auto"
    """What a pixel model's coordinates mean; `auto`: the engine tells by the model's name."""
    ca_file: str = ""
    """A file of certificates (PEM) that are trusted besides the machine's own; "": none."""
    connect_timeout_s: float = 20.0
    """How long a connection may take to come about."""
    first_token_timeout_s: float = 120.0
    """How long a silent endpoint is waited for; a cold local model may need minutes."""
    stall_timeout_s: float = 60.0
    """How long a reply that has begun may pause."""
    total_timeout_s: float = 600.0
    """How long one reply may take in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What an engine is made from: `create(options)` of its module."""

    model: ModelSettings | None = None
    """None: no model is configured."""
    max_scrolls: int = 0
    """How many further screenshots below the viewport the task allows (`max_screenshot_scrolls`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretName:
    """A value that may be typed without being known, by writing `{{secret:NAME}}` in its place."""

    name: str
    origins: tuple[str, ...]
    """Where it may be typed; anywhere else it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the engine is to reach."""

    text: str
    """The task in the user's words."""
    url: str = ""
    """Where the run started; "" where the engine is to propose a start."""
    output: OutputSpec = field(default_factory=OutputSpec)
    error_codes: Mapping[str, str] = field(default_factory=dict)
    """The caller's codes for ways to fail, code -> meaning; `GiveUp.error_codes` picks from them."""
    files: tuple[str, ...] = ()
    """Names of the files that came with the task; an `Upload` hands them over by these names."""
    secrets: tuple[SecretName, ...] = ()
    """Where a page shows their values, the engine reads `{{secret:NAME}}`."""
    codes: bool = False
    """Whether one-time codes can be had: by `EnterCode`, or by `{{code}}` in a text that is typed."""
    earlier: tuple[str, ...] = ()
    """What was done for it before, by an engine whose process was killed: sentences that may quote pages,
    oldest first. () for a run that was never interrupted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Everything an engine is shown for one decision."""

    goal: Goal
    observation: Observation
    history: tuple[tuple[ActionResult, ...], ...] = ()
    """One entry for every step that acted, oldest first: the results of its actions."""
    complaint: str = ""
    """What was wrong with the last decision, as a sentence; "" where nothing was."""
    effect: str = ""
    """What changed on the page since the last observation; "" on the first turn."""
    nudge: str = ""
    """A warning of the loop: the same thing was done again without effect, say."""
    forbidden: tuple[Action, ...] = ()
    """Actions that would be refused now, since they were repeated without effect."""
    looked: tuple[LookAnswer, ...] = ()
    """Answers to the last `Look`."""
    answer: str = ""
    """The person's answer to the last `AskUser`."""
    steps_left: int = 1
    """Steps that remain, this one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Do these, in order. The rest is dropped once the page is no longer the same, or one has failed; other
    fields are still filled in then."""

    actions: tuple[Action, ...]
    thought: str = ""
    part: str | None = None
    """The part of the goal's text that these actions carry out; "": none in particular. A recording can have
    that part carried out anew. None: the engine does not read the text in parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """See more of a part before deciding; costs a step, changes nothing."""

    requests: tuple[LookRequest, ...]
    thought: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskUser:
    """Hand over to a person: a captcha, a login, something only they may confirm."""

    kind: Literal["captcha", "login", "confirm", "question"]
    text: str
    thought: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The goal is met."""

    output: JSON = None
    thought: str = ""
    evidence: tuple[str, ...] = ()
    """What on the page shows it, each as a sentence or a quotation."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """JSON pointer into `output` -> ref of the element the value was read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """The goal will not be met."""

    reason: str
    impossible: bool = False
    """The page itself shows that the goal cannot be met as asked: the run is `terminated`, not `failed`."""
    error_codes: tuple[str, ...] = ()
    """Those of `Goal.error_codes` that describe it."""
    output: JSON = None
    """What was extracted so far."""
    thought: str = ""


Decision = Act | Look | AskUser | Finish | GiveUp


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRead:
    """Where a value of an output was read, as the pages say and not the engine."""

    pointer: str
    """JSON pointer into the output."""
    value: str | int | float
    url: str = ""
    """Of the page; "" where no page that was seen says the value."""
    line: str = ""
    """The row, the item or the sentence it stands in; where it follows from what stands there, how."""
    section: str = ""
    """The heading over that; "" where there is none."""
    derived: bool = False
    """Whether it follows from what stands on pages, and does not stand there as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the completion check is given to form an opinion."""

    finish: Finish
    before: Observation
    """The page at the start of the task."""
    after: Observation
    """The page now."""
    history: tuple[tuple[ActionResult, ...], ...] = ()
    """Every action since the start and its result, one entry for each step that acted."""
    effects: tuple[str, ...] = ()
    """What was seen to change after each of these steps; () where nobody kept that."""
    looked: tuple[LookAnswer, ...] = ()
    """What was looked for since the start, beside what the pages list, in order."""
    pages: tuple[Observation, ...] = ()
    """The pages between the first and the last, oldest first, where the task asks for them; else ()."""
    readings: tuple[ValueRead, ...] = ()
    """Where the values of the output were read; () where that was not looked into."""
    settled: bool = False
    """Whether nothing was done but reading, all of the output stands on pages, and nothing of it was chosen
    there among its like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An opinion on whether the goal is met."""

    met: bool
    reason: str = ""
    """Where it is not met: what is missing, as a sentence that goes back to the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an engine has used of its model so far."""

    model: str = ""
    calls: int = 0
    """Those that were answered."""
    failed_calls: int = 0
    """Those that were not, and were made again or led to the end of the run."""
    input_tokens: int = 0
    cached_tokens: int = 0
    """Of the input tokens, those that the provider's cache served."""
    cache_write_tokens: int = 0
    """Of the input tokens, those that the provider counted as written to its cache."""
    output_tokens: int = 0
    images: int = 0

    def plus(self, other: Usage) -> Usage:
        """Both together; the model is the one named last."""
        counted = [each.name for each in fields(self) if each.name != "model"]
        sums = {name: getattr(self, name) + getattr(other, name) for name in counted}
        return Usage(model=other.model or self.model, **sums)


@runtime_checkable
class Engine(Protocol):
    """A decider. One instance serves one run and is then closed."""

    @property
    def view(self) -> View:
        """What it wants to see on its next turn; asked anew every turn."""
        ...

    @property
    def usage(self) -> Usage:
        """What it has used so far; all zero without a model."""
        ...

    async def decide(self, turn: Turn) -> Decision:
        """Decide what to do next.

        Raises:
            ModelError: The model could not be used; the run fails with the error's code.
        """
        ...

    async def judge(self, goal: Goal, evidence: Evidence) -> Verdict:
        """Give an opinion whether the goal is met, from the evidence alone."""
        ...

    async def close(self) -> None:
        """Close connections and free memory. Called once, also after an error."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """An engine that finds out about its model before it says how much of a page it wants to see."""

    async def prepare(self) -> None:
        """Get ready for the first turn.

        Raises:
            ModelError: The model could not be used; the run fails with the error's code.
        """
        ...


@runtime_checkable
class Remarking(Protocol):
    """An engine that has something to say about how it works here: on which device, with what guessed."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the caller; asked after every step, each is passed on once, as a warning."""
        ...


@runtime_checkable
class StartProposer(Protocol):
    """An engine that can say where to begin when the task names no address."""

    async def propose_start(self, goal: Goal) -> str:
        """An http(s) address to begin at, or "" where it knows none."""
        ...


@runtime_checkable
class CodeChooser(Protocol):
    """An engine that can say which of the caller's error codes describe a failure."""

    async def choose_codes(self, goal: Goal, reason: str, page: Observation | None) -> tuple[str, ...]:
        """Those of `goal.error_codes` that describe it; empty where none does.

        Args:
            reason: Why the run failed, in a sentence.
            page: The last page that was seen; None: none was.

        Raises:
            ModelError: The model could not be used.
        """
        ...


@runtime_checkable
class Gatherer(Protocol):
    """An engine that gathers its output part by part, and can say at any time what it has so far."""

    @property
    def gathered(self) -> JSON:
        """What was read so far, in the form of the output as far as that goes; None: nothing yet."""
        ...
