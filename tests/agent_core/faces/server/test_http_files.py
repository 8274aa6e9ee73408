"""Files over HTTP: those that came of a run, and those that are sent for one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Client

from agent_core import TaskRun
from agent_core.faces.server.errors import NoRoom
from agent_core.faces.server.kept.uploads import Uploads, new_id, plain_name
from agent_core.faces.server.routes.files import upload_file
from agent_core.faces.server.wire.links import artifact_id
from agent_core.task.run import FileInfo
from tests.support.task_server import PlayedRun, Player, ended, served, settings_in, with_key

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
PAGE = b"<script>alert(1)</script>"


class RunWithFiles(PlayedRun):
    """A run that leaves a folder with files in it."""

    home: Path

    async def result(self) -> TaskRun:
        run = await super().result()
        folder = self.home / "runs" / run.run_id
        for name in ("screenshots", "downloads"):
            (folder / name).mkdir(parents=True)
        (folder / "screenshots" / "0001.png").write_bytes(b"\x89PNG1")
        (folder / "downloads" / "letter ü.html").write_bytes(PAGE)
        (folder / "recording.mp4").write_bytes(bytes(range(256)))
        (folder / "request.json").write_text("{}")
        (folder / "downloads" / "out").symlink_to("/etc/hostname")
        shot, letter = folder / "screenshots" / "0001.png", folder / "downloads" / "letter ü.html"
        run.folder = str(folder)
        run.screenshot_urls, run.recording_url = [shot.as_uri()], (folder / "recording.mp4").as_uri()
        run.downloaded_files = [FileInfo(url=letter.as_uri(), filename=letter.name)]
        (folder / "result.json").write_text(run.model_dump_json())
        return run


@dataclass
class Served:
    """A server with one run that has ended, and the clients of its owner and of somebody without a key."""

    client: Client
    stranger: Client
    run: dict[str, Any]

    def file(self, kind: str) -> dict[str, Any]:
        [found] = self.client.get(f"/v1/runs/{self.run['run_id']}/artifacts?artifact_type={kind}").json()
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    settings = settings_in(home)
    key = with_key(settings)
    player = Player(kind=type("Run", (RunWithFiles,), {"home": home}))
    with served(settings, player, key) as client, Client(base_url=client.base_url) as stranger:
        run = ended(client, client.post("/v1/run/tasks", json=TASK).json()["run_id"])
        yield Served(client, stranger, run)


def test_the_files_of_a_run_are_listed_by_kind_and_nothing_else_of_its_folder(ours: Served):
    files = ours.client.get(f"/v1/runs/{ours.run['run_id']}/artifacts").json()
    assert {(each["artifact_type"], each["filename"]) for each in files} == {
        ("recording", "recording.mp4"),
        ("screenshot_action", "0001.png"),
        ("download", "letter ü.html"),
    }
    two = f"/v1/runs/{ours.run['run_id']}/artifacts?artifact_type=recording&artifact_type=download"
    assert len(ours.client.get(two).json()) == 2
    one = ours.client.get(f"/v1/artifacts/{files[0]['artifact_id']}").json()
    assert one | {"signed_url": ""} == files[0] | {"signed_url": ""}  # a link is signed for from now on


def test_the_addresses_of_an_answer_are_signed_links_that_need_no_key(ours: Served):
    run = ours.run
    [picture], [letter] = run["screenshot_urls"], run["downloaded_files"]
    assert ours.stranger.get(picture).content == b"\x89PNG1"
    assert ours.stranger.get(run["recording_url"]).content == bytes(range(256))
    assert ours.stranger.get(letter["url"]).content == PAGE
    assert run["folder"] is None


def test_what_a_site_made_the_run_download_is_never_shown_as_a_page(ours: Served):
    answer = ours.client.get(ours.file("download")["signed_url"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    shown = ours.client.get(ours.file("screenshot_action")["signed_url"])
    assert shown.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-3", 206, bytes(range(4))),
        ("bytes=-2", 206, b"\xfe\xff"),
        ("bytes=250-", 206, bytes(range(250, 256))),
        ("bytes=999-", 416, None),
        ("lines=1", 400, None),
    ],
)
def test_a_part_of_a_file_is_had_by_its_range(ours: Served, asked: str, status: int, content: bytes | None):
    answer = ours.client.get(ours.run["recording_url"], headers={"Range": asked})
    assert answer.status_code == status
    assert content is None or answer.content == content


def test_a_link_that_was_changed_opens_nothing(ours: Served):
    address = ours.file("recording")["signed_url"]
    expiry = parse_qs(urlsplit(address).query)["expiry"][0]
    changed = [
        address.replace(f"expiry={expiry}", f"expiry={int(expiry) + 1}"),
        address[:-1] + ("0" if address[-1] != "0" else "1"),
        address.replace(ours.file("recording")["artifact_id"], ours.file("download")["artifact_id"]),
        address.partition("?")[0],
        address + "é",
    ]
    assert {ours.stranger.get(each).status_code for each in changed} == {403}


@pytest.mark.parametrize(
    "wanted",
    [
        "../../etc/passwd",
        "/etc/hostname",
        "downloads/../request.json",
        "request.json",
        "result.json",
        "downloads/out",
        "downloads",
        "",
        "none.png",
    ],
)
def test_a_path_that_is_no_file_of_the_run_is_refused(ours: Served, wanted: str):
    named = artifact_id(ours.run["run_id"], wanted)
    for address in (f"/v1/artifacts/{named}", f"/v1/artifacts/{named}/content"):
        assert ours.client.get(address).status_code == 404


@pytest.mark.parametrize("wanted", ["..%2F..%2Fetc%2Fpasswd", "a_tsk_x_y", "a", "%00", "a_tsk_1_%2e%2e"])
def test_what_is_no_id_of_an_artifact_is_not_found(ours: Served, wanted: str):
    assert ours.client.get(f"/v1/artifacts/{wanted}/content").status_code == 404


def test_a_file_that_is_sent_comes_back_as_it_was_and_reaches_the_task(ours: Served):
    content = b"\x00\xff\r\n--x\r\n" * 1000
    sent = ours.client.post("/v1/upload_file", files={"file": ("../../Brief é.pdf", content)}).json()
    assert (sent["filename"], sent["file_size"]) == ("Brief é.pdf", len(content))
    answer = ours.stranger.get(sent["presigned_url"])
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment")
    task = ours.client.post("/v1/run/tasks", json=TASK | {"file_ids": [sent["file_id"]]}).json()
    assert task["run_request"]["file_ids"] == [sent["file_id"]]
    assert task["run_request"]["files"] is None
    assert ours.client.delete(f"/v1/files/{sent['file_id']}").status_code == 204
    assert ours.client.get(f"/v1/files/{sent['file_id']}/content").status_code == 404
    gone = ours.client.post("/v1/run/tasks", json=TASK | {"file_ids": [sent["file_id"]]})
    assert gone.status_code == 422
    assert "file_ids" in gone.text


def test_a_part_without_a_file_name_is_taken_byte_for_byte_as_the_published_client_sends_it(ours: Served):
    body = b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n\xff\xfe\x00\r\n--b--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    sent = ours.client.post("/v1/upload_file", content=body, headers=headers).json()
    assert ours.stranger.get(sent["presigned_url"]).content == b"\xff\xfe\x00"


@pytest.mark.parametrize(
    ("content_type", "body", "said"),
    [
        ("application/json", b"{}", "multipart/form-data"),
        ("multipart/form-data", b"", "boundary"),
        ("multipart/form-data; boundary=b", b"", "ends too early"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense", "form"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n', "no part"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n1', "ends too early"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_read_is_refused_with_the_reason(ours: Served, content_type, body, said):
    answer = ours.client.post("/v1/upload_file", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_file_that_is_too_large_is_refused_and_nothing_of_it_stays(tmp_path: Path):
    settings = settings_in(tmp_path, max_sent_file_mb=0.1)
    with served(settings, Player()) as client:
        answer = client.post("/v1/upload_file", files={"file": ("a", b"x" * 105_000)})
        assert answer.status_code == 413
        assert client.post("/v1/upload_file", files={"file": ("a", b"x" * 200_000)}).status_code == 413
    assert list((tmp_path / "server" / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("C:\\docs\\a.pdf", "a.pdf"),
        ("/etc/passwd", "passwd"),
        ("..", "file"),
        (".partial", "partial"),
        ("", "file"),
        ("a\x00\nb.txt", "ab.txt"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("ü" * 300, "ü" * 75),
    ],
)
def test_a_name_that_a_sender_gives_becomes_one_that_is_no_path(given: str, name: str):
    assert plain_name(given) == name


def test_a_form_of_very_many_parts_is_refused(tmp_path: Path):
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\nb\r\n' % each for each in range(50)
    )
    with served(settings_in(tmp_path), Player()) as client:
        answer = client.post(
            "/v1/upload_file",
            content=parts + b"--x--\r\n",
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
    assert (answer.status_code, "more than 20 parts" in answer.text) == (422, True)


def test_all_files_that_are_sent_have_no_more_space_than_they_may(tmp_path: Path):
    with served(settings_in(tmp_path, sent_files_space_mb=0.01), Player()) as client:
        sent = client.post("/v1/upload_file", files={"file": ("a", b"x" * 6_000)}).json()
        refused = client.post("/v1/upload_file", files={"file": ("b", b"x" * 6_000)})
        assert (refused.status_code, "may have 10,000 bytes together" in refused.json()["detail"]) == (
            507,
            True,
        )
        assert len(list((tmp_path / "server" / "uploads").iterdir())) == 1
        client.delete(f"/v1/files/{sent['file_id']}")
        assert client.post("/v1/upload_file", files={"file": ("b", b"x" * 6_000)}).status_code == 200


def test_room_is_kept_free_for_files_that_come_in_at_the_same_time(tmp_path: Path):
    uploads = Uploads(tmp_path, most_bytes=10_000)
    first, second = new_id(), new_id()
    uploads.begin(first, 6_000)
    with pytest.raises(NoRoom):
        uploads.begin(second, 6_000)
    uploads.forget(first)
    partial = uploads.begin(second, 6_000)
    partial.write_bytes(b"123")
    uploads.finish(second, "a", None)
    assert uploads.begin(new_id(), 6_000)


async def test_a_caller_that_goes_away_while_room_is_made_keeps_none(tmp_path: Path):
    class Slow(Uploads):
        def begin(self, file_id: str, most_bytes: int) -> Path:
            path = super().begin(file_id, most_bytes)
            loop.call_soon_threadsafe(asked.cancel)
            return path

    uploads, loop = Slow(tmp_path, most_bytes=10_000), asyncio.get_running_loop()
    parts = SimpleNamespace(uploads=uploads, settings=SimpleNamespace(max_sent_file_mb=0.006))
    asked = asyncio.create_task(upload_file(None, parts, SimpleNamespace(headers={})))
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert Uploads.begin(uploads, new_id(), 10_000).name == ".partial"
