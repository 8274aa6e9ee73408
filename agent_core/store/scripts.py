"""Scripts that are kept: those of tasks, found again by what is asked, and workflows, found by their name.

scripts/SITE/scr_....json     one for each task that was recorded, by site, words of the prompt and schema
workflows/NAME.json           those that were published
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_core.errors import BadRequest, BadScript, NoSuchWorkflow
from agent_core.replay.format import Script, read_script
from agent_core.replay.parameters import used
from agent_core.replay.template import names_in, reads, shape_of
from agent_core.store import private
from browser.model.origins import parse

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A script that fits what is asked."""

    script: Script
    values: Mapping[str, str]
    path: Path


@dataclass(kw_only=True)
class Scripts:
    """The scripts below one folder."""

    home: Path
    complaints: list[str] = field(default_factory=list)
    """About files that could not be read while one was looked for."""

    def find(self, prompt: str, url: str, schema: Mapping[str, Any] | None) -> Kept | None:
        """The recording of the same task: the same words but for values, the same site, the same output.

        A value that is another now must be one that the recording uses: else nobody knows what it changes.
        """
        fitting: list[Kept] = []
        for path in sorted(self._site(url).glob("*.json")):
            try:
                script = read_script(path)
            except BadScript as error:
                self.complaints.append(f"{error}; it was passed over")
                continue
            values = reads(script.prompt, prompt)
            if values is not None and _schema_of(script) == _canonical(schema) and _covers(script, values):
                fitting.append(Kept(script=script, values=values, path=path))
        return max(fitting, key=lambda kept: _said(kept.script.prompt), default=None)

    def keep(self, script: Script) -> Path:
        """Keep the recording of a task, in the place of an older one of the same task."""
        key = f"{shape_of(script.prompt)}\0{_schema_of(script)}"
        name = f"scr_{hashlib.sha256(key.encode()).hexdigest()[:20]}"
        path = self._site(script.url) / f"{name}.json"
        write(path, script.model_copy(update={"id": name, "name": ""}))
        return path

    def publish(self, script: Script, name: str) -> Script:
        """Keep a script as a workflow, in the place of an older one of that name."""
        named = script.model_copy(update={"name": name, "title": script.title or name})
        write(self.workflow_path(name), named)
        return named

    def workflow(self, name: str) -> Script:
        """The workflow of this name.

        Raises:
            NoSuchWorkflow: There is none; the message lists those there are.
            BadScript: Its file cannot be used.
        """
        path = self.workflow_path(name)
        if not path.is_file():
            known = ", ".join(each.stem for each in self._workflow_files()) or "none yet"
            raise NoSuchWorkflow(f"there is no workflow {name!r}; there are: {known}")
        return read_script(path)

    def workflows(self) -> Iterator[Script | BadScript]:
        """All workflows by name; what is wrong with those that cannot be read."""
        for path in self._workflow_files():
            try:
                yield read_script(path)
            except BadScript as error:
                yield error

    def workflow_path(self, name: str) -> Path:
        """The file of the workflow of this name.

        Raises:
            BadRequest: It is no name.
        """
        if not NAME.fullmatch(name):
            raise BadRequest(
                "name", f"{name!r} is no name of a workflow: lower case letters, digits and dashes"
            )
        return self.home / "workflows" / f"{name}.json"

    def _workflow_files(self) -> list[Path]:
        return sorted((self.home / "workflows").glob("*.json"))

    def _site(self, url: str) -> Path:
        parsed = parse(url)
        site = re.sub(r"[^a-z0-9.-]+", "_", parsed.authority) if parsed else ""
        return self.home / "scripts" / (site or "anywhere")


def write(path: Path, script: Script) -> None:
    """Write a script; the file appears whole or not at all."""
    private.make_folder(path.parent)
    private.write(path, script.as_text())


def name_from(title: str) -> str:
    """A workflow's name, made of words."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return plain[:60].strip("-") or "workflow"


def _covers(script: Script, values: Mapping[str, str]) -> bool:
    new = {name for name, value in values.items() if value != script.parameters[name].example}
    return new <= used(script)


def _said(template: str) -> int:
    """How much of a template is said, places for values aside."""
    return len(template) - sum(len(name) + 4 for name in names_in(template))


def _schema_of(script: Script) -> str:
    return _canonical(script.output.json_schema if script.output else None)


def _canonical(schema: Mapping[str, Any] | None) -> str:
    return json.dumps(schema or None, sort_keys=True)
