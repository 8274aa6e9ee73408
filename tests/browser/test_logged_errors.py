"""What a page logs as an error is read as DevTools tells it, and never more of it than is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from browser.redaction.redactor import Redactor
from browser.tabs.troubles import MOST_HEARD, Troubles


class Emitter:
    """A page and its session, as far as troubles are heard of them."""

    url = "https://shop.test/cart"

    def __init__(self) -> None:
        self._listeners: dict[str, Callable[[Any], None]] = {}

    def on(self, event: str, listener: Callable[[Any], None]) -> None:
        self._listeners[event] = listener

    async def send(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {}

    def tell(self, event: str, said: Any) -> None:
        self._listeners[event](said)


@pytest.fixture
async def heard() -> tuple[Troubles, Emitter]:
    emitter = Emitter()
    redactor = Redactor()
    redactor.add("hunter2-hunter2", "***")
    troubles = Troubles(emitter, redactor)
    await troubles.watch(emitter)
    return troubles, emitter


def logged(
    *args: dict[str, Any], kind: str = "error", url: str = "https://shop.test/app.js"
) -> dict[str, Any]:
    return {"type": kind, "args": list(args), "stackTrace": {"callFrames": [{"url": url}]}}


def text(value: str) -> dict[str, Any]:
    return {"type": "string", "value": value}


FAILED = {"type": "object", "subtype": "error", "description": "TypeError: no price\n    at cart.js:7"}


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param((text("Not saved"),), "Not saved", id="a text"),
        pytest.param(
            (text("Not saved:"), FAILED), "Not saved: TypeError: no price", id="an error without its stack"
        ),
        pytest.param(
            (text("%s of %d"), text("One"), {"type": "number", "value": 3}), "One of 3", id="places"
        ),
        pytest.param((text("%cNot saved"), text("color: red")), "Not saved", id="a style"),
        pytest.param((text("100%s"),), "100%s", id="a place without an argument"),
        pytest.param((text("First\nsecond"),), "First", id="the first line"),
        pytest.param(
            ({"type": "undefined"}, {"type": "number", "unserializableValue": "NaN"}),
            "None NaN",
            id="no text",
        ),
        pytest.param((text("x" * 5_000_000),), "x" * 59 + "…", id="megabytes"),
    ],
)
async def test_an_error_is_told_as_its_first_line(heard, args, told):
    troubles, emitter = heard
    emitter.tell("Runtime.consoleAPICalled", logged(*args))

    assert troubles.take() == f"logged as errors: {told}"
    assert troubles.take() == ""


async def test_what_is_no_error_or_logged_by_scripts_of_others_is_not_told(heard):
    troubles, emitter = heard
    for kind in ("log", "warning", "info", "assert", "clear"):
        emitter.tell("Runtime.consoleAPICalled", logged(text("Hello"), kind=kind))
    emitter.tell("Runtime.consoleAPICalled", logged(text("no consent"), url="https://ads.test/ad.js"))
    emitter.tell("Runtime.consoleAPICalled", {"type": "error", "args": [text("from nowhere")]})
    emitter.tell("Runtime.consoleAPICalled", logged())

    assert troubles.take() == ""


async def test_an_error_that_was_thrown_and_logged_is_told_once(heard):
    troubles, emitter = heard
    emitter.tell("pageerror", "no price")
    emitter.tell("Runtime.consoleAPICalled", logged(text("no price")))
    emitter.tell("Runtime.consoleAPICalled", logged(text("not saved")))

    assert troubles.take() == "errors of scripts: no price; logged as errors: not saved"


async def test_no_more_than_so_many_calls_are_read_until_they_are_told(heard):
    troubles, emitter = heard
    for _ in range(MOST_HEARD):
        emitter.tell("Runtime.consoleAPICalled", logged(text("again")))
    emitter.tell("Runtime.consoleAPICalled", logged(text("too late")))
    first = troubles.take()
    emitter.tell("Runtime.consoleAPICalled", logged(text("later")))

    assert first == "logged as errors: again"
    assert troubles.take() == "logged as errors: later"


@pytest.mark.parametrize("value", [text, lambda said: {"type": "object", "description": said}])
async def test_secrets_are_hidden_before_anything_is_cut(heard, value):
    troubles, emitter = heard

    emitter.tell("Runtime.consoleAPICalled", logged(value(f"Not{' ' * 190}hunter2-hunter2")))

    assert troubles.take() == "logged as errors: Not ***"
