"""What stands in the form of a task: read as a request, and shown as a command and as Python."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from agent_core import BadRequest
from agent_core.faces.cli.task_options import FORMS, Form
from agent_core.faces.server.web.forms.fields import FIELDS, Written

MASK = "***"
"""What stands in a kept request in the place of what is secret."""
SHORT = 60
"""Characters of a value that is written on one line."""
USUAL = {
    "viewport": "1280x720",
    "device_scale_factor": "1.0",
    "max_screenshot_scrolls": "0",
    "run_with": "agent",
}
"""What stands in a kept request where nothing was asked for."""


def read_form(written: Written) -> dict[str, Any]:
    """The fields of a request; those that were left empty are left out.

    Raises:
        BadRequest: One cannot be read.
    """
    given: dict[str, Any] = {}
    for name, text in written_only(written).items():
        try:
            value = FIELDS[name].read(text)
        except ValueError as error:
            raise BadRequest(name, getattr(error, "why", str(error))) from error
        if name.startswith("model."):
            given.setdefault("model", {})[name.removeprefix("model.")] = value
        else:
            given[name] = value
    given.setdefault("prompt", "")
    return given


def written_only(written: Written) -> dict[str, str]:
    """What was filled in, in the order of the form."""
    return {name: text for name in FIELDS if (text := written.get(name, "").replace("\r\n", "\n").strip())}


def as_written(asked: Mapping[str, Any]) -> dict[str, str]:
    """A kept request as it would be written in the form; what was secret is left to be filled in."""
    flat = {**asked, **{f"model.{name}": value for name, value in (asked.get("model") or {}).items()}}
    known = {name: _text(name, flat[name]) for name in FIELDS if flat.get(name) not in (None, False, "", [])}
    return {name: text for name, text in known.items() if MASK not in text and USUAL.get(name) != text}


def _text(name: str, value: Any) -> str:
    match value:
        case bool():
            return "yes"
        case dict() if name == "secrets":
            return "\n".join(f"{key}: " for key in value)
        case {"url": str(address)} if name == "proxy_location":
            return address
        case dict() if name in ("data_extraction_schema", "proxy_location"):
            return json.dumps(value, ensure_ascii=False, indent=2)
        case dict():
            return "\n".join(f"{key}: {one}" for key, one in value.items())
        case [width, height] if name == "viewport":
            return f"{width}x{height}"
        case list():
            return "\n".join(map(str, value)) if FIELDS[name].kind == "lines" else ", ".join(map(str, value))
        case _:
            return str(value)


def as_command(written: Written) -> str:
    """The line for a shell that asks for the same; secrets are asked for there."""
    given = written_only(written)
    words = [shlex.quote(given.pop("prompt", ""))]
    for name, text in given.items():
        option, field = _option(name), FIELDS[name]
        if field.kind == "check":
            words.append(option)
        elif name == "secrets":
            words += [f"--secret {shlex.quote(f'{one}=ask')}" for one in field.read(text) or ()]
        elif field.kind == "lines":
            each = field.read(text)
            lines = (
                [f"{key}: {value}" for key, value in each.items()] if isinstance(each, dict) else each or ()
            )
            words += [f"{option} {shlex.quote(line)}" for line in lines]
        else:
            words.append(f"{option} {shlex.quote(text)}")
    return " \\\n  ".join([f"agent-core run {words[0]}", *words[1:]])


def _option(name: str) -> str:
    """What the field is called on the command line."""
    own = name.removeprefix("model.").removesuffix("_name") if name.startswith("model.") else name
    return f"--{FORMS.get(name, Form()).name or own.replace('_', '-')}"


def as_python(written: Written) -> str:
    """The Python that asks for the same; secrets come from the environment there."""
    given = read_form(written)
    if "secrets" in given:
        given["secrets"] = {name: {"env": name} for name in given["secrets"]}
    if isinstance(schema := given.get("data_extraction_schema"), str):
        with suppress(ValueError):  # a wish in words
            given["data_extraction_schema"] = json.loads(schema)
    prompt = given.pop("prompt")
    lines = [f"    {prompt!r},", *(f"    {name}={_literal(value)}," for name, value in given.items())]
    before = ["from agent_core import run_task_sync", "", "run = run_task_sync("]
    return "\n".join([*before, *lines, ")", "print(run.status, run.output)"])


def _literal(value: Any, indent: str = "    ") -> str:
    """The value as it is written in Python, over several lines where it is long."""
    if not isinstance(value, dict) or len(repr(value)) < SHORT:
        return repr(value)
    inner = indent + "    "
    lines = [f"{inner}{key!r}: {_literal(one, inner)}," for key, one in value.items()]
    return "\n".join(["{", *lines, indent + "}"])
