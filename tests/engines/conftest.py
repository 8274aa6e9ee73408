from __future__ import annotations

import pytest

OURS = (
    "embedded",
    "skyvern-1.0",
    "skyvern-2.0",
    "openai-cua",
    "anthropic-cua",
    "anthropic-cua-browser",
    "ui-tars",
    pytest.param("ui-tars in process", marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
    "scripted",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests that take `kind` run once for every engine: ours, or those named with `--engine`."""
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", metafunc.config.getoption("--engine") or OURS)
