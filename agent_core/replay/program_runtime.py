"""The runtime of an exported program. Its text is put into every program; it is never imported.

`export` puts the text of `browser.values.written_numbers` in the place of the import of it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from playwright.sync_api import Browser, Dialog, Error, Frame, Locator, Page, sync_playwright

from browser.values.written_numbers import first_number

__all__ = ["Iterator", "argparse", "sync_playwright"]
WAIT_S = 10.0
"""How long an element is waited for."""
CALM_S = 0.5
"""How long a page says the same before its text is taken."""

Way = Callable[[Frame], Locator]
"""A way to find an element in a frame."""


class NotAsRecorded(Exception):
    """The page is not what it was."""


class Tabs:
    """The tab in front, and the answers to the dialogs that will come."""

    def __init__(self, browser: Browser, answers: Iterable[tuple[bool, str]]) -> None:
        self._answers = list(answers)
        self._context = browser.new_context(viewport={"width": 1280, "height": 720})
        self.page = self._context.new_page()
        self.page.on("dialog", self._answer)
        self._context.on("page", self._take)

    def _take(self, page: Page) -> None:
        page.on("dialog", self._answer)
        self.page = page

    def _answer(self, dialog: Dialog) -> None:
        accept, text = self._answers.pop(0) if self._answers else (dialog.type == "alert", "")
        if accept:
            dialog.accept(text)
        else:
            dialog.dismiss()

    def all(self) -> list[Page]:
        """All tabs, oldest first."""
        return self._context.pages

    def open(self, url: str) -> None:
        """Open a new tab."""
        self.page = self._context.new_page()
        if url:
            self.page.goto(url)

    def switch(self, number: int) -> None:
        """Bring a tab to the front; the first is 1."""
        self.page = self.all()[number - 1]
        self.page.bring_to_front()

    def close(self) -> None:
        """Close the tab in front."""
        self.page.close()
        self.page = self.all()[-1]


def find(tabs: Tabs, what: str, ways: list[Way], nth: int = 0, of: int = 1) -> Locator:
    """The element that one of the ways leads to; the first way that leads to as many as there were."""
    deadline = time.monotonic() + WAIT_S
    while True:
        for way in ways:
            for frame in tabs.page.frames:
                try:
                    found = [one for one in way(frame).all() if one.is_visible() or one.is_enabled()]
                except Error:
                    continue
                if len(found) in (1, of) and found:
                    return found[nth if len(found) == of else 0]
        if time.monotonic() > deadline:
            raise NotAsRecorded(f"there is no {what}")
        time.sleep(0.1)


def type_text(field: Locator, text: str, clear: bool, submit: bool) -> None:
    """Put text into a field."""
    if clear:
        field.fill(text)
    else:
        field.press_sequentially(text)
    if submit:
        field.press("Enter")


def choose(tabs: Tabs, field: Locator, options: list[str]) -> None:
    """Choose from a list, native or not."""
    if field.evaluate("element => element.localName") == "select":
        field.select_option(label=options)
        return
    field.click()
    for option in options:
        find(tabs, f"option {option!r}", [by_role("option", option), by_text(option)]).click()


def set_checked(box: Locator, checked: bool) -> None:
    """Bring a checkbox, radio button or switch into a state."""
    if box.is_checked() != checked:
        box.set_checked(checked, force=not box.is_visible())


def point(element: Locator, share: tuple[float, float]) -> dict[str, float]:
    """A point of an element, in pixels from its corner."""
    box = element.bounding_box() or {"width": 0.0, "height": 0.0}
    return {"x": box["width"] * share[0], "y": box["height"] * share[1]}


def by_role(role: Any, name: str) -> Way:
    """By role and accessible name."""
    return lambda frame: frame.get_by_role(role, name=name, exact=True) if name else frame.get_by_role(role)


def by_label(text: str) -> Way:
    """By the label of a field."""
    return lambda frame: frame.get_by_label(text, exact=True)


def by_placeholder(text: str) -> Way:
    """By the placeholder of a field."""
    return lambda frame: frame.get_by_placeholder(text, exact=True)


def by_text(text: str) -> Way:
    """By the text in it."""
    return lambda frame: frame.get_by_text(text, exact=True)


def by_css(selector: str) -> Way:
    """By a CSS selector."""
    return lambda frame: frame.locator(selector)


def saying(selector: str, text: str) -> Way:
    """By a CSS selector and a part of the text in it."""
    return lambda frame: frame.locator(selector).filter(has_text=text)


def in_row(text: str, way: Way) -> Way:
    """In the row, card or list item that says this."""
    words = text.split()[:6]

    def rows(frame: Frame) -> Locator:
        rows = frame.locator("tr, li, article, [role=row], [role=listitem], [role=article]")
        for word in words:
            rows = rows.filter(has_text=word)
        return rows.locator(way(frame))

    return rows


def text_of(element: Locator) -> str:
    """What an element says, or what a field shows."""
    value = element.evaluate(
        "element => 'value' in element && element.localName !== 'li' ? element.value : ''"
    )
    return " ".join(str(value or element.inner_text()).split())


def between(text: str, before: str, after: str) -> str:
    """The part of a text between two others."""
    begin = text.find(before)
    end = text.find(after, begin + len(before)) if after else len(text)
    if begin < 0 or end < 0:
        raise NotAsRecorded(f"{text!r} does not hold {before!r} and {after!r}")
    return text[begin + len(before) : end]


def number(text: str) -> float | int:
    """The number in a text."""
    value = first_number(text)
    if value is None:
        raise NotAsRecorded(f"{text!r} holds no number")
    return int(value) if value.is_integer() else value


def secret(name: str) -> str:
    """The value of a secret, from the environment."""
    if name not in os.environ:
        raise NotAsRecorded(f"set the environment variable {name}: it is typed and was not recorded")
    return os.environ[name]


def check(tabs: Tabs, signs: list[str]) -> None:
    """See that the page ends as it did when this was recorded: that it says one of these, digits aside."""
    if not signs:
        return
    deadline = time.monotonic() + WAIT_S
    while True:
        said = [plain(text) for text in texts(tabs)]
        if any(plain(sign) in text for sign in signs for text in said):
            return
        if time.monotonic() > deadline:
            raise NotAsRecorded(f"the page does not say {signs[0]!r}")
        time.sleep(0.1)


def texts(tabs: Tabs) -> list[str]:
    """What the page says, and each frame in it."""
    return [frame.locator("body").inner_text() for frame in tabs.page.frames if not frame.is_detached()]


def settled_text(tabs: Tabs) -> str:
    """What the page says once that has stayed the same for a while."""
    deadline = time.monotonic() + WAIT_S
    before: list[str] = []
    while (said := texts(tabs)) != before and time.monotonic() < deadline:
        before = said
        time.sleep(CALM_S)
    return "\n".join(said)


def plain(text: str) -> str:
    """A text with its digits and white space all alike."""
    return " ".join(re.sub(r"\d+", "#", text).split()).casefold()


def tell(output: Any) -> None:
    """Print the output."""
    json.dump(output, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
