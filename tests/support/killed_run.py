"""A resumable run in a process of its own, which is killed: `python -m tests.support.killed_run HOME SESSION URL`.

It writes a name into the page's field and presses its button.
"""

from __future__ import annotations

import sys
from pathlib import Path

from agent_core import Settings, run_task_sync
from agent_core.testing import Scripted
from browser.model.actions import Click, TypeText
from engines.protocol import Act, Decision, Turn

PROMPT = "Order the hat for Ada"


def ref_of(turn: Turn, role: str) -> str:
    """The ref of the first element of this role."""
    return next(one.ref for one in turn.observation.elements if one.role == role)


def orders(turn: Turn) -> Decision:
    """Fill in the form and send it."""
    return Act(actions=(TypeText("Ada", ref_of(turn, "textbox")), Click(ref_of(turn, "button"))))


def main() -> None:
    home, session_id, url = sys.argv[1:]
    run_task_sync(
        PROMPT,
        url,
        engine=Scripted([orders]),
        settings=Settings(home=Path(home)),
        browser_session_id=session_id,
        resumable=True,
        max_steps=5,
    )


if __name__ == "__main__":
    main()
