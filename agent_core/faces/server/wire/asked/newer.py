"""Fields and values that newer versions of the published API have, served by what fits here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_core import BadRequest

BROWSERS = ("browser_session_id", "browser_profile_id", "browser_address")
MOST_FILES = 50


def as_served(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a task in the words of this library; `priority` and `file_ids` stay as they are.

    Raises:
        BadRequest: What is asked for cannot be had here; says why.
    """
    fields = dict(given)
    _check_fresh(fields)
    file_ids = fields.get("file_ids")
    if file_ids is not None and not (
        isinstance(file_ids, list)
        and len(file_ids) <= MOST_FILES
        and all(isinstance(each, str) for each in file_ids)
    ):
        raise BadRequest("file_ids", f"must be a list of at most {MOST_FILES} ids from POST /v1/upload_file")
    return fields


def _check_fresh(fields: dict[str, Any]) -> None:
    """Every run begins in a fresh browser here, unless it names one."""
    fresh = fields.pop("start_fresh_browser", None)
    if fresh is not None and not isinstance(fresh, bool):
        raise BadRequest("start_fresh_browser", "must be true or false")
    named = next((name for name in BROWSERS if fields.get(name)), None)
    if fresh and named:
        raise BadRequest("start_fresh_browser", f"cannot be true together with {named}")
