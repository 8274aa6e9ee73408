"""What is given on the command line in a short form, as the library takes it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from agent_core import BadRequest


def headers_of(given: Sequence[str], option: str = "--header") -> dict[str, str] | None:
    """`Name: value`, any number of times; `option` is named in an error.

    Raises:
        BadRequest: One has no colon.
    """
    table = {}
    for line in given:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequest(option, f"write it like 'Name: value'; {name.strip()!r} has no colon")
        table[name.strip()] = value.strip()
    return table or None


def model_of(model: str | None, provider: str | None, base_url: str | None) -> dict[str, Any] | None:
    """The model of a task: its name, or JSON with any of its fields; None: none was named.

    Raises:
        BadRequest: It begins like JSON and is none.
    """
    named: dict[str, Any] = {"model_name": model}
    if model is not None and model.lstrip().startswith("{"):
        try:
            named = json.loads(model)
        except ValueError as error:
            raise BadRequest("--model", f"is no JSON: {error}") from error
    given = {
        **named,
        **{key: value for key, value in (("provider", provider), ("base_url", base_url)) if value},
    }
    return {key: value for key, value in given.items() if value is not None and value != ""} or None


def proxy_of(given: str | None) -> Any:
    """A proxy's address, a place as JSON, or a name that the table of proxies knows."""
    if given is None:
        return None
    if "://" in given:
        return {"url": given}
    if given.lstrip().startswith("{"):
        try:
            return json.loads(given)
        except ValueError as error:
            raise BadRequest("--proxy", f"is no JSON: {error}") from error
    return given


def viewport_of(given: str | None) -> tuple[int, int] | None:
    """`1280x720`.

    Raises:
        BadRequest: It is written in another way.
    """
    if given is None:
        return None
    size = re.fullmatch(r"(\d+)[x×,](\d+)", given.replace(" ", ""))
    if size is None:
        raise BadRequest("--viewport", f"write it like 1280x720, not {given!r}")
    return int(size[1]), int(size[2])
