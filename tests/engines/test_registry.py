from __future__ import annotations

import sys

import pytest

from engines.errors import EngineUnavailable, UnknownEngine
from engines.protocol import EngineOptions
from engines.registry import GROUP, create_engine, engine_names

OPTIONS = EngineOptions()


@pytest.fixture
def other_distribution(tmp_path, monkeypatch):
    """Install, for one test, a distribution that brings the engines named in its entry points."""

    def install(module: str, entry_points: str) -> None:
        info = tmp_path / "somebody_else-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: somebody-else\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{entry_points}\n")
        (tmp_path / "somebody_else.py").write_text(module)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "somebody_else", raising=False)

    return install


def test_an_unknown_name_is_answered_with_those_there_are():
    with pytest.raises(
        UnknownEngine, match=r"no engine 'skyvern-9'; there are skyvern-1\.0, skyvern-2\.0, embedded"
    ):
        create_engine("skyvern-9", OPTIONS)


def test_an_engine_of_the_published_api_that_is_a_service_is_refused_with_the_reason() -> None:
    with pytest.raises(UnknownEngine, match="here: it is a service of its own; there are skyvern-1"):
        create_engine("yutori-navigator", EngineOptions())


def test_an_engine_of_another_distribution_is_found_by_its_entry_point(other_distribution):
    other_distribution(
        "def create(options):\n    return ('theirs', options)\n", "mine = somebody_else:create"
    )

    assert "mine" in engine_names()
    assert create_engine("mine", OPTIONS) == ("theirs", OPTIONS)


def test_ours_cannot_be_replaced_by_an_entry_point(other_distribution):
    other_distribution("def create(options):\n    return 'theirs'\n", "embedded = somebody_else:create")

    assert engine_names().count("embedded") == 1
    assert engine_names()[:3] == ("skyvern-1.0", "skyvern-2.0", "embedded")


def test_a_missing_module_of_an_engine_is_named(other_distribution):
    other_distribution("import module_that_is_not_there\n", "mine = somebody_else:create")

    with pytest.raises(EngineUnavailable, match=r"'mine' needs the Python module 'module_that_is_not_there'"):
        create_engine("mine", OPTIONS)


def test_a_path_to_a_factory_needs_no_registration(other_distribution):
    other_distribution("def build(options):\n    return 'built'\n", "")

    assert create_engine("somebody_else:build", OPTIONS) == "built"


def test_a_path_to_a_factory_that_is_not_there_says_what_is_missing(other_distribution):
    other_distribution("", "")

    with pytest.raises(EngineUnavailable, match="there is no 'build' in somebody_else"):
        create_engine("somebody_else:build", OPTIONS)
