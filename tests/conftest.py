"""Fixtures that all tests share: pages served on loopback, and a Chromium to look at them."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from browser.lifecycle.launch import Browser, launch
from browser.options import LaunchOptions, SessionOptions
from browser.session import Session
from testbed.serving import Server, serving

PAGES = Path(__file__).parents[1] / "testbed" / "pages"
GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption(
        "--engine",
        action="append",
        default=[],
        metavar="MODULE:FACTORY",
        help="hold an engine of your own to the contract, in tests/engines/test_contract.py",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a second chance only to tests that a busy machine can make late, and to none that guards something."""
    for item in items:
        if item.get_closest_marker("guard") or not _may_be_late(item):
            item.add_marker(pytest.mark.flaky(reruns=0))


def _may_be_late(item: pytest.Item) -> bool:
    """Whether it waits for a browser, or for the processes and servers that most tests of `agent_core` start."""
    named = any(item.get_closest_marker(name) for name in ("browser", "slow"))
    return named or "agent_core" in item.path.relative_to(Path(__file__).parents[1]).parts


@pytest.fixture(scope="session", autouse=True)
def interrupts_are_heard() -> None:
    """A shell has what it starts in the background ignore Ctrl-C, and so would all programs that tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: the text is what the golden file of that name holds."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.exists(), f"no golden file {path.name}; make it with --update-golden"
        assert text == path.read_text("utf-8")

    return check


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of pages on 127.0.0.1 and, as another origin, on localhost with another port."""
    with serving(PAGES) as pages:
        yield pages


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium per test process. Tests that use it need `loop_scope="session"`."""
    started = await launch(LaunchOptions(on_warning=lambda _: None))
    yield started
    await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def session(browser: Browser) -> AsyncIterator[Session]:
    """A fresh session of the shared Chromium."""
    opened = await browser.open_session(SessionOptions())
    yield opened
    await opened.close()
