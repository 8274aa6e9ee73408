"""Doing a recording again: on a page that has changed, how fast, and with other values on MiniWoB++.

`changed` takes pages of ours, describes everything on them that can be used, changes the page under it with
a seed, and looks for each element by what it was. The change lies in the page: elements stay themselves, so
that what is found can be held against what was meant.
"""

from __future__ import annotations

import asyncio
import functools
import http.server
import statistics
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agent_core import Settings, TaskRun, run_task
from agent_core.demo_site import DemoSite
from agent_core.script.describe import describe
from agent_core.script.file import Described
from agent_core.script.match import Found, find
from agent_core.script.surroundings import Surroundings
from agent_core.testing import Scripted
from benchmarks.measure import ROOT, EpisodeRecord, commit, machine, now
from benchmarks.suites.miniwob import MAX_STEPS, TIMEOUT_S, read_instructions
from benchmarks.suites.miniwob_pages import TASKS, Episode, MiniwobServer
from browser.actions import Action, Click, Select, SetChecked, TypeText
from browser.launch import launch
from browser.observation import View
from browser.options import LaunchOptions, SessionOptions
from browser.session import Session
from engines.base import Act, Decision, Finish, Turn

CHANGE = Path(__file__).with_name("changed_page.js").read_text("utf-8")
PAGES = ROOT / "tests" / "pages"
DEMO = ("", "workshops", "letter", "tides")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRecord:
    """A line of `results/replay.jsonl`."""

    what: str
    """`changed`, `speed` or `miniwob`."""
    run: str
    seeds: str = ""
    variants: int = 0
    """`changed`: pages x seeds; `miniwob`: tasks."""
    targets: int = 0
    """`changed`: elements looked for; `miniwob`: episodes; `speed`: steps."""
    right: int = 0
    wrong: int = 0
    unsure: int = 0
    """Given to the agent."""
    step_ms: float = 0.0
    """`speed`: wall clock of the run from its first step to its end, by steps."""
    note: str = ""
    commit: str = ""
    date: str = ""
    machine: str = ""

    def __str__(self) -> str:
        if self.what == "speed":
            return f"replay: {self.step_ms:.0f} ms a step over {self.targets} steps, no model call"
        shares = " ".join(
            f"{name} {count / max(1, self.targets):.1%}"
            for name, count in (("right", self.right), ("wrong", self.wrong), ("to the agent", self.unsure))
        )
        return f"{self.what}: {self.targets} of {self.variants} ({self.seeds}): {shares} {self.note}"


def record(what: str, run: str, **fields: object) -> ReplayRecord:
    """A line, with where and when it was measured."""
    return ReplayRecord(what=what, run=run, commit=commit(), date=now(), machine=machine(), **fields)  # type: ignore[arg-type]


@contextmanager
def our_pages() -> Iterator[list[str]]:
    """The addresses of the demo's pages and of those that our tests look at."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named by the base class
            """Say nothing."""

    make = functools.partial(Quiet, directory=str(PAGES))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), make)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    files = sorted(path.relative_to(PAGES).as_posix() for path in PAGES.glob("*/*.html"))
    try:
        with DemoSite() as site:
            yield [
                *(site.url + page for page in DEMO),
                f"{base}/shop.html",
                *(f"{base}/{file}" for file in files),
            ]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True, slots=True)
class Miss:
    """An element that was not found, or another that was."""

    page: str
    seed: int
    wanted: Described
    found: str


async def measure_changed(seeds: Sequence[int], run: str) -> tuple[ReplayRecord, list[Miss]]:
    """Look for every element on every page after each change."""
    counts: Counter[str] = Counter()
    misses: list[Miss] = []
    variants = 0
    with our_pages() as pages:
        browser = await launch(LaunchOptions(on_warning=lambda _: None))
        try:
            for page in pages:
                for seed in seeds:
                    session = await browser.open_session(SessionOptions())
                    try:
                        got, missed = await _one_variant(session, page, seed)
                    finally:
                        await session.close()
                    counts += got
                    misses += missed
                    variants += 1
        finally:
            await browser.close()
    told = {name: counts[name] for name in ("right", "wrong", "unsure")}
    line = record(
        "changed", run, seeds=f"{seeds[0]}-{seeds[-1]}", variants=variants, targets=sum(told.values()), **told
    )
    return line, misses


async def _one_variant(session: Session, page: str, seed: int) -> tuple[Counter[str], list[Miss]]:
    await session.goto(page)
    was = Surroundings((await session.observe(View(budget_tokens=None))).elements)
    wanted = [(one.ref, describe(one, was)) for one in was.usable if one.box]
    await session._tabs.active.page.evaluate(f"({CHANGE})({{seed: {seed}}})")
    now_there = Surroundings((await session.observe(View(budget_tokens=None))).elements)
    counts: Counter[str] = Counter()
    misses: list[Miss] = []
    for ref, description in wanted:
        if ref not in now_there.by_ref:
            continue  # the change took it out of sight
        found = find(description, now_there)
        outcome = "unsure" if not isinstance(found, Found) else "right" if found.ref == ref else "wrong"
        counts[outcome] += 1
        if outcome != "right":
            told = found.why if not isinstance(found, Found) else f"took {now_there.by_ref[found.ref].name!r}"
            misses.append(
                Miss(page, seed, description, f"{outcome}: {told}; it is {now_there.by_ref[ref].name!r}")
            )
    return counts, misses


# --- speed ---------------------------------------------------------------------------------------


def _by_name(turn: Turn, role: str, name: str) -> str:
    return next(one.ref for one in turn.observation.elements if one.role == role and one.name == name)


FORM = (
    ("textbox", "Full name", lambda ref: TypeText("Ada Lovelace", ref)),
    ("textbox", "E-mail", lambda ref: TypeText("ada@example.org", ref)),
    ("button", "Continue", Click),
    ("combobox", "Workshop", lambda ref: Select(ref, ("Sail repair",))),
    ("radio", "Some practice", SetChecked),
    ("textbox", "Day", lambda ref: TypeText("2026-05-09", ref)),
    ("checkbox", "I would like lunch", SetChecked),
    ("button", "Continue", Click),
    ("checkbox", "I accept the house rules", SetChecked),
    ("button", "Send registration", Click),
)
"""Ten steps of the demo's form, one at a time."""


async def measure_speed(rounds: int, run: str) -> ReplayRecord:
    """Record the form once, do it again `rounds` times; the median of the times a step takes."""

    def one(role: str, name: str, make: object) -> object:
        def decide(turn: Turn) -> Decision:
            action: Action = make(_by_name(turn, role, name))  # type: ignore[operator]
            return Act(actions=(action,))

        return decide

    times: list[float] = []
    with DemoSite() as site, tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        engine = Scripted([*(one(*step) for step in FORM), Finish()])  # type: ignore[list-item]
        task = {"run_with": "code", "settings": settings}
        await run_task("Register Ada Lovelace", site.url + "workshops", engine=engine, **task)
        for _ in range(rounds):
            again = await run_task(
                "Register Ada Lovelace", site.url + "workshops", engine=Scripted([]), **task
            )
            if (
                again.status != "completed"
                or again.script_run is None
                or again.script_run.ai_fallback_triggered
            ):
                raise AssertionError(f"it was not done again: {again.status}, {again.failure_reason}")
            times.append(sum(sum(step.ms.values()) for step in again.steps) / len(FORM))
    return record(
        "speed", run, targets=len(FORM) * rounds, right=len(FORM) * rounds, step_ms=statistics.median(times)
    )


# --- MiniWoB++ -----------------------------------------------------------------------------------

FIRST_SEED = 1
OTHER_SEEDS = tuple(range(2, 12))


async def measure_miniwob(
    server: MiniwobServer, shape_of: object, run: str, workers: int = 2
) -> tuple[ReplayRecord, list[EpisodeRecord]]:
    """Record each task with seed 1, and do it again with the values of ten other seeds.

    Only tasks that `embedded` wins with seed 1, and whose words are the same on all seeds but for what is
    quoted in them.
    """
    seeds = (FIRST_SEED, *OTHER_SEEDS)
    words = await read_instructions([(task, seed) for task in TASKS for seed in seeds], server)
    by_task = {task: words[at * len(seeds) : (at + 1) * len(seeds)] for at, task in enumerate(TASKS)}
    same = [task for task, said in by_task.items() if len({shape_of(one) for one in said}) == 1]  # type: ignore[operator]
    room = asyncio.Semaphore(workers)
    episodes: list[EpisodeRecord] = []
    recorded: list[str] = []

    async def one_task(task: str) -> None:
        async with room:
            with tempfile.TemporaryDirectory() as home:
                settings = Settings(home=Path(home), screenshots=False)
                episode, _ = await _play(server, task, FIRST_SEED, by_task[task][0], settings)
                if not episode.reward:
                    return
                recorded.append(task)
                for seed, said in zip(OTHER_SEEDS, by_task[task][1:], strict=True):
                    episode, done = await _play(server, task, seed, said, settings)
                    episodes.append(_episode(run, episode, said, done))

    async with asyncio.TaskGroup() as group:
        for task in same:
            group.create_task(one_task(task))
    alone = [one for one in episodes if one.reward and one.engine == "replay"]
    line = record(
        "miniwob",
        run,
        seeds="1 -> 2-11",
        variants=len(recorded),
        targets=len(episodes),
        right=len(alone),
        wrong=sum(1 for one in episodes if one.status == "completed" and not one.reward),
        unsure=sum(1 for one in episodes if one.engine != "replay"),
        note=f"won with the embedded engine where it had to step in: {sum(one.reward for one in episodes)}",
    )
    return line, episodes


async def _play(
    server: MiniwobServer, task: str, seed: int, said: str, settings: Settings
) -> tuple[Episode, TaskRun]:
    episode = server.open_episode(task, seed)
    run = await run_task(
        said,
        episode.url,
        engine="embedded",
        run_with="code",
        max_steps=MAX_STEPS,
        timeout_s=TIMEOUT_S,
        settings=settings,
    )
    server.close_episode(episode)
    return episode, run


def _episode(run: str, episode: Episode, said: str, done: TaskRun) -> EpisodeRecord:
    """`engine` says who did it: the recording alone, or with an agent."""
    story = done.script_run
    alone = story is not None and story.replayed and not story.ai_fallback_triggered
    blank = EpisodeRecord(
        run=run, task=episode.task, seed=episode.seed, engine="", reward=0, raw_reward=None, status=""
    )
    return replace(
        blank,
        engine="replay" if alone else "replay with embedded",
        reward=episode.reward,
        raw_reward=episode.raw_reward,
        status=done.status,
        code=done.failure_code or "",
        reason="; ".join([done.failure_reason or "", *(story.fallbacks if story else [])]),
        steps=done.step_count or 0,
        utterance=said,
        commit=commit(),
        date=now(),
    )
