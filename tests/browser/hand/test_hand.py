"""A person's hand and their live picture, over tabs that are no browser's."""

from __future__ import annotations

import asyncio
import base64
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from browser.hand.hand import Hand
from browser.hand.live import LivePictures
from browser.model.by_hand import (
    DialogInput,
    HistoryInput,
    KeyInput,
    MouseInput,
    TabInput,
    TextInput,
    WheelInput,
)
from browser.model.errors import PageGone
from browser.redaction.redactor import Redactor


class FakeTab:
    """A tab that notes what it hears."""

    def __init__(self, name: str = "t1") -> None:
        self.id, self.title, self.dialog = name, "", None
        self.heard: list[Any] = []
        self.secrets: list[str] = []
        self.page = SimpleNamespace(keyboard=self, mouse=self, url="http://127.0.0.1/", context=self)
        self.worlds = self
        self.casts: list[FakeCast] = []
        self.hangs = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = 0

    async def viewport(self) -> tuple[int, int]:
        return 1000, 500

    async def _hear(self, *what: Any) -> None:
        self.heard.append(what)
        if self.hangs:
            await asyncio.Event().wait()

    async def move(self, x: float, y: float) -> None:
        await self._hear("move", x, y)

    async def wheel(self, right: float, down: float) -> None:
        await self._hear("wheel", right, down)

    async def down(self, key: str = "", *, button: str = "", click_count: int = 0) -> None:
        await self._hear("down", *([key] if key else [button, click_count]))

    async def up(self, key: str = "", *, button: str = "", click_count: int = 0) -> None:
        await self._hear("up", *([key] if key else [button, click_count]))

    async def insert_text(self, text: str) -> None:
        await self._hear("text", text)

    async def all(self) -> list[FakeTab]:
        return [self]

    async def top(self) -> FakeTab:
        return self

    async def evaluate(self, script: str) -> None:
        await self._hear("evaluate", script)

    async def call(self, *_: Any) -> dict[str, Any]:
        self.asked += 1
        said = {"values": list(self.secrets)}
        await self.answers.wait()
        return said

    async def new_cdp_session(self, page: Any) -> FakeCast:
        self.casts.append(FakeCast())
        return self.casts[-1]


class FakeCast:
    """Chromium's side of a screencast."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.listener: Any = None

    def on(self, name: str, listener: Any) -> None:
        self.listener = listener

    async def send(self, method: str, params: dict[str, Any]) -> None:
        self.said.append((method, params.get("sessionId")))

    async def detach(self) -> None:
        self.said.append(("detach", None))

    def frame(self, number: int, data: bytes) -> None:
        metadata = {"deviceWidth": 1000}
        self.listener({"sessionId": number, "data": base64.b64encode(data).decode(), "metadata": metadata})


class FakeTabs:
    """One or two tabs, one of them in front."""

    def __init__(self, tab: FakeTab) -> None:
        self.active: Any = tab
        self.all = (tab,)
        self.redactor = Redactor()
        self.stop: asyncio.Future[str] | None = None

    @property
    def front(self) -> Any:
        return self.active.page

    def described(self) -> tuple[()]:
        return ()

    def count_dialogs_anew(self) -> None:
        pass

    def expect_stop(self) -> asyncio.Future[str]:
        self.stop = asyncio.get_running_loop().create_future()
        return self.stop


class Place:
    """A hand over one tab."""

    def __init__(self) -> None:
        self.tab = FakeTab()
        self.tabs = FakeTabs(self.tab)
        self.pointer = SimpleNamespace(down=[], released=0, release=self._release)
        self.rested = 0
        context = SimpleNamespace(
            tabs=self.tabs,
            tab=self.tab,
            mouse=self.tab,
            pointer=self.pointer,
            secrets=SimpleNamespace(redactor=self.tabs.redactor),
            stills=SimpleNamespace(act_begins=lambda: None),
            rest=self._rest,
        )
        connection = SimpleNamespace(active=self._active, errors_translated=nullcontext)
        self.gone = False
        self.hand = Hand(context, connection, LivePictures(self.tabs))  # type: ignore[arg-type]

    def _active(self) -> FakeTab:
        if self.gone:
            raise PageGone("the tab was closed")
        return self.tab

    async def _release(self) -> None:
        self.pointer.released += 1

    async def _rest(self, *_: Any) -> None:
        self.rested += 1


@pytest.fixture
async def place() -> Any:
    made = Place()
    await made.hand.take()
    yield made
    await made.hand.let_go(hurried=True)


def key(name: str, do: Any = "down", *modifiers: Any) -> KeyInput:
    return KeyInput(do=do, key=name, modifiers=modifiers)


async def test_inputs_are_carried_out_in_order_at_places_of_the_picture(place: Place):
    place.hand.send(
        [
            MouseInput(do="down", x=0.5, y=0.5, clicks=2),
            MouseInput(do="up", x=1, y=1),
            WheelInput(x=0, y=0, down=50),
            TextInput(text="é"),
            HistoryInput(do="back"),
        ]
    )
    await place.hand.done()
    assert place.tab.heard == [
        ("move", 500, 250),
        ("down", "left", 2),
        ("move", 999, 499),
        ("up", "left", 1),
        ("move", 0, 0),
        ("wheel", 0, 50),
        ("text", "é"),
        ("evaluate", "void history.back()"),
    ]


async def test_modifiers_are_held_as_each_input_says_and_released_at_the_end(place: Place):
    place.hand.send([key("a", "down", "Control"), key("a", "up", "Control"), key("b")])
    await place.hand.done()
    assert place.tab.heard == [
        ("down", "Control"),
        ("down", "a"),
        ("up", "a"),
        ("up", "Control"),
        ("down", "b"),
    ]
    place.hand.send([MouseInput(do="move", x=0, y=0, modifiers=("Shift",))])
    await place.hand.let_go()
    assert place.tab.heard[-2:] == [("up", "Shift"), ("up", "b")]
    assert (place.rested, place.pointer.released) == (1, 2)


async def test_only_the_last_of_many_moves_is_made_unless_a_button_is_down(place: Place):
    moves = [MouseInput(do="move", x=part / 10, y=0) for part in range(10)]
    place.hand.send(moves)
    await place.hand.done()
    assert place.tab.heard == [("move", 900, 0)]
    place.pointer.down.append("left")
    place.hand.send(moves)
    await place.hand.done()
    assert len(place.tab.heard) == 11


async def test_a_dialog_lets_nothing_through_but_its_answer(place: Place):
    answers: list[Any] = []

    async def accept(text: str) -> None:
        answers.append(text)

    described = SimpleNamespace(kind="prompt", message="Where?")
    live = SimpleNamespace(accept=accept)
    place.tab.hangs = True
    place.hand.send([key("Enter")])
    await asyncio.sleep(0.01)
    place.tab.dialog = SimpleNamespace(described=described, live=live, held_act=None)  # type: ignore[assignment]
    assert place.tabs.stop is not None
    place.tabs.stop.set_result("dialog")
    await place.hand.done()
    held = place.tab.dialog.held_act  # type: ignore[attr-defined]
    assert not held.done()
    place.hand.send([TextInput(text="lost")])
    await place.hand.done()
    assert place.tab.heard == [("down", "Enter")]
    held.cancel()


async def test_what_stands_in_secret_fields_is_masked_before_the_field_may_be_gone(place: Place):
    place.tab.secrets = ["Fjord-7719"]
    place.hand.send([key("9")])
    await place.hand.done()
    place.tab.secrets = ["Fjord-7719-x"]
    place.hand.send([key("x")])
    await place.hand.done()
    place.hand.send([key("Enter")])
    await place.hand.done()
    assert place.tabs.redactor.text("it is Fjord-7719-x") == "it is [typed by a person]"


async def test_the_beginning_of_a_password_is_a_word_like_any_other(place: Place):
    for typed in ("pric", "price", "price-77", "price-7"):
        place.tab.secrets = [typed]
        place.hand.send([key("x")])
        await place.hand.done()
        await asyncio.sleep(0.01)
    place.tab.secrets = []  # the page took the field away
    place.hand.send([key("Shift")])
    await place.hand.done()
    await asyncio.sleep(0.01)
    assert place.tabs.redactor.text("the price is price-7") == "the price is [typed by a person]"


MASKED = "it is [typed by a person]"


@pytest.mark.parametrize("one", [HistoryInput(do="reload"), HistoryInput(do="back"), TabInput(tab="t1")])
async def test_a_password_is_learned_before_its_page_or_its_tab_is_left(place: Place, one: Any):
    place.tab.secrets = ["Fjord-77"]
    place.hand.send([key("7")])
    await place.hand.done()
    place.tab.secrets = ["Fjord-7719"]
    place.hand.send([one])
    await place.hand.done()
    assert place.tabs.redactor.text("it is Fjord-7719") == MASKED


async def asked(tab: FakeTab, times: int) -> None:
    async with asyncio.timeout(60):
        while tab.asked < times:  # noqa: ASYNC110  a plain value
            await asyncio.sleep(0.002)


async def test_what_is_typed_while_it_is_looked_what_stands_in_a_field_is_looked_at_too(place: Place):
    place.tab.answers.clear()
    place.tab.secrets = ["Fjord-771"]
    place.hand.send([key("1")])
    await asked(place.tab, 1)
    place.tab.secrets = ["Fjord-7719"]
    place.hand.send([key("9")])
    await place.hand.done()
    place.tab.answers.set()
    await asked(place.tab, 2)
    place.tab.secrets = []  # the page has sent it by itself
    place.hand.send([key("Enter")])
    await place.hand.done()
    assert place.tabs.redactor.text("it is Fjord-7719") == MASKED


@pytest.mark.parametrize("how", ["a dialog", "no tab"])
async def test_a_password_is_kept_where_the_page_cannot_be_asked_any_more(place: Place, how: str):
    place.tab.secrets = ["Fjord-7719"]
    place.hand.send([key("9")])
    await place.hand.done()
    await asked(place.tab, 1)
    place.tab.dialog = SimpleNamespace() if how == "a dialog" else None
    place.gone = how == "no tab"
    with pytest.raises(PageGone) if place.gone else nullcontext():
        await place.hand.let_go()
    place.gone = False
    assert place.tabs.redactor.text("it is Fjord-7719") == MASKED


async def test_a_tab_that_is_gone_hears_nothing_and_ends_no_hold(place: Place):
    place.gone = True
    place.hand.send([TextInput(text="lost")])
    await place.hand.done()
    assert place.tab.heard == []
    with pytest.raises(PageGone):
        await place.hand.let_go()
    place.gone = False


async def test_a_dialog_input_without_a_dialog_does_nothing(place: Place):
    place.hand.send([DialogInput(accept=True)])
    await place.hand.done()
    assert place.tab.heard == []


async def begun(tab: FakeTab) -> FakeCast:
    async with asyncio.timeout(60):
        while not tab.casts or not tab.casts[-1].said:  # noqa: ASYNC110  a plain value
            await asyncio.sleep(0.005)
    return tab.casts[-1]


async def test_pictures_come_to_all_who_watch_and_end_with_the_last_of_them():
    tab = FakeTab()
    live = LivePictures(FakeTabs(tab))  # type: ignore[arg-type]
    one, other = live.watch(), live.watch()
    waiting = [asyncio.ensure_future(anext(each)) for each in (one, other)]
    cast = await begun(tab)
    cast.frame(7, b"first")
    assert [(await each).jpeg for each in waiting] == [b"first", b"first"]
    assert (len(tab.casts), live.watched) == (1, True)
    further = asyncio.ensure_future(anext(one))
    async with asyncio.timeout(60):
        while ("Page.screencastFrameAck", 7) not in cast.said:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    cast.frame(8, b"second")
    assert (await further).number == 2
    await one.aclose()
    assert live.watched
    await other.aclose()
    assert not live.watched
    assert cast.said[-1][0] == "detach"


async def test_what_chromium_sends_once_more_as_it_was_is_no_new_picture():
    """As it does after a screenshot, such as that with the secrets covered."""
    tab = FakeTab()
    live = LivePictures(FakeTabs(tab))  # type: ignore[arg-type]
    pictures = live.watch()
    waiting = asyncio.ensure_future(anext(pictures))
    cast = await begun(tab)
    cast.frame(1, b"one")
    await waiting
    waiting = asyncio.ensure_future(anext(pictures))
    cast.frame(2, b"one")
    async with asyncio.timeout(60):
        while ("Page.screencastFrameAck", 2) not in cast.said:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert not waiting.done()
    cast.frame(3, b"two")
    assert (await waiting).number == 2
    await pictures.aclose()


async def test_who_watches_after_all_others_have_left_sees_a_page_that_stands_still():
    tab = FakeTab()
    live = LivePictures(FakeTabs(tab))  # type: ignore[arg-type]
    for times in (1, 2):
        pictures = live.watch()
        waiting = asyncio.ensure_future(anext(pictures))
        async with asyncio.timeout(60):
            while len(tab.casts) < times or not tab.casts[-1].said:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        tab.casts[-1].frame(1, b"one")
        async with asyncio.timeout(60):
            assert (await waiting).jpeg == b"one"
        await pictures.aclose()


async def test_the_picture_follows_the_tab_in_front():
    tab, second = FakeTab(), FakeTab("t2")
    tabs = FakeTabs(tab)
    live = LivePictures(tabs)  # type: ignore[arg-type]
    pictures = live.watch()
    waiting = asyncio.ensure_future(anext(pictures))
    (await begun(tab)).frame(1, b"one")
    await waiting
    waiting = asyncio.ensure_future(anext(pictures))
    tabs.active = second
    (await begun(second)).frame(1, b"two")
    assert (await waiting).jpeg == b"two"
    tab.casts[0].frame(2, b"late")
    assert tab.casts[0].said[-1][0] == "detach"
    await pictures.aclose()


async def test_where_something_is_secret_chromiums_own_picture_is_never_shown():
    tab = FakeTab()
    tabs = FakeTabs(tab)
    tabs.redactor.add("Fjord-7719", "{{secret:PW}}")
    tab.dialog = SimpleNamespace()  # type: ignore[assignment]  # behind which no picture is taken
    live = LivePictures(tabs)  # type: ignore[arg-type]
    pictures = live.watch()
    waiting = asyncio.ensure_future(anext(pictures))
    (await begun(tab)).frame(1, b"shows Fjord-7719")
    await asyncio.sleep(0.1)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await live.close()


async def test_who_watches_a_session_that_is_closed_is_told_by_the_end_of_the_pictures():
    live = LivePictures(FakeTabs(FakeTab()))  # type: ignore[arg-type]
    waiting = asyncio.ensure_future(anext(live.watch(), None))
    await asyncio.sleep(0.01)
    await live.close()
    assert await waiting is None


async def test_a_mistake_ends_the_pictures_of_who_watches_and_not_of_who_watches_anew(caplog):
    class Mistaken(FakeTab):
        async def viewport(self) -> tuple[int, int]:
            raise KeyError("viewport")

    tab = Mistaken()
    tabs = FakeTabs(tab)
    tabs.redactor.add("Fjord-7719", "{{secret:PW}}")
    live = LivePictures(tabs)  # type: ignore[arg-type]
    waiting = asyncio.ensure_future(anext(live.watch(), None))
    (await begun(tab)).frame(1, b"shows Fjord-7719")
    assert await asyncio.wait_for(waiting, 60) is None
    assert "broken off by a mistake" in caplog.text
    tabs.active = second = FakeTab("t2")
    tabs.redactor = Redactor()
    pictures = live.watch()
    waiting = asyncio.ensure_future(anext(pictures))
    (await begun(second)).frame(1, b"one")
    assert (await asyncio.wait_for(waiting, 60)).jpeg == b"one"
    await pictures.aclose()
