"""The definition of a workflow, as the published API has it, as a workflow of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent_core import BadRequest, Script
from agent_core.faces.server.wire.asked.blocks import BlockTask, task_of
from agent_core.replay.format import Output, Parameter

MOST_TITLE = 200
FIELDS = {
    "proxy_location": "proxy_location",
    "webhook_callback_url": "webhook_url",
    "totp_verification_url": "totp_url",
    "totp_identifier": "totp_identifier",
    "browser_profile_id": "browser_profile_id",
    "max_screenshot_scrolls": "max_screenshot_scrolls",
}
"""Field of a definition -> that of the task."""
WITHOUT_EFFECT = frozenset(
    {
        *("title", "description", "workflow_definition", "is_saved_task", "status", "cache_key"),
        *("adaptive_caching", "enable_self_healing", "code_version", "generate_script_on_terminal"),
        *("run_with", "ai_fallback", "max_elapsed_time_minutes"),
    }
)
"""Fields that are read by name below, or that say how recordings are kept, which is one way here."""
TYPES = ("string", "integer", "float", "boolean")
CODE = "code"
"""`{{code}}` stands for a one-time code, and is no parameter."""
_NAME = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)\s*\}\}")
_KEY = re.compile(r"[a-z_][a-z0-9_]*")
_LEFT = re.compile(r"\{%|\{\{(?!(?:secret:[^{}]+|[a-z_][a-z0-9_]*)\}\})")


class WorkflowRequest(BaseModel):
    """A workflow that is to be made, or to take the place of another."""

    model_config = ConfigDict(extra="allow")

    json_definition: dict[str, Any] | None = None
    """Its title, its parameters and its blocks, which are to say in words what is to be done."""
    yaml_definition: str | None = None
    """The same as YAML; only what is JSON, too, is read."""

    def definition(self) -> Mapping[str, Any]:
        """The definition, however it is given.

        Raises:
            BadRequest: There is none, or it cannot be read.
        """
        if self.json_definition is not None:
            return self.json_definition
        if self.yaml_definition is None:
            raise BadRequest("json_definition", "is missing")
        try:
            read = json.loads(self.yaml_definition)
        except ValueError as error:
            why = "is read only where it is JSON, too; give json_definition"
            raise BadRequest("yaml_definition", why) from error
        if not isinstance(read, dict):
            raise BadRequest("yaml_definition", "must be an object")
        return read


def title_of(definition: Mapping[str, Any]) -> str:
    """The title of a definition.

    Raises:
        BadRequest: There is none.
    """
    title = definition.get("title")
    if not isinstance(title, str) or not title.strip():
        raise BadRequest("title", "is missing")
    return title.strip()[:MOST_TITLE]


def blocks_of(definition: Mapping[str, Any]) -> list[Any]:
    """The blocks of a definition.

    Raises:
        BadRequest: There is no list of them.
    """
    inner = definition.get("workflow_definition")
    blocks = inner.get("blocks") if isinstance(inner, Mapping) else None
    if not isinstance(blocks, list):
        raise BadRequest("workflow_definition.blocks", "is missing")
    return blocks


def parameters_in(text: str) -> list[str]:
    """The names of parameters that a text has a place for, however its template writes them."""
    return [name for name in _NAME.findall(text) if name != CODE]


def described(definition: Mapping[str, Any]) -> Script:
    """The workflow that a definition describes, without a name.

    Raises:
        BadRequest: It has what is not served; names that, and says what can be done instead.
    """
    title, made = title_of(definition), task_of(blocks_of(definition))
    inner: Mapping[str, Any] = definition["workflow_definition"]
    if inner.get("finally_block_label"):
        raise BadRequest("workflow_definition.finally_block_label", "is not served: a run ends with its task")
    parameters = _parameters(inner.get("parameters"))
    before = inner.get("workflow_system_prompt")
    prompt = _holes(
        "\n".join(filter(None, [before if isinstance(before, str) else "", made.prompt])), parameters
    )
    try:
        return Script(
            title=title,
            prompt=prompt,
            url=_holes(made.url, parameters),
            parameters=parameters,
            output=_output(made.schema),
            recorded_at=datetime.now(UTC),
            described=True,
            task=_task(definition, inner, made),
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadRequest(
            "workflow_definition", str(first.get("ctx", {}).get("error", first["msg"]))
        ) from error


def _task(definition: Mapping[str, Any], inner: Mapping[str, Any], made: BlockTask) -> dict[str, Any]:
    """The fields of the task that all runs have."""
    for name, value in definition.items():
        if name not in FIELDS and name not in WITHOUT_EFFECT and value not in (None, False, "", 0, [], {}):
            raise BadRequest(name, "is not kept with a workflow; leave it out, or give it with each run")
    if definition.get("ai_fallback") is False and definition.get("run_with") == "code":
        raise BadRequest("ai_fallback", "cannot be false: an agent does what cannot be repeated")
    codes = inner.get("error_code_mapping") or {}
    task = {ours: definition[theirs] for theirs, ours in FIELDS.items() if definition.get(theirs) is not None}
    if minutes := definition.get("max_elapsed_time_minutes"):
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 480:
            raise BadRequest("max_elapsed_time_minutes", "must be a whole number from 1 to 480")
        task["timeout_s"] = minutes * 60.0
    if definition.get("run_with") in ("code", "code_v2"):
        task["run_with"] = "code"
    if codes:
        task["error_code_mapping"] = codes
    mine = {**task, **made.task}
    if codes and "error_code_mapping" in made.task:
        mine["error_code_mapping"] = {**codes, **made.task["error_code_mapping"]}
    return mine


def _parameters(given: Any) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for number, each in enumerate(given or ()):
        where = f"workflow_definition.parameters.{number}"
        if not isinstance(each, Mapping):
            raise BadRequest(where, "must be an object")
        if each.get("parameter_type", "workflow") != "workflow":
            why = f"{each.get('parameter_type')!r} is not served; give secrets with each run"
            raise BadRequest(f"{where}.parameter_type", why)
        if (kind := each.get("workflow_parameter_type", "string")) not in TYPES:
            why = f"{kind!r} is not served; there are {', '.join(TYPES)}"
            raise BadRequest(f"{where}.workflow_parameter_type", why)
        key, default = each.get("key"), each.get("default_value")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise BadRequest(f"{where}.key", "must be lower case letters, digits and _, such as order_number")
        if not isinstance(default, str | int | float | None):
            raise BadRequest(f"{where}.default_value", "must be a text, a number, or true or false")
        text = default if isinstance(default, str) else json.dumps(default) if default is not None else ""
        about = each.get("description")
        found[key] = Parameter(
            example=text, required=default is None, about=about if isinstance(about, str) else ""
        )
    return found


def _holes(text: str, parameters: Mapping[str, Parameter]) -> str:
    """A text with `{{name}}` for each parameter, however the template writes it."""
    plain = _NAME.sub(lambda found: f"{{{{{found[1]}}}}}", text)
    if left := _LEFT.search(plain):
        said = plain[left.start() : left.start() + 40]
        why = f"{said!r} is not served: only {{{{name}}}} of a parameter stands for a value"
        raise BadRequest("workflow_definition", why)
    unknown = [name for name in parameters_in(plain) if name not in parameters]
    if unknown:
        why = f"{{{{{unknown[0]}}}}} is used and is not among the parameters"
        raise BadRequest("workflow_definition.parameters", why)
    return plain


def _output(schema: Any) -> Output | None:
    if schema is None:
        return None
    if isinstance(schema, str):
        try:
            schema = json.loads(schema)
        except ValueError:
            return Output(wish=schema)
    if not isinstance(schema, dict):
        raise BadRequest(
            "workflow_definition.blocks", "a data_schema must be a JSON Schema, or a wish in words"
        )
    return Output(json_schema=schema)
