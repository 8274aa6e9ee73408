"""A run told in lines, while it goes on."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import assert_never

from rich.console import Console
from rich.status import Status
from rich.text import Text

from agent_core import Run, TaskRun
from agent_core.loop.events import (
    Acted,
    Complained,
    Decided,
    Event,
    GivenBack,
    Observed,
    RunEnded,
    RunStarted,
    StepEnded,
    StepStarted,
    TakenOver,
    UserAsked,
    Warned,
)
from agent_core.task.addresses.checked import host_and_path, without_password
from agent_core.task.run import StepRecord
from engines.protocol import Finish

STATUS_STYLE = {
    "completed": "bold green",
    "terminated": "bold yellow",
    "failed": "bold red",
    "timed_out": "bold red",
    "canceled": "bold yellow",
}
PHASES = ("observe", "decide", "act", "check", "picture")


class Story:
    """Writes the events of one run to a console; on a terminal, what goes on now is the last line.

    On a terminal what happens takes one row each, cut to its width: `agent-core show` tells all of it. What
    has to be read, such as a question or how it ended, is kept whole. Use it as a context manager, so that
    the last line is wiped also when the run is interrupted.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._now = _Now() if console.is_terminal else None
        self._status = Status(self._now, console=console, refresh_per_second=2) if self._now else None

    def __enter__(self) -> Story:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._quieten()

    def tell(self, event: Event) -> None:
        """Write what this event means to somebody who watches."""
        match event:
            case RunStarted():
                steps = "1 step" if event.max_steps == 1 else f"{event.max_steps} steps"
                self._row(f"{event.engine} at {without_password(event.url)}, at most {steps}", "dim")
            case StepStarted(number=number):
                self._say_now(f"step {number}: looking")
            case Observed(number=number):
                self._row(
                    f"{number:>3}  {event.title or without_password(event.url)}  {host_and_path(event.url)}",
                    "bold",
                )
                self._say_now(f"step {number}: deciding")
            case Decided(number=number, decision=decision):
                if decision.thought:
                    self._row(f"     {decision.thought}", "italic")
                if isinstance(decision, Finish):
                    self._row("     finished")
                self._say_now(f"step {number}: acting")
            case Acted(result=result):
                if result.ok:
                    arrow = f"  → {result.effect}" if result.effect else ""
                    self._row(f"     {result.did}{arrow}")
                else:
                    self._row(f"     {result.problem}", "red")
            case Complained(complaint=complaint):
                self._row(f"     not accepted: {complaint}", "yellow")
            case StepEnded(step=step):
                self._row(f"     {milliseconds(step)}", "dim")
            case UserAsked(question=question):
                self._quieten()
                how = "  (type the answer, then Enter)" if self._now else ""
                self._line(f"     {question.kind}: {question.text}{how}", "bold yellow")
            case TakenOver(who=who):
                self._line(f"     {who} took over the page", "bold yellow")
            case GivenBack(held_s=held_s, why=why):
                said = f": {why}" if why else ""
                self._line(f"     the agent goes on after {held_s:.0f} s{said}", "bold yellow")
            case Warned(text=text):
                self._line(f"warning: {text}", "yellow")
            case RunEnded(run=run):
                self._quieten()
                self.end(run)
            case _:
                assert_never(event)

    def end(self, run: TaskRun) -> None:
        """Write how the run ended."""
        steps = "1 step" if run.step_count == 1 else f"{run.step_count or 0} steps"
        seconds = f", {took_s(run):.1f} s" if run.started_at and run.finished_at else ""
        self._line(f"{run.status} in {steps}{seconds}", STATUS_STYLE.get(run.status, "bold"))
        if run.failure_reason:
            code = f"{run.failure_code}: " if run.failure_code else ""
            self._line(f"  {code}{run.failure_reason}")
        for error in run.errors or ():
            if error.reasoning != run.failure_reason:
                self._line(f"  {error.error_code}: {error.reasoning}")
        if run.usage.model_calls:
            self._line(f"  {_usage(run)}", "dim")
        for file in run.downloaded_files or ():
            self._line(f"  downloaded {file.filename}, {file.file_size} bytes: {file.url}", "dim")
        for url in (run.recording_url, run.har_url, run.trace_url):
            if url:
                self._line(f"  recorded {url}", "dim")
        if run.webhook and run.webhook.delivered:
            self._line(f"  told {run.webhook.url}", "dim")
        if run.folder:
            self._line(f"  kept in {run.folder}", "dim")

    def _say_now(self, text: str) -> None:
        if self._now and self._status:
            self._now.say(text)
            self._status.start()

    def _quieten(self) -> None:
        if self._status:
            self._status.stop()

    def _row(self, text: str, style: str = "") -> None:
        print_row(self._console, Text(printable(text), style=style))

    def _line(self, text: str, style: str = "") -> None:
        # As Text: what pages say is no markup. Lines are kept whole; a terminal wraps them itself.
        self._console.print(Text(printable(text), style=style), soft_wrap=True)


class _Now:
    """What goes on now, and for how long: `step 3: deciding, 12 s`."""

    def __init__(self) -> None:
        self.say("starting")

    def say(self, text: str) -> None:
        """Say this from now on."""
        self._text, self._since = text, time.monotonic()

    def __rich__(self) -> Text:
        """The line, drawn anew now and then."""
        seconds = int(time.monotonic() - self._since)
        return Text(
            f"{self._text}, {seconds} s" if seconds else self._text, no_wrap=True, overflow="ellipsis"
        )


async def watch(run: Run, console: Console) -> TaskRun:
    """Tell a run's story; Ctrl-C and SIGTERM cancel the run, and its browser is closed.

    A console that is quiet hears only why a run did not complete.
    """
    with suppress(NotImplementedError):  # Windows, where Ctrl-C cancels this task instead
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, run.cancel)
    try:
        with Story(console) as story:
            async for event in run.events():
                story.tell(event)
    except asyncio.CancelledError:
        run.cancel()
    result = await run.result()
    if console.quiet and result.status != "completed":
        code = f"{result.failure_code}: " if result.failure_code else ""
        said = printable(f"{result.status}: {code}{result.failure_reason or ''}")
        Console(file=console.file, highlight=False).print(Text(said), soft_wrap=True)
    return result


def print_row(console: Console, line: Text) -> None:
    """Print a line: in one row of a terminal, whatever its width, and as a whole elsewhere."""
    if console.is_terminal:
        console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
    else:
        console.print(line, soft_wrap=True)


def printable(text: str) -> str:
    """The text on one line, without characters that steer a terminal: pages may hold any."""
    return "".join(char if char.isprintable() else " " for char in text)


def took_s(run: TaskRun) -> float:
    """How long a finished run took, seconds."""
    if run.started_at is None or run.finished_at is None:
        return 0.0
    return (run.finished_at - run.started_at).total_seconds()


def milliseconds(step: StepRecord) -> str:
    """How long a step took, and its phases: `312 ms: observe 40, decide 5, act 260`."""
    phases = ", ".join(f"{name} {took:.0f}" for name, took in _by_phase(step.ms))
    return f"{sum(step.ms.values()):.0f} ms" + (f": {phases}" if phases else "")


def _by_phase(ms: Mapping[str, float]) -> list[tuple[str, float]]:
    known = [(name, ms[name]) for name in PHASES if name in ms]
    return known + [(name, took) for name, took in ms.items() if name not in PHASES]


def _usage(run: TaskRun) -> str:
    usage = run.usage
    cost = "" if usage.cost_usd is None else f", {usage.cost_usd:.4f} USD"
    return (
        f"{usage.model}: {usage.model_calls} calls, {usage.input_tokens} tokens in "
        f"({usage.cached_tokens} from the cache), {usage.output_tokens} out{cost}"
    )
