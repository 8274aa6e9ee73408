"""Drivers have a temporary folder of their own, which is nobody else's and goes with the process."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from browser.lifecycle.driver import Driver
from browser.lifecycle.launch import launch
from browser.lifecycle.sweeper import LONGEST_PARENT, Sweeper, make_short_folder
from browser.model.errors import LaunchFailed
from browser.network.gate import Gate
from browser.network.policy import NetworkPolicy
from browser.options import LaunchOptions
from tests.support.somebodys_browser import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")


def folders_of_drivers() -> set[str]:
    """TMPDIR of the drivers that this process has started."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"\nPPid:\t{os.getpid()}\n" in (process / "status").read_text()
            if ours and "run-driver" in (process / "cmdline").read_text():
                lines = (process / "environ").read_text().split("\0")
                found |= {line.partition("=")[2] for line in lines if line.startswith("TMPDIR=")}
        except OSError:  # it has just ended
            continue
    return found


async def test_a_driver_has_its_own_folder_and_no_other_process_has_it():
    before = folders_of_drivers()
    told: set[str] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            told.add(subprocess.run(["/usr/bin/env"], capture_output=True, text=True, check=True).stdout)

    asking = threading.Thread(target=ask)
    asking.start()
    drivers = await asyncio.gather(*(Driver.start() for _ in range(2)))
    done.set()
    await asyncio.to_thread(asking.join)
    folders = folders_of_drivers() - before
    assert [Path(folder).name.startswith("agent-core-") for folder in folders] == [True, True]
    assert [folder for folder in folders if any(folder in each for each in told)] == []
    for driver in drivers:
        await driver.stop()
    assert [folder for folder in folders if os.path.exists(folder)] == []  # noqa: ASYNC240, PTH110


async def test_a_browser_whose_way_out_cannot_be_opened_leaves_no_driver(monkeypatch):
    async def refused(gate: Gate) -> str:
        raise OSError("too many open files")

    before = folders_of_drivers()
    monkeypatch.setattr(Gate, "open", refused)
    with pytest.raises(OSError, match="too many open files"):
        await launch(LaunchOptions(rules=NetworkPolicy(public=True)))
    assert folders_of_drivers() == before


async def test_where_no_temporary_folder_can_be_made_it_says_so(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    with pytest.raises(LaunchFailed, match=r"no place for temporary files.*/no/such/folder.*set TMPDIR"):
        await Driver.start()


def test_a_long_folder_for_temporary_files_is_left_for_a_short_one(monkeypatch, tmp_path):
    long = tmp_path / ("x" * LONGEST_PARENT)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="s") as short:
        assert make_short_folder([str(tmp_path / "none"), short]).parent == Path(short)
    assert make_short_folder([str(tmp_path / "none")]).parent == long


async def test_what_is_to_be_swept_goes_with_a_process_that_is_killed(tmp_path):
    folder = tmp_path / "folder of 'ours'"
    (folder / "deep").mkdir(parents=True)
    script = (
        "import subprocess, sys, time; from pathlib import Path; from browser.lifecycle.sweeper import Sweeper\n"
        "sweeper = Sweeper(Path(sys.argv[1]))\n"
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "sweeper.kill_first(child.pid)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    running = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
    )
    with running:
        assert running.stdout
        child = int(await asyncio.to_thread(running.stdout.readline))
        running.send_signal(signal.SIGKILL)
    await until(lambda: not folder.exists())
    stat = Path(f"/proc/{child}/stat")
    await until(lambda: not stat.exists() or stat.read_text().split()[2] == "Z")


def test_sweeping_takes_the_folders_at_once_and_kills_nobody(tmp_path):
    (tmp_path / "a").mkdir()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as other:
        sweeper = Sweeper(tmp_path / "a", tmp_path / "b")
        sweeper.kill_first(other.pid)
        sweeper.kill_first(None)
        sweeper.sweep()
        assert not (tmp_path / "a").exists()
        assert other.poll() is None
        other.kill()
