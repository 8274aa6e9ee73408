"""The disk of sent files is really full: the sender hears it, and what was kept before is still there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Client

from tests.support.small_disk import small_disk
from tests.support.task_server import Player, ended, served, settings_in

TASK = {"prompt": "Find it", "url": "http://127.0.0.1:9/", "engine": "embedded"}
DISK_KB = 512


@pytest.fixture
def sent_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "server" / "uploads"
    with small_disk(folder, DISK_KB):
        yield folder


def send(client: Client, kilobytes: int):
    return client.post("/v1/upload_file", files={"file": ("data.bin", b"x" * kilobytes * 1000)})


def test_a_file_for_which_the_disk_has_no_room_is_refused_and_nothing_of_it_stays(tmp_path, sent_folder):
    with served(settings_in(tmp_path), Player()) as client:
        kept = send(client, 200).json()["file_id"]
        for kilobytes in (400, 5000):
            refused = send(client, kilobytes)
            assert (refused.status_code, "disk is full" in refused.text) == (507, True)
            assert [each.name for each in sent_folder.iterdir()] == [kept]

        assert len(client.get(f"/v1/files/{kept}/content").content) == 200_000
        task = TASK | {"file_ids": [kept]}
        run_id = client.post("/v1/run/tasks", json=task).json()["run_id"]
        assert ended(client, run_id)["status"] == "completed"

        client.delete(f"/v1/files/{kept}")
        assert send(client, 400).status_code == 200


def test_a_disk_that_is_full_to_the_last_byte_refuses_even_an_empty_file(tmp_path, sent_folder):
    with served(settings_in(tmp_path), Player()) as client:
        kept = send(client, 200).json()["file_id"]
        filler = sent_folder / "filler"
        with pytest.raises(OSError, match="No space left"):
            filler.write_bytes(b"x" * DISK_KB * 1024)
        refused = send(client, 0)
        assert (refused.status_code, "disk is full" in refused.text) == (507, True)
        assert {each.name for each in sent_folder.iterdir()} == {kept, "filler"}
        filler.unlink()
        assert send(client, 1).status_code == 200
        assert len(client.get(f"/v1/files/{kept}/content").content) == 200_000
