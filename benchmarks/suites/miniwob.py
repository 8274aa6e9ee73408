"""MiniWoB++ through the public API: the page's address and its instruction in, the page's own reward out.

The instructions are read beforehand in a tab of the harness, from an episode of the same task and seed;
the run then gets a fresh episode. That both gave the same instruction and used the seed asked for is
checked for every episode.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Page, async_playwright

from agent_core import Settings, TaskRun, run_tasks
from agent_core.loop.events import Event, RunEnded
from benchmarks.measure import EpisodeRecord, now
from benchmarks.suites.miniwob_pages import Episode, MiniwobServer
from browser.lifecycle.find import find_browser
from engines.protocol import Engine, EngineOptions

MAX_STEPS = 15
TIMEOUT_S = 120.0
"""Wall clock of one run, so that a page that never rests cannot hold up the benchmark."""


class NotTheSameEpisode(Exception):
    """A page did not begin the episode that was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """How episodes are played, and who hears of them."""

    engine: str | Callable[[EngineOptions], Engine]
    """The engine's name, or what makes one."""
    workers: int
    """How many episodes at a time, in one browser."""
    template: EpisodeRecord
    """What is the same in all records."""
    on_record: Callable[[EpisodeRecord], None]
    """Called as soon as an episode is over."""
    runs_folder: Path | None = None
    """Where the runs' folders are kept, with pictures; None: they are not kept."""


async def play_all(episodes: Sequence[tuple[str, int]], server: MiniwobServer, playing: Playing) -> None:
    """Play every (task, seed) once.

    Raises:
        NotTheSameEpisode: The pages do not do what they are told; nothing was measured.
    """
    instructions = await read_instructions(episodes, server)
    opened = [server.open_episode(task, seed) for task, seed in episodes]
    done: set[int] = set()

    def on_event(place: int, event: Event) -> None:
        if isinstance(event, RunEnded):
            server.close_episode(opened[place])
            playing.on_record(_record(playing, opened[place], instructions[place], event.run))
            done.add(place)

    with tempfile.TemporaryDirectory() as passing:
        name = playing.engine if isinstance(playing.engine, str) else "embedded"
        await run_tasks(
            [
                {
                    "prompt": instruction,
                    "url": episode.url,
                    "engine": name,
                    "max_steps": MAX_STEPS,
                    "timeout_s": TIMEOUT_S,
                }
                for instruction, episode in zip(instructions, opened, strict=True)
            ],
            concurrency=playing.workers,
            engine=None if isinstance(playing.engine, str) else playing.engine,
            settings=Settings(screenshots=playing.runs_folder is not None),
            run_dir=playing.runs_folder or passing,
            on_event=on_event,
        )
    if len(done) != len(opened):
        raise NotTheSameEpisode(f"{len(opened) - len(done)} episodes were played without a record")


async def read_instructions(episodes: Sequence[tuple[str, int]], server: MiniwobServer) -> list[str]:
    """What each page says is to be done.

    Raises:
        NotTheSameEpisode: A page began no episode, or one with another seed.
    """
    async with _own_tab() as tab:
        return [await _instruction(task, seed, server, tab) for task, seed in episodes]


@asynccontextmanager
async def _own_tab() -> AsyncIterator[Page]:
    """A tab that has nothing to do with what is measured, in a Chromium of its own."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_browser().path)
        yield await chromium.new_page()
        await chromium.close()


async def _instruction(task: str, seed: int, server: MiniwobServer, tab: Page) -> str:
    episode = server.open_episode(task, seed)
    await tab.goto(episode.url)
    server.close_episode(episode)
    if not episode.utterance or episode.seed_used != seed:
        raise NotTheSameEpisode(f"{task} with seed {seed} began with seed {episode.seed_used}")
    return episode.utterance


def _record(playing: Playing, episode: Episode, instruction: str, run: TaskRun) -> EpisodeRecord:
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else 0.0
    forfeit = _forfeit(episode, instruction)
    return replace(
        playing.template,
        task=episode.task,
        seed=episode.seed,
        reward=0 if forfeit else episode.reward,
        raw_reward=episode.raw_reward,
        status=run.status,
        code=run.failure_code or "",
        reason="; ".join(filter(None, (run.failure_reason, forfeit))),
        steps=run.step_count or 0,
        ms=round(took * 1000, 1),
        utterance=instruction,
        date=now(),
        folder=run.folder or "" if playing.runs_folder else "",
    )


def _forfeit(episode: Episode, instruction: str) -> str:
    """Why the episode does not count; "" where it does."""
    if episode.seed_used is not None and (episode.utterance, episode.seed_used) != (
        instruction,
        episode.seed,
    ):
        return f"another episode: seed {episode.seed_used}, {episode.utterance!r}"
    if episode.loads > 1 and episode.raw_reward is None:
        return "the page was loaded again before the episode ended, which forfeits it"
    return ""
