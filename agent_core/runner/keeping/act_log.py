"""What a run does, written down before it does it; and, where it was interrupted, what it had done before.

An act that had begun when the process was killed may have been done or not. Where the page shows that, the
engine is told to look. Where it does not (a click, Enter, a drag, files that are handed over), a person is
asked.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from agent_core.loop.acts.aim import aim_of
from agent_core.loop.acts.places import naming
from agent_core.loop.acts.records import as_json
from agent_core.loop.acts.risk import risk_of
from agent_core.loop.progress import Failure
from agent_core.runner.keeping.archive import Archive
from agent_core.store.acts import ActEntry
from agent_core.task.fields import RISKY_ACTS
from agent_core.task.run import ActionRecord, StepRecord
from browser.model.actions import (
    Action,
    Click,
    Collect,
    Drag,
    Goto,
    Hover,
    MouseMove,
    OpenTab,
    Press,
    Scroll,
    Select,
    SetChecked,
    SwitchTab,
    TypeText,
    Wait,
)
from browser.model.keys import UnknownKey, chords
from browser.model.observation import Observation
from browser.model.text import cut
from engines.protocol import AskUser, Engine, Usage

if TYPE_CHECKING:
    from browser.redaction.redactor import Redactor

MOST_TOLD, LONGEST_TOLD = 60, 300
"""Acts that an engine is told of, the newest, and characters of each."""
MOVES = frozenset(
    {"Tab", "Escape", "Home", "End", "PageUp", "PageDown"}
    | {f"Arrow{way}" for way in ("Up", "Down", "Left", "Right")}
)
"""Keys that, alone, do nothing which the page does not show."""
NO = re.compile(r"\s*(?:n|no|nope|not done|nein|non|nie|nej)\s*[.!]?\s*$", re.I)
"""What says that an act was not done. Anything else counts as if it was, so that it is not done twice."""

EMPTY = "it is done"
"""What an empty answer says, here as in any other question."""


def shows_on_page(action: Action) -> bool:
    """Whether the page shows if an action was done, or nothing depends on that: done again, it comes to the
    same."""
    match action:
        case TypeText(text=text, submit=submit):
            return not submit and "\n" not in text  # an editor may send at the end of a line
        case Press(keys=keys):
            return _only_moves(keys)
        case Select() | SetChecked() | Hover() | Scroll() | Goto() | OpenTab() | SwitchTab():
            return True
        case Wait() | MouseMove() | Collect():
            return True
        case _:
            return False


def _only_moves(keys: str) -> bool:
    try:
        return all(chord in MOVES for chord in chords(keys))
    except UnknownKey:
        return False


class ActLog:
    """The acts of one run: those that it did before it was interrupted, and those that it does now."""

    def __init__(
        self,
        archive: Archive,
        mask: Redactor,
        engine: Engine,
        before: tuple[ActEntry, ...] = (),
        used_before: Usage | None = None,
    ) -> None:
        """Begin to write, where the archive keeps acts.

        Args:
            archive: The folder of the run.
            mask: Hides secrets in what is written.
            engine: Whose usage is noted.
            before: What was done before the interruption; (): there was none.
            used_before: What was used of models until then.
        """
        self._archive, self._mask, self._engine = archive, mask, engine
        self._before, self._used_before = before, used_before or Usage()
        self._begun: ActEntry | None = None
        self._allowed: list[ActEntry] = []
        """What was done before and may be done again as often as the engine likes."""

    def begins(
        self, step: StepRecord, action: Action, page: Observation, before: Sequence[Action] = ()
    ) -> None:
        """Write down what is about to be done."""
        if self._archive.keeps_acts:
            self._begun = self._entry(step, action, page, before)
            self._archive.note_act(self._begun)

    def came_of_it(self, step: StepRecord) -> None:
        """Write down what came of it."""
        begun, self._begun = self._begun, None
        if begun is not None:
            act = ActionRecord.model_validate(self._mask.of(step.actions[-1].model_dump(mode="json")))
            self._archive.note_act(begun.model_copy(update={"act": act, "over": True, "usage": self._used}))

    def done_before(
        self, action: Action, page: Observation, before: Sequence[Action] = ()
    ) -> ActEntry | None:
        """What was done before the interruption, where doing this now may do it twice; None: it may be done.

        That is what cannot be taken back, and what only a person says was done. Of the last step before the
        interruption it is everything that was pressed once, since its page may not have changed yet. What
        went wrong may have been done, too.
        """
        if not self._before or shows_on_page(action):
            return None
        new = self._entry(StepRecord(number=0), action, page, before)
        done = [one for one in self._before if one.over and not (one.answer and one.act.problem)]
        done = [one for one in done if one not in self._allowed]
        alike = [one for one in done if one.is_like(new)]
        twice = [one for one in done if one.repeats(new)] + [one for one in alike if one.answer]
        if not twice and len(alike) == 1 and not new.act.element.startswith("link"):
            twice = [one for one in alike if one.step == self._before[-1].step]
        return twice[-1] if twice else None

    def allow(self, earlier: ActEntry) -> None:
        """A person allows that this is done again; what can be taken back, such as a "Next", they are asked
        about only once."""
        if earlier.risk is None:
            self._allowed.append(earlier)

    async def settle(self, ask: Callable[[AskUser], Awaitable[str | None]]) -> Failure | None:
        """Find out about the act that had begun when the run was interrupted; a failure where nobody can say.

        `ask` hands a question over to a person and gives the answer, None where nobody answers.
        """
        if not self._before or self._before[-1].over or self._before[-1].shows:
            return None
        last = self._before[-1]
        text = (
            f"The program was killed while it did this: {last.words}, at {last.url}. Nobody knows whether it "
            "was done. Please look at the page, and where else it would show: was it done? Answer yes or no."
        )
        said_of_it = await ask(AskUser(kind="confirm", text=text))
        if said_of_it is None:
            why = f"nobody could say whether this was done when the program was killed: {last.words}"
            return Failure(code="NEEDS_USER", message=why)
        answer = cut(said_of_it.strip(), LONGEST_TOLD) or EMPTY
        said = {"problem": "a person says so"} if NO.match(answer) else {"did": last.words}
        told = self._mask.text(answer)
        settled = last.model_copy(
            update={"act": last.act.model_copy(update=said), "over": True, "answer": told}
        )
        self._before = (*self._before[:-1], settled)
        self._archive.note_act(settled)
        return None

    def told(self) -> tuple[str, ...]:
        """What the engine hears of what was done before the interruption."""
        newest = [cut(str(one), LONGEST_TOLD) for one in self._before[-MOST_TOLD:]]
        left_out = len(self._before) - len(newest)
        return (*([f"({left_out} acts before these)"] if left_out else []), *newest)

    @property
    def _used(self) -> Usage:
        return self._used_before.plus(self._engine.usage)

    def _entry(
        self, step: StepRecord, action: Action, page: Observation, before: Sequence[Action]
    ) -> ActEntry:
        found = aim_of(Click(action.start) if isinstance(action, Drag) else action, page, before).element
        element = naming(found) if found else ""
        words = str(action)
        if found is not None:
            words = words.replace(found.ref, element) if found.ref in words else f"{words} on {element}"
        act = ActionRecord(action=as_json(action), element=element)
        return ActEntry(
            step=step.number,
            url=self._mask.text(page.url),
            words=self._mask.text(words),
            act=ActionRecord.model_validate(self._mask.of(act.model_dump(mode="json"))),
            shows=shows_on_page(action),
            risk=risk_of(action, page, RISKY_ACTS, before),
            usage=self._used,
        )
