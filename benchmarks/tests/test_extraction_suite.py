"""Saved pages are found in a folder, halved by name, served without their scripts, and read."""

import gzip
import json

import pytest

from benchmarks.extraction import main
from benchmarks.suites.extraction import articles
from benchmarks.suites.extraction.peer import PeerMissing, read_by_peer
from benchmarks.suites.extraction.reading import read_all
from benchmarks.suites.extraction.saved import NoSuchPages, SavedPage, articles_in, products_in

BODY = "The tide was late on Monday, and so was the ferry."
HTML = f"<title>Late tide</title><article><h1>Late tide</h1><p>{BODY}</p></article>"
SPOILT = "<script>document.body.innerHTML = '<h1>Spoilt</h1>'</script>"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "html").mkdir()
    names = ["c3", "a1", "d4", "b2"]
    for name in names:
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(gzip.compress((HTML + SPOILT).encode()))
    right = {name: {"articleBody": BODY, "url": f"https://tides.example/{name}?x=ä"} for name in names}
    (tmp_path / "ground-truth.json").write_text(json.dumps(right), "utf-8")
    return tmp_path


def test_the_first_half_by_name_is_for_work_and_the_other_one_for_the_report(folder):
    assert [page.name for page in articles_in(folder, "work")] == ["a1", "b2"]
    assert [page.name for page in articles_in(folder, "report")] == ["c3", "d4"]


def test_a_page_is_served_under_the_address_that_it_had(folder):
    assert articles_in(folder, "all")[0].path == "/tides.example/a1?x=%C3%A4"


def test_a_page_in_utf_8_is_served_as_such_since_its_own_server_may_have_said_so(tmp_path):
    words = "<p>übel</p>"
    media_types = []
    for encoding in ("utf-8", "latin-1"):
        file = tmp_path / f"{encoding}.html"
        file.write_text(words, encoding)
        media_types.append(SavedPage(encoding, "", file, {}).media_type)

    assert media_types == ["text/html; charset=utf-8", "text/html"]


def test_pages_with_passages_are_found_in_either_of_their_folders(tmp_path):
    for part, name in (("eval", "a.html"), ("cache", "b.html")):
        (tmp_path / "tests" / part).mkdir(parents=True)
        (tmp_path / "tests" / part / name).write_text(HTML, "utf-8")
    said = {
        f"https://tides.example/{name}": {"file": name, "with": [BODY], "without": ["menu"]}
        for name in ("a.html", "b.html")
    }
    (tmp_path / "tests" / "evaldata.json").write_text(json.dumps(said), "utf-8")
    assert [page.file.parent.name for page in articles_in(tmp_path, "all")] == ["eval", "cache"]


def test_a_folder_without_pages_is_refused_by_what_it_lacks(tmp_path, capsys):
    with pytest.raises(NoSuchPages, match="evaldata"):
        articles_in(tmp_path, "all")
    with pytest.raises(NoSuchPages, match="dataset"):
        products_in(tmp_path, "all")
    assert main(["products", str(tmp_path)]) == 2
    assert "dataset" in capsys.readouterr().err


def test_pages_of_the_half_for_the_report_are_not_shown(folder, capsys):
    with pytest.raises(SystemExit):
        main(["articles", str(folder), "--half", "report", "-v"])
    assert "--half work" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_says_so(folder, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no such library' >&2; exit 1\n", "utf-8")
    python.chmod(0o755)
    with pytest.raises(PeerMissing, match="no such library"):
        read_by_peer(python, [page.file for page in articles_in(folder, "all")])


@pytest.mark.browser
async def test_what_was_saved_is_what_is_read(folder):
    pages = articles_in(folder, "work")

    read = [one async for one in read_all(pages, articles.WISH, articles.SCHEMA)]

    assert [one.page.name for one in read] == ["a1", "b2"]
    assert {one.output["headline"] for one in read} == {"Late tide"}
