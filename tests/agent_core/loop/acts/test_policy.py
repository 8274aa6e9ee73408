"""What an engine may not do on the caller's machine."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from agent_core.config import Settings
from agent_core.errors import BadRequest
from agent_core.loop.acts.policy import objection
from agent_core.runner.preparing.resolve import goal_of, prepare
from agent_core.task.request import TaskRequest
from browser.model.actions import Action, Click, Goto, OpenTab, Upload


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_text("")
    return str(path)


def asked(**fields: object) -> TaskRequest:
    return TaskRequest.of({"prompt": "Upload /srv/cv.txt", "url": "http://127.0.0.1/", **fields})


def test_files_are_handed_over_only_if_given_or_named_in_the_prompt(report):
    request = asked(files=[report])
    for allowed in ("report.pdf", report, "/srv/cv.txt"):
        assert objection(Upload("f0e1", (allowed,)), request) == ""
    for part in ("cv.txt", "srv", "", "/srv"):
        assert objection(Upload("f0e1", (part,)), request)
    said = objection(Upload("f0e1", ("report.pdf", "/root/.ssh/id_rsa")), request)
    assert said.startswith("'/root/.ssh/id_rsa' was not given with the task")
    assert said.endswith("given were: report.pdf")


def test_the_engine_is_told_the_names_of_the_files_and_not_where_they_lie(report):
    assert goal_of(asked(files=[report])).files == ("report.pdf",)


@pytest.mark.parametrize(
    ("url", "start", "allowed"),
    [
        ("https://example.com/", None, True),
        ("example.com/posts", None, True),
        ("localhost:3000/x", None, True),
        ("about:blank", None, True),
        ("file:///etc/passwd", "http://127.0.0.1/", False),
        ("file:///srv/b.html", "file:///srv/a.html", True),
        ("javascript:alert(1)", None, False),
        ("chrome://settings", None, False),
        (" FILE:///etc/passwd", None, False),
        ("data:text/html,x", None, False),
    ],
)
def test_which_addresses_are_opened(url, start, allowed):
    request = asked(url=start)
    assert bool(objection(Goto(url), request)) != allowed
    assert bool(objection(OpenTab(url), request)) != allowed


def test_everything_else_may_be_done():
    assert objection(Click("f0e1"), asked()) == ""
    assert objection(OpenTab(), asked()) == ""


def test_a_file_that_is_not_there_is_named(report):
    with pytest.raises(BadRequest, match=r"^files: there is no file '/nowhere'"):
        asked(files=[report, "/nowhere"])
    with pytest.raises(BadRequest, match=r"^files: paths are only for callers on this machine"):
        TaskRequest.of({"prompt": "Upload", "files": [report]}, caller="http")


def test_every_action_that_names_an_address_or_files_is_judged():
    bad = {"url": "file:///etc/passwd", "files": ("/etc/passwd",), "target": "f0e1"}
    for action in get_args(Action):
        names = {field.name for field in fields(action)}
        if names & {"url", "files"}:
            assert objection(action(**{name: bad[name] for name in names & bad.keys()}), asked())


def test_a_file_that_the_prompt_names_is_handed_over_only_where_that_is_allowed(report):
    request = asked(files=[report]).limited(named_files=False, private_hosts=True)
    assert objection(Upload("f0e1", ("report.pdf",)), request) == ""
    assert objection(Upload("f0e1", ("/srv/cv.txt",)), request)
    assert objection(Upload("f0e1", ("/srv/cv.txt",)), request.but_with({"title": "again"}))


def test_the_settings_of_a_run_limit_what_it_may_do_on_this_machine(tmp_path):
    settings = Settings(home=tmp_path, named_files=False, private_hosts=False)
    prepared = prepare(asked(url="https://example.com/"), settings=settings, own_engine=True)
    assert not prepared.request.named_files
    assert prepared.request.rules.public
    assert prepared.way.rules.public
    free = prepare(asked(), settings=Settings(home=tmp_path), own_engine=True)
    assert free.request.named_files
    assert not free.request.rules
