"""Scripts on disk: recordings of tasks, found by what a task asks, and workflows, found by their name.

scripts/SITE/scr_....json     one for each recorded task: by site, words of the prompt, and schema
workflows/NAME.json           one for each published workflow
"""

from __future__ import annotations

import hashlib
import json
import logging
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
from browser.model.addresses.origins import parse

logger = logging.getLogger(__name__)

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
RECORDING = re.compile(r"scr_[0-9a-f]{20}")
"""The id of a recording."""
MOST_OF_A_NAME = 1000
"""Workflows whose titles lead to one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScript:
    """A stored script that was recorded for the same task."""

    script: Script
    values: Mapping[str, str]
    """The values of its parameters, as the task names them."""
    path: Path


@dataclass(kw_only=True)
class Scripts:
    """The scripts in one folder."""

    home: Path
    complaints: list[str] = field(default_factory=list)
    """One sentence for each file that `find` could not read."""

    def find(self, prompt: str, url: str, schema: Mapping[str, Any] | None) -> StoredScript | None:
        """Find the recording of a task with the same site, schema and prompt, apart from the values in it.

        A value that differs must be a parameter that the recording uses. Otherwise its effect is unknown.
        """
        fitting: list[StoredScript] = []
        for path in sorted(self._site(url).glob("*.json")):
            try:
                script = read_script(path)
            except BadScript as error:
                logger.info("A recording is left out: %s", error)
                self.complaints.append(f"{error}; it was passed over")
                continue
            values = reads(script.prompt, prompt)
            if values is not None and _schema_of(script) == _canonical(schema) and _covers(script, values):
                fitting.append(StoredScript(script=script, values=values, path=path))
        return max(fitting, key=lambda each: _length(each.script.prompt), default=None)

    def keep(self, script: Script) -> Path:
        """Save the recording of a task. It replaces an older one of the same task."""
        key = f"{shape_of(script.prompt)}\0{_schema_of(script)}"
        name = f"scr_{hashlib.sha256(key.encode()).hexdigest()[:20]}"
        path = self._site(script.url) / f"{name}.json"
        write(path, script.model_copy(update={"id": name, "name": ""}))
        return path

    def recordings(self) -> Iterator[Script | BadScript]:
        """Return the recordings of all tasks by site; for one that cannot be read, its error."""
        for path in sorted((self.home / "scripts").glob("*/scr_*.json")):
            try:
                yield read_script(path)
            except BadScript as error:
                logger.info("A recording cannot be read: %s", error)
                yield error

    def recording_path(self, recording: str) -> Path:
        """Return the path of the recording with this id.

        Raises:
            NoSuchWorkflow: There is none.
        """
        if RECORDING.fullmatch(recording):
            for path in sorted((self.home / "scripts").glob(f"*/{recording}.json")):
                return path
        raise NoSuchWorkflow(f"there is no recording {recording!r}")

    def publish(self, script: Script, name: str) -> Script:
        """Save a script as a workflow. It replaces an older one of that name."""
        named = script.model_copy(update={"name": name, "title": script.title or name})
        write(self.workflow_path(name), named)
        return named

    def add(self, script: Script) -> Script:
        """Save a script as a new workflow, whose name is made of its title and which no other has."""
        plain = name_from(script.title or script.prompt)
        private.make_folder(self.home / "workflows")
        for name in (plain, *(f"{plain}-{number}" for number in range(2, MOST_OF_A_NAME))):
            try:
                self.workflow_path(name).touch(mode=0o600, exist_ok=False)  # of two at once, one has it
            except FileExistsError:
                continue
            try:
                return self.publish(script, name)
            except BaseException:
                self.workflow_path(name).unlink(missing_ok=True)
                raise
        raise BadRequest("title", f"there are {MOST_OF_A_NAME} workflows of this title; give another one")

    def delete(self, name: str) -> Script:
        """Delete the workflow of this name, and return it.

        Raises:
            NoSuchWorkflow, BadScript: There is none, or its file cannot be read.
        """
        script = self.workflow(name)
        self.workflow_path(name).unlink(missing_ok=True)
        return script

    def workflow(self, name: str) -> Script:
        """Read the workflow of this name.

        Raises:
            NoSuchWorkflow: There is none; the message lists those that exist.
            BadScript: Its file cannot be used.
        """
        path = self.workflow_path(name)
        if not path.is_file():
            known = ", ".join(each.stem for each in self._workflow_files()) or "none yet"
            raise NoSuchWorkflow(f"there is no workflow {name!r}; there are: {known}")
        return read_script(path)

    def workflows(self) -> Iterator[Script | BadScript]:
        """Return all workflows by name; for one that cannot be read, its error."""
        for path in self._workflow_files():
            try:
                yield read_script(path)
            except BadScript as error:
                logger.info("A workflow cannot be read: %s", error)
                yield error

    def workflow_path(self, name: str) -> Path:
        """Return the path of the workflow of this name.

        Raises:
            BadRequest: A workflow cannot have this name.
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
    """Make the name of a workflow from a title."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return plain[:60].strip("-") or "workflow"


def _covers(script: Script, values: Mapping[str, str]) -> bool:
    new = {name for name, value in values.items() if value != script.parameters[name].example}
    return new <= used(script)


def _length(template: str) -> int:
    """Return the length of a template without its placeholders."""
    return len(template) - sum(len(name) + 4 for name in names_in(template))


def _schema_of(script: Script) -> str:
    return _canonical(script.output.json_schema if script.output else None)


def _canonical(schema: Mapping[str, Any] | None) -> str:
    return json.dumps(schema or None, sort_keys=True)
