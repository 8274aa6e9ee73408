"""Secrets on the command line: named there, never written there."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer

from agent_core import BadRequest


def secrets_named(
    texts: Sequence[str], seeds: Sequence[str], origins: Sequence[str]
) -> dict[str, Any] | None:
    """The `secrets` of a task from `NAME=SOURCE` and `NAME=ORIGIN`; None: none were named.

    Args:
        texts: `PW=env:VARIABLE`, `PW=keyring:SERVICE/USERNAME`, `PW=ask`.
        seeds: The same, for seeds of one-time codes.
        origins: `PW=https://login.example.com`, once for each.

    Raises:
        BadRequest: One is not written so.
    """
    found: dict[str, dict[str, Any]] = {}
    for option, kind, given in (("--secret", "text", texts), ("--totp-secret", "totp", seeds)):
        for one in given:
            name, source = _parts(option, one)
            found[name] = {**_source(option, name, source), "kind": kind}
    for one in origins:
        name, origin = _parts("--secret-origin", one)
        if name not in found:
            raise BadRequest("--secret-origin", f"no secret {name!r} was named")
        found[name].setdefault("origins", []).append(origin)
    return found or None


def _parts(option: str, given: str) -> tuple[str, str]:
    name, sign, rest = given.partition("=")
    if not name or not sign:
        raise BadRequest(option, "is written as NAME=...")
    return name, rest


def _source(option: str, name: str, source: str) -> dict[str, str]:
    kind, _, where = source.partition(":")
    if kind in ("env", "keyring") and where:
        return {kind: where}
    if source != "ask":
        # What stands on a command line can be read by everybody on this machine: it is not repeated either.
        raise BadRequest(
            option, f"{name} is written as {name}=env:VARIABLE, {name}=keyring:SERVICE/USER or {name}=ask"
        )
    if not sys.stdin.isatty():
        raise BadRequest(option, f"{name}=ask needs a terminal; write {name}=env:VARIABLE")
    return {"value": str(typer.prompt(name, hide_input=True, err=True))}
