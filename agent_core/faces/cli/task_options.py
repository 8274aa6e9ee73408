"""The fields of a task as options of the command line: names, types and help come from `TaskRequest`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from agent_core import BadRequest, TaskRequest
from agent_core.faces.cli.complete import complete_engine
from agent_core.faces.cli.given import headers_of, proxy_of, viewport_of


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a field is written on the command line, where that does not follow from the field."""

    name: str = ""
    """Of the option, without its dashes; "": that of the field."""
    metavar: str = ""
    """"": TEXT, N or NUMBER, by the type."""
    kind: Any = None
    """Type of what is written; None: that of the field."""
    read: Callable[[Any], Any] = lambda given: given
    """What is written -> what the field takes."""
    note: str = ""
    """A sentence that the help adds."""
    complete: Callable[[str], list[tuple[str, str]]] | None = None
    """What a shell completes."""


def read_schema(given: str) -> Any:
    """What the library takes as a schema: a dict, a list, or text that it judges itself.

    Raises:
        BadRequest: It names a file that cannot be read or holds no JSON.
    """
    if given.lstrip().startswith(("{", "[")):
        return given
    try:
        return json.loads(Path(given).expanduser().read_text("utf-8"))
    except OSError as error:
        why = f"cannot read {given!r} ({error.strerror}); name a JSON file or write the JSON itself"
        raise BadRequest("--schema", why) from error
    except ValueError as error:
        raise BadRequest("--schema", f"{given} does not hold JSON: {error}") from error


FORMS = {
    "url": Form(metavar="URL"),
    "engine": Form(metavar="NAME", complete=complete_engine),
    "proxy_location": Form(
        name="proxy",
        metavar="PROXY",
        kind=str,
        read=proxy_of,
        note="An address is written http://user:password@host:port.",
    ),
    "data_extraction_schema": Form(
        name="schema", metavar="FILE", kind=str, read=read_schema, note="A file, or the JSON itself."
    ),
    "error_code_mapping": Form(
        name="error-code",
        metavar="'CODE: MEANING'",
        kind=list[str],
        read=lambda given: headers_of(given, "--error-code"),
    ),
    "webhook_url": Form(metavar="URL"),
    "totp_identifier": Form(metavar="NAME", note="Codes are pushed by: agent-core codes push NAME."),
    "totp_url": Form(metavar="URL"),
    "browser_session_id": Form(name="session", metavar="SESSION", note="See `agent-core sessions`."),
    "browser_profile_id": Form(name="profile", metavar="PROFILE"),
    "extra_http_headers": Form(name="header", metavar="'NAME: VALUE'", kind=list[str], read=headers_of),
    "header_hosts": Form(name="header-host", metavar="HOST"),
    "publish_workflow": Form(name="publish"),
    "include_action_history_in_verification": Form(name="full-history"),
    "browser_address": Form(metavar="ADDRESS"),
    "cdp_connect_headers": Form(
        name="connect-header",
        metavar="'NAME: VALUE'",
        kind=list[str],
        read=lambda given: headers_of(given, "--connect-header"),
    ),
    "run_with": Form(metavar="WAY", kind=str),
    "timeout_s": Form(name="timeout", metavar="SECONDS"),
    "max_cost_usd": Form(metavar="USD"),
    "allowed_domains": Form(name="allow", metavar="HOST"),
    "blocked_domains": Form(name="block", metavar="HOST"),
    "files": Form(name="file", metavar="FILE"),
    "ask_before": Form(metavar="ACTS", kind=str, note="Several are written with commas."),
    "record": Form(metavar="WHAT", kind=str, note="Several are written with commas."),
    "viewport": Form(metavar="SIZE", kind=str, read=viewport_of),
    "locale": Form(metavar="NAME"),
    "timezone": Form(metavar="NAME"),
    "device_scale_factor": Form(name="scale", metavar="FACTOR"),
}
BY_HAND = frozenset({"prompt", "model", "secrets"})
"""Fields that one option cannot hold: the command reads them itself."""


def takes_task_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one option for each field of a task; its argument `fields` holds what was given."""
    about = TaskRequest.descriptions()
    options = {
        _name(field).replace("-", "_"): (field, _parameter(field, info.annotation, about.get(field, "")))
        for field, info in TaskRequest.model_fields.items()
        if field not in BY_HAND
    }

    @wraps(command)
    def with_options(**given: Any) -> None:
        named = {field: given.pop(option) for option, (field, _) in options.items()}
        command(**given, fields=fields_of(named))

    own = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name != "fields"
    ]
    arguments = [one for one in own if one.default is inspect.Parameter.empty]
    parameters = [*arguments, *(each for _, each in options.values()), *own[len(arguments) :]]
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # as typer reads it
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def fields_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a task from what was written; what was left out is left out.

    Raises:
        BadRequest: One is written in a way that cannot be read.
    """
    return {
        field: FORMS.get(field, Form()).read(value)
        for field, value in given.items()
        if value is not None and value is not False and value != []
    }


def _name(field: str) -> str:
    return FORMS.get(field, Form()).name or field.replace("_", "-")


def _parameter(field: str, type_: Any, about: str) -> inspect.Parameter:
    form = FORMS.get(field, Form())
    kind = form.kind or _without_none(type_)
    metavar = form.metavar or {int: "N", float: "NUMBER"}.get(kind, "TEXT")
    repeated = " Repeatable." if kind == list[str] else ""
    help_text = f"{about}{' ' if form.note else ''}{form.note}{repeated}".replace("`", "")
    name = _name(field)
    if kind is bool:
        annotation: Any = Annotated[bool, typer.Option(f"--{name}", help=help_text)]
    else:
        option = typer.Option(f"--{name}", metavar=metavar, help=help_text, autocompletion=form.complete)
        annotation = Annotated[kind | None, option]
    return inspect.Parameter(
        name.replace("-", "_"),
        inspect.Parameter.KEYWORD_ONLY,
        default=False if kind is bool else None,
        annotation=annotation,
    )


def _without_none(annotation: Any) -> Any:
    """The type of a field that may also be null."""
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    if type(None) not in get_args(annotation):
        return annotation
    return get_args(kinds[0])[0] if hasattr(kinds[0], "__metadata__") else kinds[0]
