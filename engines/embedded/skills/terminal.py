"""Working at a command line that a page shows: list the files, remove the one that is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.actions import Press
from engines.embedded.course import CannotDo, Course, Evidence, NotFound, Turns, act
from engines.embedded.reading.clauses import Clause
from engines.embedded.scene import Scene
from engines.embedded.skills.base import Notes, Read
from engines.embedded.skills.fields import fields_for


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """Remove one file whose name ends as said."""

    ending: str
    """With its dot; "" for a name without one."""

    def carry_out(self, scene: Scene, notes: Notes) -> Course:
        """`ls`, choose, `rm`, and see that `rm` did not complain."""
        before = scene.observation.text.splitlines()
        scene = yield from _enter("ls", scene)
        names = _new_words(before, scene)
        fitting = [name for name in names if self._fits(name)]
        if not fitting:
            raise NotFound(f"no file ends with {self.ending!r} among {', '.join(names) or 'none'}")
        before = scene.observation.text.splitlines()
        scene = yield from _enter(f"rm {fitting[0]}", scene)
        answer = " ".join(_new_words(before, scene))
        if re.search(r"\b(?:error|not found|no such|cannot|denied)\b", answer):
            raise CannotDo(f"the command line answered {answer!r}")
        return Evidence(f"removed {fitting[0]!r} at the command line")

    def _fits(self, name: str) -> bool:
        return name.endswith(self.ending) if self.ending else "." not in name


def _enter(command: str, scene: Scene) -> Turns:
    field = fields_for(None, scene)[0]
    keys = {" ": "Space"}
    # Key by key: such pages often draw what is typed themselves and keep the field empty.
    if any(result.problem for result in scene.results):
        raise CannotDo("the command line takes no keys")
    presses = [Press(keys.get(letter, letter), field.ref) for letter in command]
    return (yield from act(*presses, Press("Enter", field.ref)))


def _new_words(before: Sequence[str], scene: Scene) -> list[str]:
    """The words of the lines that came, those of the prompt and the echoed command left out."""
    had = list(before)
    words: list[str] = []
    for line in scene.observation.text.splitlines():
        if line in had:
            had.remove(line)
        elif not re.search(r"[$#>%]\s*\S*", line):
            words += line.split()
    return words


def read(clauses: Sequence[Clause]) -> Read | None:
    """`use the terminal to delete a file ending with the extension .gif`."""
    clause = clauses[0]
    used = 0
    if (
        clause.verb == "use"
        and re.search(r"\b(?:terminal|command line|console|shell)\b", clause.rest)
        and len(clauses) > 1
    ):
        used, clause = 1, clauses[1]
    if not used or clause.verb != "delete":
        return None
    ending = re.search(
        r"\bextension (?P<ending>\.?[\w.]+)$|\bending (?:with|in) (?P<other>\.[\w.]+)$", clause.rest
    )
    if ending:
        words = ending["ending"] or ending["other"]
        return Read(RemoveFile(words if words.startswith(".") else f".{words}"), used + 1)
    if re.search(r"\bno (?:file )?extension\b", clause.rest):
        return Read(RemoveFile(""), used + 1)
    return None
