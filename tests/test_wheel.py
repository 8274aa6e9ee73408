"""What is handed out is what was tested: the wheel, installed far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ("agent_core", "browser", "engines")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, wheel],
        check=True,
        capture_output=True,
    )
    return folder


def run(installed: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python on the installed wheel; what it depends on comes from the running environment."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run([sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path):
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in SOURCES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == ours
    kinds = {Path(name).suffix for name in held if name.startswith("browser/js/")}
    assert kinds == {".js"}
    assert {f"{package}/py.typed" for package in SOURCES} <= held
    assert "agent_core/demo_site/pages/posts.html" in held
    assert any(name.startswith("engines/chat/") and name.endswith((".md", ".txt")) for name in held)


def test_the_wheel_names_its_licence_and_its_command(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.rpartition("/")[2]: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "License-Expression: Apache-2.0" in texts["METADATA"]
    assert "Apache License" in texts["LICENSE"]
    assert "agent-core = agent_core.__main__:main" in texts["entry_points.txt"]


def test_what_is_imported_comes_from_the_wheel(installed: Path, tmp_path: Path):
    code = (
        "import agent_core, browser, engines; print(agent_core.__file__, browser.__file__, engines.__file__)"
    )
    done = run(installed, "-c", code, cwd=tmp_path)
    assert done.stderr == ""
    assert all(Path(path).is_relative_to(installed) for path in done.stdout.split())


@pytest.mark.slow
@pytest.mark.browser
def test_the_demo_runs_from_the_wheel(installed: Path, tmp_path: Path):
    done = run(installed, "-m", "agent_core", "demo", "--run-dir", str(tmp_path / "runs"), cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
