"""Files appear whole, for their owner alone, also where several write the same one."""

from __future__ import annotations

import stat
import threading

import pytest

from agent_core.store import private


def test_of_several_who_write_one_file_each_writes_it_whole(tmp_path):
    path = tmp_path / "result.json"
    texts = [letter * 300_000 for letter in "abcdef"]
    problems: list[BaseException] = []

    def write(text: str) -> None:
        try:
            for _ in range(10):
                private.write(path, text)
        except OSError as error:
            problems.append(error)

    writers = [threading.Thread(target=write, args=(text,)) for text in texts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert problems == []
    assert path.read_text() in texts
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        private.write(tmp_path / "taken", "x")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]
