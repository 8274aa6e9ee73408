"""A host: the SDK's own client, at a server that runs as a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from agent_core import Settings
from agent_core.demo_site import DemoSite
from agent_core.faces.desk.desk import Desk, DeskOptions

ROOT = Path(__file__).parents[4]

Host = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as site:
        yield site


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A home of its own, no model and no keys."""
    ours = ("AGENT_CORE_", "OPENAI_", "ANTHROPIC_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "AGENT_CORE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """The file that holds what the server writes to its standard error."""
    return tmp_path / "stderr.txt"


@pytest.fixture
def host(environment: dict[str, str], said: Path) -> Host:
    """`host("--wait", "2", mode="legacy")`: a client of a server that it has started with these options.

    `patience_s`: how long it waits for an answer before it gives a call up.
    """

    @asynccontextmanager
    async def connected(*options: str, mode: Any = "auto", patience_s: float = 60.0) -> AsyncIterator[Client]:
        words = ["-m", "agent_core", "mcp", "--engine", "embedded", *options]
        parameters = StdioServerParameters(command=sys.executable, args=words, env=environment)
        with said.open("w") as log:
            transport = stdio_client(parameters, errlog=log)
            async with Client(transport, mode=mode, read_timeout_seconds=patience_s) as client:
                yield client

    return connected


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    """`desk(engine=...)`: a desk whose tasks have these fields, for a server in this process."""

    def make(wait_s: float = 20.0, **fields: Any) -> Desk:
        options = DeskOptions(
            fields={"engine": "embedded", **fields}, wait_s=wait_s, most_runs=2, most_pages=1
        )
        return Desk(options, Settings(home=tmp_path / "home"))

    return make
