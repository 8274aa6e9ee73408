"""The JSON body of a request, read strictly: what cannot be understood in one way only is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute

MOST_NESTED = 100
"""Brackets within brackets; JSON Schemas have about ten."""


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body.

    Raises:
        HTTPException: 415, 400 or 422, with the reason.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise HTTPException(415, f"the body is {kind[:60] or 'of no type'}; send application/json")
    value = _parsed(await request.body())
    if not isinstance(value, dict):
        said = {"type": "value_error", "loc": ["body"], "msg": "must be a JSON object"}
        raise HTTPException(422, [said])
    return value


JsonObject = Annotated[dict[str, Any], Depends(json_object)]


class StrictRequest(Request):
    """A request whose JSON is read strictly, whoever reads it."""

    async def json(self) -> Any:
        """The JSON in the body.

        Raises:
            HTTPException: 400, with the reason.
        """
        return _parsed(await self.body())


class JsonRoute(APIRoute):
    """A route whose body is a model; its JSON is read as strictly as that of a task."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, which is given a `StrictRequest`."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            return await handle(StrictRequest(request.scope, request.receive))

        return answer


def _parsed(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
        value = _STRICT.decode(text)
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the body is not UTF-8, from byte {error.start} on") from error
    except RecursionError as error:
        raise HTTPException(400, "the body is nested too deeply") from error
    except json.JSONDecodeError as error:
        said = f"the body is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        raise HTTPException(400, said) from error
    except ValueError as error:
        raise HTTPException(400, f"the body cannot be used: {error}") from error
    if depth_of(value) > MOST_NESTED:
        raise HTTPException(400, f"the body is nested more than {MOST_NESTED} deep")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} stands in it more than once")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_number)


def depth_of(value: Any) -> int:
    """How many objects and lists of JSON lie within one another; 1: nothing lies in it."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        waiting.extend((one, depth + 1) for one in inner if isinstance(one, dict | list))
    return deepest
