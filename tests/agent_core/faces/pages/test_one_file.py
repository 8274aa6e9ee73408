from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_core import BadRequest
from agent_core.faces.cli.app import app
from agent_core.faces.pages.one_file import one_file
from agent_core.task.run import FileInfo, TaskRun
from tests.support.hostile_run import run_with


def kept(folder: Path, run: TaskRun | None = None) -> TaskRun:
    run = run or run_with("plain words", folder)
    (folder / "result.json").write_text(run.model_dump_json())
    return run


def test_the_file_holds_its_pictures_and_asks_for_nothing(tmp_path: Path):
    page = one_file(kept(tmp_path), tmp_path)
    assert page.count('data-file="screenshots/0001.png"') == 1
    assert re.findall(r'<(?:link|script|img)[^>]+(?:src|href)="(?!")', page) == []
    assert "default-src &#39;none&#39;" in page


def test_a_picture_outside_of_the_folder_is_not_taken_into_the_file(tmp_path: Path):
    folder = tmp_path / "run"
    folder.mkdir()
    run = run_with("plain words", folder)
    (folder / "screenshots/0001.png").rename(tmp_path / "somebodys.png")
    run.steps[0].before = run.steps[0].screenshot = "../somebodys.png"
    assert 'data-file="../somebodys.png"' not in one_file(run, folder)


def test_a_file_that_is_no_picture_is_left_out(tmp_path: Path):
    run = run_with("plain words", tmp_path)
    (tmp_path / "screenshots/0001.png").write_bytes(b"not a picture")
    assert 'data-file="screenshots/0001.png"' not in one_file(run, tmp_path)


def test_files_are_linked_from_where_the_page_lies(tmp_path: Path):
    folder = tmp_path / "run"
    (folder / "downloads").mkdir(parents=True)
    (folder / "downloads/tide table.pdf").write_bytes(b"%PDF")
    run = run_with("plain words", folder)
    url = (folder / "downloads/tide table.pdf").as_uri()
    run.downloaded_files = [FileInfo(url=url, filename="tide table.pdf", file_size=4)]
    assert 'href="downloads/tide%20table.pdf"' in one_file(run, folder)
    assert f'href="{url}"' in one_file(run, folder, tmp_path / "elsewhere")


def test_a_run_folder_that_was_moved_is_read_where_it_lies_now(tmp_path: Path):
    folder = tmp_path / "run"
    folder.mkdir()
    kept(folder)
    moved = folder.rename(tmp_path / "moved")
    said = CliRunner().invoke(app, ["show", str(moved), "--html"])
    assert said.output.strip() == (moved / "run.html").as_uri()
    assert 'data-file="screenshots/0001.png"' in (moved / "run.html").read_text("utf-8")
    assert (moved / "run.html").stat().st_mode & 0o077 == 0


def test_the_page_can_go_to_a_file_of_its_own_or_to_standard_output(tmp_path: Path):
    kept(tmp_path)
    assert CliRunner().invoke(app, ["show", str(tmp_path), "--html", str(tmp_path / "x.html")]).exit_code == 0
    assert (tmp_path / "x.html").read_text("utf-8").startswith("<!doctype html>")
    assert (
        CliRunner().invoke(app, ["show", str(tmp_path), "--html", "-"]).output.startswith("<!doctype html>")
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["x.html"], "with --html only"),
        (["--html", "--json"], "exclude each other"),
        (["--html", "/no/such/folder/x.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(tmp_path: Path, words: list[str], why: str):
    kept(tmp_path)
    said = CliRunner().invoke(app, ["show", str(tmp_path), *words])
    assert isinstance(said.exception, BadRequest)
    assert why in str(said.exception)


def test_a_run_that_still_goes_on_and_one_without_anything_have_a_page(tmp_path: Path):
    run = run_with("plain words", tmp_path)
    bare = TaskRun(
        run_id="tsk_1",
        status="running",
        created_at=run.created_at,
        modified_at=run.created_at,
        run_type="task_v1",
    )
    page = one_file(bare, tmp_path)
    assert "The output shows here when the run has read it." in page
    assert "No step has ended yet." in page
