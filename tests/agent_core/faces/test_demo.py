from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from agent_core.demo_site import DemoSite
from agent_core.faces.cli.commands.demo import REGISTRATION, SHOWS

BY_TITLE = {show.title: show for show in SHOWS}


def agent_core(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AGENT_CORE_HOME": str(folder)}
    command = [sys.executable, "-m", "agent_core", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.browser
def test_every_show_completes_with_what_the_site_holds(tmp_path: Path):
    done = agent_core("demo", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(SHOWS)} of {len(SHOWS)} as they should be" in done.stdout
    assert done.stdout.count("valid against the schema") == len(SHOWS)
    assert "wrong:" not in done.stdout
    assert re.search(r"\d+ steps, \d+ ms each in the median", done.stdout)
    folders = [Path(line) for line in re.findall(r"^screenshots: (.+)$", done.stdout, re.MULTILINE)]
    assert len(folders) == len(SHOWS)
    assert all(list(folder.glob("*.png")) or list(folder.glob("*.jpg")) for folder in folders)


def test_a_port_that_is_taken_is_named(tmp_path: Path):
    with DemoSite() as other:
        port = other.url.rstrip("/").rpartition(":")[2]
        done = agent_core("demo", "--port", port, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"agent-core: --port: {port} cannot be used")


def test_the_site_can_be_served_alone_until_it_is_interrupted(tmp_path: Path):
    command = [sys.executable, "-m", "agent_core", "demo", "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        [url] = re.findall(r"http://127\.0\.0\.1:\d+/", serving.stdout.readline())
        with urlopen(f"{url}posts.json") as answer:
            assert answer.status == 200
        serving.send_signal(2)
        _, said = serving.communicate(timeout=30)
    assert (serving.returncode, said) == (0, "")


# --- a demo that cannot fail would show nothing: what is off by one thing is wrong -------------------


@pytest.fixture
def site() -> Any:
    with DemoSite() as site:
        yield site


def test_an_output_that_differs_from_the_site_is_wrong(site: DemoSite):
    show = BY_TITLE["Read a list into a schema"]
    right = {"posts": site.posts[:5]}
    assert show.problem(site, right) == ""
    assert "points" in show.problem(site, {"posts": [{**post, "points": 1} for post in right["posts"]]})
    assert show.problem(site, {"posts": right["posts"][:4]})
    assert show.problem(site, None)


def test_a_form_that_did_not_arrive_as_it_should_is_wrong(site: DemoSite):
    show = BY_TITLE["Fill in a form of three steps"]
    assert show.problem(site, {"registration_number": "QW-12345"}) == "no registration arrived at the site"
    number = site.register({**REGISTRATION, "lunch": False})["number"]
    assert "lunch" in show.problem(site, {"registration_number": number})
    number = site.register(REGISTRATION)["number"]
    assert show.problem(site, {"registration_number": number}) == ""
    assert show.problem(site, {"registration_number": "QW-1"})


def test_a_letter_that_was_not_ordered_is_wrong(site: DemoSite):
    show = BY_TITLE["Use a form inside a frame"]
    right = {"goes_to": "ada@quayside.example", "next_letter": "2026-04-01"}
    assert show.problem(site, right)
    site.subscribe({"email": "ada@quayside.example"})
    assert show.problem(site, right) == ""
