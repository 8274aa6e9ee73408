"""Whole runs that are recorded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import av
import pytest

from agent_core import BadRequest, TaskRequest, load_run, run_task
from agent_core.testing import Scripted
from browser.model.actions import Click
from engines.protocol import Act, Finish

pytestmark = pytest.mark.browser

PAGE = """<title>T</title><button onclick="document.body.style.background='blue'; said.textContent = 'Turned'">Turn</button><p id=said></p>"""


def path_of(uri: str) -> Path:
    return Path(url2pathname(urlsplit(uri).path))


def click(turn):
    button = next(element for element in turn.observation.elements if element.role == "button")
    return Act(actions=(Click(button.ref),))


async def test_a_run_keeps_what_was_recorded_in_its_folder(server, settings, our_browsers):
    run = await run_task(
        "Turn",
        server.page(PAGE),
        engine=Scripted([click, Finish()]),
        record=["video", "har", "trace"],
        extra_http_headers={"X-Mine": "hunter2"},
        settings=settings,
    )
    assert run.status == "completed"
    assert not [warning for warning in run.warnings if "sandbox" not in warning]
    assert run.run_request["record"] == ["video", "har", "trace"]
    assert [path_of(uri).parent for uri in (run.recording_url, run.har_url, run.trace_url)] == [
        Path(run.folder)
    ] * 3
    with av.open(str(path_of(run.recording_url))) as video:
        assert len(list(video.decode(video=0))) > 1
    har = path_of(run.har_url).read_text()
    assert server.url in har
    assert "hunter2" not in har
    assert load_run(run.folder) == run


async def test_a_run_by_words_is_recorded_too(server, settings, our_browsers):
    run = await run_task(
        "Click 'Turn'.", server.page(PAGE), engine="embedded", record=True, settings=settings
    )
    assert run.status == "completed"
    assert path_of(run.recording_url).stat().st_size > 1000
    assert (run.har_url, run.trace_url) == (None, None)


async def test_a_run_that_fails_is_recorded_up_to_there(server, settings, our_browsers, closed_port):
    run = await run_task(
        "Read",
        f"http://127.0.0.1:{closed_port}/",
        engine=Scripted([]),
        record=["har"],
        settings=settings,
    )
    assert run.failure_code == "NAVIGATION_FAILED"
    [entry] = json.loads(path_of(run.har_url).read_text())["log"]["entries"]
    assert "ERR_CONNECTION_REFUSED" in entry["response"]["_error"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (True, ("video",)),
        (False, ()),
        (None, ()),
        ("video, har", ("video", "har")),
        (["trace"], ("trace",)),
        ({"video": True, "har": False, "bodies": True}, ("video", "bodies")),
    ],
    ids=repr,
)
def test_what_is_to_be_recorded_is_said_in_several_ways(given, wanted):
    assert TaskRequest.of({"prompt": "Read", "record": given}).record == wanted


@pytest.mark.parametrize("given", ["film", ["video", 3], 7], ids=repr)
def test_what_cannot_be_recorded_is_named(given):
    with pytest.raises(BadRequest, match=r"^record"):
        TaskRequest.of({"prompt": "Read", "record": given})


WITHOUT_AV = """
import sys
sys.modules["av"] = None  # as where it is not installed
from agent_core import BadRequest, run_task_sync
try:
    run_task_sync("Read", "http://127.0.0.1:9/", engine="embedded", record=True)
except BadRequest as error:
    print(error)
"""


def test_a_video_without_pyav_says_what_to_install_before_anything_starts(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_AV],
        env={"AGENT_CORE_HOME": str(tmp_path / "home"), "PATH": "", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert (
        done.stdout.strip() == "record: a video needs PyAV: pip install '.[video]' in agent-core's checkout"
    ), done.stderr
    assert not (tmp_path / "home").exists()
