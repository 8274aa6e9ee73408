"""Handing over files: `upload cv.pdf`, `attach "photo.png" to the form`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.model.actions import Upload
from browser.model.observation import Element
from engines.rules.grounding.find import ranked, said, where
from engines.rules.reading.clauses import Clause
from engines.rules.reading.phrases import Description, describe
from engines.rules.reading.values.days import items
from engines.rules.scene import Scene
from engines.rules.skills.base import Notes, Read
from engines.rules.step_generator import Ambiguous, Evidence, NotFound, StepGenerator, act


@dataclass(frozen=True, slots=True)
class UploadFiles:
    """Upload files to a file field."""

    files: tuple[str, ...]
    into: Description | None = None

    def carry_out(self, scene: Scene, notes: Notes) -> StepGenerator:
        """Find the field, hand the files over, and see that it names them."""
        field = self._field(scene)
        scene = yield from act(Upload(field.ref, self.files))
        now = scene.get(field.ref)
        shown = (now.value or now.text) if now else ""
        return Evidence(
            f"{said(field)} was given {', '.join(self.files)}" + (f" and shows {shown!r}" if shown else "")
        )

    def _field(self, scene: Scene) -> Element:
        fields = where(scene, lambda e: e.input_type == "file")
        if len(fields) == 1:
            return fields[0]
        matches = ranked(self.into, scene, fields or None) if self.into is not None and self.into.name else []
        if matches:
            return matches[0].element
        raise (Ambiguous if fields else NotFound)(f"found {len(fields)} fields that take files")


_FILE = r"(?:‹\d+›|[\w.-]+\.\w{1,5})"
_FILES = re.compile(
    rf"^(?:the )?(?:files? )?(?P<files>{_FILE}(?:(?:\s*,\s*|\s+and\s+){_FILE})*)"
    r"(?:\s+(?:to|into|in|as|for|under)\s+(?P<into>.+?)(?: (?:of|for|to) (?:this|the) [a-z]+)?)?$",
    re.IGNORECASE,
)


def read(clauses: Sequence[Clause]) -> Read | None:
    """`upload cv.pdf to the form`, `attach "a.png" and "b.png"`."""
    clause = clauses[0]
    match = _FILES.match(clause.rest) if clause.verb == "upload" else None
    if match is None:
        return None
    into = describe(match["into"], clause) if match["into"] else None
    return Read(UploadFiles(items(clause.spoken(match["files"])), into))
