"""The fields of a `TaskRequest` as keyword arguments, for editors and type checkers.

What a field means and what it may hold is defined in `agent_core.task.request` alone; a test holds that the
names here are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from agent_core.task.addresses.proxy import GeoTarget, ProxyAddress
from agent_core.task.fields import ModelRequest


class SessionFields(TypedDict, total=False):
    """The fields of a `TaskRequest` that a browser session has for all runs in it."""

    browser_profile_id: str | None
    proxy_location: str | Mapping[str, Any] | ProxyAddress | GeoTarget | None
    viewport: tuple[int, int] | Mapping[str, int] | None
    locale: str | None
    timezone: str | None
    device_scale_factor: float | None


class TaskFields(SessionFields, total=False):
    """The other fields that `run_task` takes beside the prompt, the url and the engine."""

    title: str | None
    data_extraction_schema: Mapping[str, Any] | list[Any] | str | type | None
    error_code_mapping: Mapping[str, str] | None
    max_steps: int | None
    webhook_url: str | None
    totp_identifier: str | None
    totp_url: str | None
    browser_session_id: str | None
    model: Mapping[str, Any] | ModelRequest | str | None
    extra_http_headers: Mapping[str, str] | None
    header_hosts: list[str] | None
    publish_workflow: bool | None
    include_action_history_in_verification: bool | None
    max_screenshot_scrolls: int | None
    browser_address: str | None
    cdp_connect_headers: Mapping[str, str] | None
    run_with: str | None
    timeout_s: float | None
    max_tokens_total: int | None
    max_cost_usd: float | None
    allowed_domains: list[str] | None
    blocked_domains: list[str] | None
    secrets: Mapping[str, Any] | None
    files: list[str] | None
    resumable: bool | None
    ask_before: bool | str | Sequence[str] | None
    record: bool | str | Sequence[str] | Mapping[str, bool] | None
