"""The fields of a task as a form has them: what they are called there, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agent_core import TaskRequest
from agent_core.faces.cli.given import headers_of, proxy_of, viewport_of
from engines.registry import OURS

Kind = Literal["line", "area", "code", "number", "check", "choice", "lines"]


def _number(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is no number") from error


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.replace(",", "\n").splitlines() if part.strip()]


def _pairs(text: str) -> dict[str, str] | None:
    return headers_of([line for line in text.splitlines() if line.strip()], "line")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field of the form."""

    name: str
    """Of the request's field; a dot leads into `model`."""
    label: str
    kind: Kind = "line"
    read: Callable[[str], Any] = str
    """What is written -> what the request takes."""
    choices: tuple[tuple[str, str], ...] = ()
    """Value and words of each choice."""
    example: str = ""

    @property
    def help(self) -> str:
        """What the library says of it."""
        if self.name == "secrets":
            return "Values that are typed where {{secret:NAME}} is written, and shown to nobody. One a line."
        return TaskRequest.descriptions().get(self.name, "").replace("`", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGroup:
    """Fields that belong together."""

    title: str
    fields: tuple[FormField, ...]


def _line(name: str, label: str, example: str = "", read: Callable[[str], Any] = str) -> FormField:
    return FormField(name=name, label=label, example=example, read=read)


def _count(name: str, label: str, example: str = "") -> FormField:
    return FormField(name=name, label=label, kind="number", read=_number, example=example)


def _check(name: str, label: str) -> FormField:
    return FormField(name=name, label=label, kind="check", read=lambda _: True)


def _hosts(name: str, label: str) -> FormField:
    return FormField(name=name, label=label, kind="lines", read=_list, example="example.com")


PROMPT = FormField(name="prompt", label="Task", kind="area", example="Find the first three posts")
URL = _line("url", "Start address", "https://example.com")
SCHEMA = FormField(
    name="data_extraction_schema", label="Output schema", kind="code", example='{"type": "object", ...}'
)
ENGINE = FormField(
    name="engine", label="Engine", kind="choice", choices=(("", "default"), *((name, name) for name in OURS))
)
GROUPS = (
    FieldGroup(
        title="Limits",
        fields=(
            _count("max_steps", "Steps", "25"),
            _count("timeout_s", "Seconds"),
            _count("max_tokens_total", "Tokens"),
            _count("max_cost_usd", "US dollars"),
            _hosts("allowed_domains", "Allowed hosts"),
            _hosts("blocked_domains", "Blocked hosts"),
            _line("ask_before", "Ask before", "buy, send, delete, upload"),
            _check("resumable", "Go on after a crash (in a session)"),
        ),
    ),
    FieldGroup(
        title="Browser",
        fields=(
            _line("browser_session_id", "Session", "pbs_..."),
            _line("browser_profile_id", "Profile", "its name or id"),
            _line("proxy_location", "Proxy", "http://host:port", proxy_of),
            _line("browser_address", "Your own Chrome", "127.0.0.1:9222"),
            _line("viewport", "Viewport", "1280x720", viewport_of),
            _line("locale", "Language", "de-DE"),
            _line("timezone", "Time zone", "Europe/Berlin"),
            _count("device_scale_factor", "Pixel ratio", "1"),
            _line("record", "Record", "video, har, trace"),
            _count("max_screenshot_scrolls", "Further screenshots", "0"),
        ),
    ),
    FieldGroup(
        title="Model",
        fields=(
            _line("model.model_name", "Model", "qwen3:32b"),
            _line("model.base_url", "Address of its server", "http://127.0.0.1:11434/v1"),
            FormField(
                name="model.provider",
                label="Protocol",
                kind="choice",
                choices=(("", "default"), ("openai", "openai"), ("anthropic", "anthropic")),
            ),
        ),
    ),
    FieldGroup(
        title="Secrets and codes",
        fields=(
            FormField(name="secrets", label="Secrets", kind="lines", read=_pairs, example="PASSWORD: value"),
            _line("totp_identifier", "Name for pushed codes", "ada@example.com"),
            _line("totp_url", "Address that gives codes"),
            FormField(
                name="extra_http_headers", label="Headers", kind="lines", read=_pairs, example="Name: value"
            ),
            _hosts("header_hosts", "Further hosts for the headers"),
        ),
    ),
    FieldGroup(
        title="Result",
        fields=(
            _line("title", "Title"),
            _line("webhook_url", "Webhook"),
            FormField(
                name="error_code_mapping",
                label="Error codes",
                kind="lines",
                read=_pairs,
                example="CODE: meaning",
            ),
            FormField(
                name="run_with",
                label="Carried out by",
                kind="choice",
                choices=(("", "an agent"), ("code", "a recording, where there is one")),
            ),
            _check("publish_workflow", "Keep it as a workflow"),
            _check("include_action_history_in_verification", "Check with all actions"),
        ),
    ),
)
FIELDS = {
    one.name: one
    for one in (PROMPT, URL, SCHEMA, ENGINE, *(each for group in GROUPS for each in group.fields))
}
Written = Mapping[str, str]
"""Field -> what stands in the form."""
