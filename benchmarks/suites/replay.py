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
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agent_core import Settings, TaskRun, run_task, run_tasks
from agent_core.demo_site import DemoSite
from agent_core.demo_site.server import LoopbackServer
from agent_core.loop.events import Event, RunEnded
from agent_core.replay.elements.fingerprint import describe
from agent_core.replay.elements.matcher import find
from agent_core.replay.elements.renamed import Found
from agent_core.replay.elements.surroundings import Surroundings
from agent_core.replay.format import Described
from agent_core.testing import Scripted
from benchmarks.measure import ROOT, EpisodeRecord, commit, machine, now
from benchmarks.suites.miniwob import MAX_STEPS, read_instructions
from benchmarks.suites.miniwob_pages import TASKS, Episode, MiniwobServer
from browser.lifecycle.launch import launch
from browser.model.actions import Action, Click, Select, SetChecked, TypeText
from browser.model.observation import View
from browser.options import LaunchOptions, SessionOptions
from browser.session import Session
from engines.protocol import Act, Decision, Engine, EngineOptions, Finish, Turn

CHANGE = Path(__file__).with_name("changed_page.js").read_text("utf-8")
PAGES = ROOT / "testbed" / "pages"
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
    server = LoopbackServer(make)
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
        "changed",
        run,
        seeds=f"{seeds[0]}-{seeds[-1]}",
        variants=variants,
        targets=sum(told.values()),
        note=f"({counts['reworded'] / max(1, counts['labels']):.0%} of {counts['labels']} labels reworded)",
        **told,
    )
    return line, misses


async def _one_variant(session: Session, page: str, seed: int) -> tuple[Counter[str], list[Miss]]:
    await session.goto(page)
    was = Surroundings((await session.observe(View(budget_tokens=None))).elements)
    wanted = [(one.ref, describe(one, was)) for one in was.usable if one.box]
    changed = await session._tabs.active.page.evaluate(f"({CHANGE})({{seed: {seed}}})")
    now_there = Surroundings((await session.observe(View(budget_tokens=None))).elements)
    counts: Counter[str] = Counter(changed)
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

REPLAY, BY_RULES = "replay", "replay and rules"
"""Who did an episode again: its recorded steps as they are, or rules the parts that were worked out."""
FIRST_SEED = 1
OTHER_SEEDS = tuple(range(2, 12))
LONGEST_S = 30.0
"""Wall clock of one episode, so that a page that never rests cannot hold up the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How MiniWoB++ is recorded and done again."""

    run: str
    shape_of: Callable[[str], str]
    """What stays of an utterance without what is quoted in it."""
    known: Sequence[EpisodeRecord] = ()
    """Episodes of an earlier call that was cut short: their tasks are not played again."""
    budget_s: float = 600.0
    """After this no task is begun any more; the next call goes on with the rest."""
    workers: int = 2
    on_episode: Callable[[EpisodeRecord], None] = lambda _: None


async def measure_miniwob(server: MiniwobServer, again: Again) -> tuple[ReplayRecord, bool]:
    """Record each task with seed 1, and do it again with the values of ten other seeds, without an agent.

    Only tasks that `embedded` wins with seed 1, and whose words are the same on all seeds but for what is
    quoted in them. Returns the figure, and whether all tasks were played.
    """
    began = time.monotonic()
    episodes = list(again.known)
    known = {one.task for one in episodes}
    left = [task for task in TASKS if task not in known]

    words = await _words_that_agree(server, left, again)
    for task in left:
        if task not in words:
            again.on_episode(_not_played(again.run, task))
    left = list(words)

    async def worker() -> None:
        while left and time.monotonic() - began < again.budget_s:
            task = left.pop(0)
            for one in await _record_and_replay(server, task, words[task], again.run):
                again.on_episode(one)
                episodes.append(one)

    async with asyncio.TaskGroup() as group:
        for _ in range(again.workers):
            group.create_task(worker())
    line = _figure(again.run, [one for one in episodes if one.seed != FIRST_SEED])
    return line, not left


def _figure(run: str, episodes: Sequence[EpisodeRecord]) -> ReplayRecord:
    alone = [one for one in episodes if one.engine in (REPLAY, BY_RULES)]
    won = [one for one in alone if one.reward]
    wrong = [one for one in alone if not one.reward and one.status == "completed"]
    anew = sum(one.engine == BY_RULES for one in won)
    tasks = sorted({one.task for one in episodes})
    whole = [task for task in tasks if all(one in won for one in episodes if one.task == task)]
    return record(
        "miniwob",
        run,
        seeds="1 -> 2-11",
        variants=len(tasks),
        targets=len(episodes),
        right=len(won),
        wrong=len(wrong),
        unsure=len(episodes) - len(won) - len(wrong),
        note=f"{anew} of the won by rules anew; {len(whole)} tasks are won on all ten seeds",
    )


async def _words_that_agree(
    server: MiniwobServer, tasks: Sequence[str], again: Again
) -> dict[str, list[str]]:
    """Task -> its utterance for each seed, where they are the same but for what is quoted in them."""

    async def read(some: Sequence[str], seeds: Sequence[int]) -> dict[str, list[str]]:
        pages = [(task, seed) for task in some for seed in seeds]
        parts = [pages[at :: again.workers] for at in range(again.workers)]
        said = await asyncio.gather(*(read_instructions(part, server) for part in parts))
        by_page = {
            page: words
            for part, read in zip(parts, said, strict=True)
            for page, words in zip(part, read, strict=True)
        }
        return {task: [by_page[task, seed] for seed in seeds] for task in some}

    def agree(words: Sequence[str]) -> bool:
        return len({again.shape_of(one) for one in words}) == 1

    two = {
        task: words
        for task, words in (await read(tasks, (FIRST_SEED, OTHER_SEEDS[0]))).items()
        if agree(words)
    }
    others = await read(list(two), OTHER_SEEDS[1:])
    return {task: words for task in two if agree(words := [*two[task], *others[task]])}


async def _record_and_replay(
    server: MiniwobServer, task: str, said: Sequence[str], run: str
) -> list[EpisodeRecord]:
    """The episode that was recorded, and where that was won, the others."""
    first = server.open_episode(task, FIRST_SEED)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), screenshots=False)
        [done] = await _play(server, [first], said[:1], settings, None)
        episodes = [_episode(run, first, said[0], done)]
        if first.reward:
            others = [server.open_episode(task, seed) for seed in OTHER_SEEDS]
            runs = await _play(server, others, said[1:], settings, lambda _: Scripted([]))
            episodes += [_episode(run, *each) for each in zip(others, said[1:], runs, strict=True)]
    return episodes


async def _play(
    server: MiniwobServer,
    episodes: Sequence[Episode],
    said: Sequence[str],
    settings: Settings,
    engine: Callable[[EngineOptions], Engine] | None,
) -> list[TaskRun]:
    """Play episodes one after the other in one browser. Whatever an agent is needed for is lost with
    `engine`, which gives up."""

    def on_event(place: int, event: Event) -> None:
        if isinstance(event, RunEnded):
            server.close_episode(episodes[place])

    return await run_tasks(
        [
            {
                "prompt": words,
                "url": episode.url,
                "engine": "embedded",
                "run_with": "code",
                "max_steps": MAX_STEPS,
                "timeout_s": LONGEST_S,
            }
            for words, episode in zip(said, episodes, strict=True)
        ],
        concurrency=1,
        engine=engine,
        settings=settings,
        on_event=on_event,
    )


def _episode(run: str, episode: Episode, said: str, done: TaskRun) -> EpisodeRecord:
    """`engine` says who did it: the recorded steps alone, rules where it holds one, or an agent."""
    story = done.script_run
    alone = story is not None and story.replayed and not story.ai_fallback_triggered
    who = REPLAY if alone else "replay with agent"
    if alone and story is not None and story.worked_out:
        who = BY_RULES
    return replace(
        _not_played(run, episode.task),
        seed=episode.seed,
        engine=who,
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


def _not_played(run: str, task: str) -> EpisodeRecord:
    return EpisodeRecord(
        run=run,
        task=task,
        seed=FIRST_SEED,
        engine="",
        reward=0,
        raw_reward=None,
        status="",
        reason="its words differ from seed to seed",
        commit=commit(),
        date=now(),
    )
