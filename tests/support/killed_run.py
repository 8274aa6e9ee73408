"""A resumable run in a process of its own, which is killed:
`python -m tests.support.killed_run HOME SESSION URL [INSTANT [RUN]]`.

It writes a name into the page's field and presses its button. `INSTANT` is where it kills itself: the name of
an event, `asked`, or a writing of its acts (`before 3`, `half 3`, `after 3`). With `RUN` it goes on with that.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from agent_core import Settings, resume_task, run_task_sync
from agent_core.loop.events import Event
from agent_core.store.acts import ActEntry
from agent_core.store.acts_file import ActsFile
from agent_core.testing import Scripted
from browser.model.actions import Click, TypeText
from engines.protocol import Act, Decision, Turn

PROMPT = "Order the hat for Ada"
WRITINGS = 4
"""Of the acts of this run: the text begins, is there, the button is about to be pressed, was pressed."""


def ref_of(turn: Turn, role: str) -> str:
    """The ref of the first element of this role."""
    return next(one.ref for one in turn.observation.elements if one.role == role)


def orders(turn: Turn) -> Decision:
    """Fill in the form and send it."""
    return Act(actions=(TypeText("Ada", ref_of(turn, "textbox")), Click(ref_of(turn, "button"))))


def die() -> None:
    """End this process as a kill does; nothing of it can react."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_in_writing(instant: str, number: int) -> None:
    """Be killed before, in the midst of or after the writing of this number, from 1."""
    written = 0
    whole = ActsFile.append

    def append(file: ActsFile, entry: ActEntry) -> None:
        nonlocal written
        written += 1
        if written == number and instant == "before":
            die()
        if written == number and instant == "half":
            line = b"\n" + entry.model_dump_json().encode()
            file._file.write(line[: len(line) // 2])
            die()
        whole(file, entry)
        if written == number:
            die()

    ActsFile.append = append  # type: ignore[method-assign]  # no caller can get between two writings


async def go_on(run: str, settings: Settings) -> None:
    """Go on with a run that was killed, and be killed in the question that it asks."""
    await resume_task(run, engine=Scripted([orders]), settings=settings, ask_user=lambda _: die()).result()


def main() -> None:
    home, session_id, url, instant, run = (*sys.argv[1:], "", "")[:5]
    settings = Settings(home=Path(home))
    kind, _, number = instant.partition(" ")
    if number:
        die_in_writing(kind, int(number))

    def hears(event: Event) -> None:
        if type(event).__name__ == instant:
            die()

    if run:
        asyncio.run(go_on(run, settings))
        return
    run_task_sync(
        PROMPT,
        url,
        engine=Scripted([orders]),
        settings=settings,
        on_event=hears,
        browser_session_id=session_id,
        resumable=True,
        max_steps=5,
    )


if __name__ == "__main__":
    main()
