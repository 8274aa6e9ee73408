"""A run as spans of OpenTelemetry, named as its conventions for generative AI say.

Only a program that has set OpenTelemetry up gets any: the library sends nothing by itself, and does not
even import the API. What is asked, read and answered is in them only where the settings wish it. What fails
in a processor of the program costs the spans of the run, and never the run.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from agent_core.loop.events import (
    Acted,
    Decided,
    Event,
    Observed,
    RunEnded,
    RunStarted,
    StepEnded,
    StepStarted,
)
from agent_core.task.run import StepRecord, TaskRun
from browser.model.addresses.origins import host_of
from browser.model.results import ActionResult
from engines.protocol import Usage

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

logger = logging.getLogger(__name__)

TRACER = "agent_core"
AGENT = "agent-core"
FAILED = ("failed", "timed_out", "terminated")
_COUNTS = [each.name for each in fields(Usage) if each.name != "model"]


class Tracing:
    """The spans of one run: the run, its steps, the calls of its model, its acts."""

    def __init__(
        self, run_id: str, prompt: str, *, contents: bool, provider: str = "", tracer: Tracer | None = None
    ) -> None:
        """Begin the span of the run, below the one that is current.

        Args:
            run_id: Its id, which is that of the conversation, too.
            prompt: What is asked for, secrets masked.
            contents: Whether prompt, thoughts, titles, addresses and outputs are told.
            provider: The protocol of the model; "": there is none.
            tracer: Where spans are made; None: where the program has set that up, else nowhere.
        """
        self._contents, self._provider = contents, provider
        self._tracer = tracer or _tracer_of_the_program()
        self._run: Span | None = None
        self._step: Span | None = None
        self._used = Usage()
        self.usage: Callable[[], Usage] = Usage
        """What the engine has used of its model so far."""
        if self._tracer is None:
            return
        about = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": AGENT,
            "gen_ai.conversation.id": run_id,
            **({"gen_ai.provider.name": provider} if provider else {}),
        }
        with self._at_its_own_risk():
            run = self._tracer.start_span(f"invoke_agent {AGENT}", attributes=about)
            if run.is_recording():
                self._run = run
                self._tell(run, {"gen_ai.input.messages": _message("user", prompt)})

    def hear(self, event: Event) -> None:
        """Make of an event, masked as it is, what it is in spans."""
        if self._run is not None:
            with self._at_its_own_risk():
                self._heard(self._run, event)

    def end(self) -> None:
        """End what is still open, such as of a run that could not start."""
        open_spans, self._step, self._run = (self._step, self._run), None, None
        with self._at_its_own_risk():
            for span in open_spans:
                if span is not None:
                    span.end()

    @contextmanager
    def _at_its_own_risk(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  the program's exporters; their mistakes are not the run's
            logger.warning("no further spans are made of this run, since one failed: %r", error)
            self._step = self._run = None

    def _heard(self, run: Span, event: Event) -> None:
        match event:
            case RunStarted(engine=engine):
                run.set_attribute("agent_core.engine", engine)
            case StepStarted(number=number):
                about = {"agent_core.step.number": number}
                self._step = self._span(f"step {number}", about, below=run)
            case Observed(url=url, title=title) if self._step is not None:
                self._step.set_attribute("server.address", host_of(url))
                self._tell(self._step, {"agent_core.page.url": url, "agent_core.page.title": title})
            case Decided(took_ms=took_ms):
                self._model_called(took_ms)
            case Acted(result=result, took_ms=took_ms):
                self._acted(result, took_ms)
            case StepEnded(step=step):
                self._model_called(step.ms.get("check", 0.0))
                self._step_ended(step)
            case RunEnded(run=ended):
                self._run_ended(run, ended)
            case _:
                pass

    def _model_called(self, took_ms: float) -> None:
        """The model was called in the time that has just passed, if its usage says so."""
        used = self._use()
        if not used.calls and not used.failed_calls:
            return
        about = {
            "gen_ai.operation.name": "chat",
            **({"gen_ai.provider.name": self._provider} if self._provider else {}),
            "gen_ai.request.model": used.model,
            **_tokens(used),
            "agent_core.model.calls": used.calls,
            "agent_core.model.failed_calls": used.failed_calls,
        }
        self._passed(f"chat {used.model}".strip(), about, took_ms, error="" if used.calls else "no_answer")

    def _acted(self, result: ActionResult, took_ms: float) -> None:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(result.action).__name__).lower()
        about = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.type": "function",
        }
        done = {"agent_core.act.did": result.did, "agent_core.act.problem": result.problem}
        self._passed(f"execute_tool {name}", about, took_ms, error="" if result.ok else "not_done", told=done)

    def _step_ended(self, step: StepRecord) -> None:
        if self._step is not None:
            self._step.set_attribute("agent_core.step.decision", step.decision or "")
            self._tell(self._step, {"agent_core.step.thought": step.thought})
            self._step.end()
            self._step = None

    def _run_ended(self, run: Span, ended: TaskRun) -> None:
        run.set_attributes(
            {"agent_core.run.status": ended.status, "agent_core.run.steps": len(ended.steps or ())}
        )
        if ended.usage is not None and ended.usage.model_calls:
            run.set_attributes(
                {
                    "gen_ai.request.model": ended.usage.model or "",
                    "gen_ai.usage.input_tokens": ended.usage.input_tokens,
                    "gen_ai.usage.output_tokens": ended.usage.output_tokens,
                }
            )
        self._tell(run, {"gen_ai.output.messages": _message("assistant", json.dumps(ended.output))})
        if ended.status in FAILED:
            _fail(run, ended.failure_code or ended.status, ended.failure_reason if self._contents else None)
        self.end()

    def _use(self) -> Usage:
        """What was used of the model since this was asked last."""
        try:
            now = self.usage()
            counts = {each: getattr(now, each) - getattr(self._used, each) for each in _COUNTS}
            used = Usage(model=str(now.model), **counts)
        except Exception as error:  # noqa: BLE001  the engine's code; its mistakes are told elsewhere
            logger.info("what the engine has used of its model is not known: %r", error)
            return Usage()
        self._used = now
        return used

    def _passed(
        self,
        name: str,
        about: dict[str, Any],
        took_ms: float,
        *,
        error: str,
        told: dict[str, str] | None = None,
    ) -> None:
        """A span of what has just ended."""
        now = time.time_ns()
        span = self._span(name, about, below=self._step or self._run, began=now - int(took_ms * 1_000_000))
        self._tell(span, told or {})
        if error:
            _fail(span, error)
        span.end(now)

    def _span(self, name: str, about: dict[str, Any], *, below: Any, began: int | None = None) -> Span:
        from opentelemetry import trace

        assert self._tracer is not None
        context = trace.set_span_in_context(below)
        kind = trace.SpanKind.CLIENT if name.startswith("chat") else trace.SpanKind.INTERNAL
        return self._tracer.start_span(name, context, kind, attributes=about, start_time=began)

    def _tell(self, span: Span, contents: dict[str, str]) -> None:
        if self._contents:
            span.set_attributes({name: value for name, value in contents.items() if value})


def _tracer_of_the_program() -> Tracer | None:
    """Who has set OpenTelemetry up has imported it; nobody else waits for that."""
    if "opentelemetry.trace" not in sys.modules:
        return None
    from opentelemetry import trace

    return trace.get_tracer(TRACER)


def _fail(span: Span, kind: str, why: str | None = None) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR, why))


def _tokens(used: Usage) -> dict[str, int]:
    return {
        "gen_ai.usage.input_tokens": used.input_tokens,
        "gen_ai.usage.output_tokens": used.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": used.cached_tokens,
    }


def _message(role: str, text: str) -> str:
    """One message, in the form of the conventions."""
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])
