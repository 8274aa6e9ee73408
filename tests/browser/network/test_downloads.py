"""Files that pages hand out, in a browser of ours and in somebody's."""

from __future__ import annotations

import hashlib
import http.server
import threading
from contextlib import asynccontextmanager

import pytest

from browser.lifecycle.attach import attach
from browser.model.actions import Click, Goto
from browser.network.downloads import MOST_DOWNLOADS, Download
from browser.options import SessionOptions
from tests.support.observing import see
from tests.support.somebodys_browser import somebodys_browser, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
PAGE = """<a href=/report.csv download>named</a> <a href=/attached>attached</a> <a href=/bare download>bare</a>
<a href="data:text/plain,some%20words" download=words.txt>data</a> <a id=blob download="blob file.bin">blob</a>
<a href=/evil download>evil</a> <a href=/long download>long</a> <a href=/attached target=_blank>window</a>
<a href=/cut download>cut</a> <a href=/short download>short</a> <a href=/endless download>endless</a>
<iframe src=/framed></iframe>
<script>blob.href = URL.createObjectURL(new Blob([new Uint8Array([0, 1, 2, 255])]))</script>"""


class Files(http.server.BaseHTTPRequestHandler):
    """Files with good manners and bad ones."""

    ended: threading.Event

    def do_GET(self) -> None:
        plain = {
            "/": (PAGE.encode(), {"Content-Type": "text/html"}),
            "/framed": (b"<a href=/report.csv download>framed</a>", {"Content-Type": "text/html"}),
            "/report.csv": (b"a,b\n1,2\n", {"Content-Type": "text/csv"}),
            "/bare": (PNG, {"Content-Type": "application/octet-stream"}),
            "/attached": (
                b"%PDF-1.7 etc",
                {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="Bill 7.pdf"'},
            ),
            "/evil": (b"x", {"Content-Disposition": 'attachment; filename="../../etc/passwd"'}),
            "/long": (b"long", {"Content-Disposition": f'attachment; filename="{"ä" * 240}.txt"'.encode().decode("latin-1")}),
        }  # fmt: skip
        if self.path in plain:
            body, headers = plain[self.path]
            self._begin({**headers, "Content-Length": str(len(body))})
            self.wfile.write(body)
        elif self.path == "/short":
            self._begin({"Content-Length": "100000", "Content-Disposition": "attachment; filename=short.zip"})
            self.wfile.write(b"only this")
        elif self.path == "/cut":
            self._begin(
                {"Transfer-Encoding": "chunked", "Content-Disposition": "attachment; filename=cut.zip"}
            )
            self.wfile.write(b"4\r\nonly\r\n5\r\nth")
        elif self.path == "/endless":
            self._begin({"Content-Disposition": "attachment; filename=endless.zip"})
            self.wfile.write(bytes(100_000))
            self.wfile.flush()
            self.ended.wait(60)
        else:
            self.send_error(404)
        self.close_connection = True

    def _begin(self, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def files():
    """The address of a server of files."""
    handler = type("Handler", (Files,), {"ended": threading.Event()})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        handler.ended.set()
        server.shutdown()


@asynccontextmanager
async def launched(browser, folder, server, **fields):
    session = await browser.open_session(SessionOptions(downloads_dir=folder / "kept", **fields))
    try:
        yield session
    finally:
        await session.close()


@asynccontextmanager
async def joined(browser, folder, server, **fields):
    async with somebodys_browser(folder, server) as somebody:
        theirs = await attach(somebody.address)
        try:
            yield await theirs.open_session(SessionOptions(downloads_dir=folder / "kept", **fields))
        finally:
            await theirs.close()
        assert await somebody.others() == {}


async def get(session, name):
    seen = await see(session)
    [link] = [e for e in seen.elements if e.role == "link" and e.name == name]
    return await session.perform(Click(link.ref))


WHOLE = {
    "named": ("report.csv", b"a,b\n1,2\n", "text/csv"),
    "attached": ("Bill 7.pdf", b"%PDF-1.7 etc", "application/pdf"),
    "bare": ("bare", PNG, "image/png"),
    "data": ("words.txt", b"some words", "text/plain"),
    "blob": ("blob file.bin", b"\x00\x01\x02\xff", "application/octet-stream"),
    "framed": ("report.csv", b"a,b\n1,2\n", "text/csv"),
    "window": ("Bill 7.pdf", b"%PDF-1.7 etc", "application/pdf"),
}


@pytest.mark.parametrize("opened", [launched, joined])
async def test_every_kind_of_download_is_kept_and_measured(browser, tmp_path, server, files, opened):
    async with opened(browser, tmp_path, server) as session:
        await session.goto(files)
        for count, (link, (name, body, mime)) in enumerate(WHOLE.items(), 1):
            result = await get(session, link)
            assert result.problem == ""
            await until(lambda count=count: len(session._downloads.all) == count)
            await session.downloads_done()
            kept = session.downloads[-1]
            assert (kept.name, kept.size, kept.mime) == (name, len(body), mime), link
            assert kept.sha256 == hashlib.sha256(body).hexdigest()
            assert (tmp_path / "kept").samefile(kept.path.rpartition("/")[0])
        assert len({kept.path for kept in session.downloads}) == len(WHOLE)
        assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == sorted(
            ["Bill 7.pdf", "Bill 7-1.pdf", "bare", "blob file.bin", "report.csv", "report-1.csv", "words.txt"]
        )
        assert [tab.url for tab in (await see(session)).tabs] == [files]


@pytest.mark.parametrize("opened", [launched, joined])
async def test_half_a_file_is_never_taken_for_a_whole_one(browser, tmp_path, server, files, opened):
    async with opened(browser, tmp_path, server) as session:
        await session.goto(files)
        for link in ("cut", "short"):
            await get(session, link)
        await until(lambda: len(session._downloads.all) == 2)
        await session.downloads_done()
        await get(session, "endless")
        await until(lambda: len(session._downloads.all) == 3)
        await session.downloads_done(0.5)

        assert session.downloads == []
        cut, short, endless = session.failed_downloads
        assert (cut.name, short.name, endless.name) == ("cut.zip", "short.zip", "endless.zip")
        assert cut.problem
        assert short.problem
        assert endless.problem == "it had not ended after 0.5 s"
        assert list((tmp_path / "kept").iterdir()) == []
        await get(session, "named")
        await until(lambda: len(session._downloads.all) == 4)
        await session.downloads_done()
        assert [kept.name for kept in session.downloads] == ["report.csv"]


async def test_names_that_lead_elsewhere_or_are_too_long_stay_in_the_folder(browser, tmp_path, files):
    async with launched(browser, tmp_path, None) as session:
        await session.goto(files)
        for count, link in enumerate(("evil", "long"), 1):
            await get(session, link)
            await until(lambda count=count: len(session._downloads.all) == count)
            await session.downloads_done()
        assert [kept.size for kept in session.downloads] == [1, 4]
        assert len(list((tmp_path / "kept").iterdir())) == 2
        assert all(len(path.name.encode()) < 256 for path in (tmp_path / "kept").iterdir())


async def test_an_address_that_is_a_download_is_no_failure(browser, tmp_path, files):
    async with launched(browser, tmp_path, None) as session:
        await session.goto(files)
        result = await session.perform(Goto(files + "attached"))
        assert result.problem == ""
        assert "which is a download" in result.did
        await until(lambda: session._downloads.all)
        await session.downloads_done()
        assert [kept.name for kept in session.downloads] == ["Bill 7.pdf"]


async def test_a_session_that_closes_gives_up_what_is_under_way(browser, tmp_path, files):
    async with launched(browser, tmp_path, None) as session:
        await session.goto(files)
        await get(session, "endless")
        await until(lambda: session._downloads.all)
    assert [one.problem for one in session.failed_downloads] == ["the session ended before it did"]
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("place", [launched, joined], ids=lambda place: place.__name__)
async def test_downloads_that_become_too_much_are_given_up(browser, tmp_path, files, server, place):
    async with place(browser, tmp_path, server, most_download_bytes=50_000) as session:
        await session.goto(files)
        await get(session, "named")
        await until(lambda: session.downloads)
        await get(session, "endless")
        await until(lambda: session.failed_downloads)
        assert [one.name for one in session.downloads] == ["report.csv"]
        [lost] = session.failed_downloads
        assert (lost.name, lost.problem) == ("endless.zip", "the downloads come to more than 0.05 MB")
        await get(session, "bare")  # what was given up does not count any more
        await until(lambda: len(session.downloads) == 2)
        assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["bare", "report.csv"]


async def test_a_page_that_hands_out_files_without_end_is_stopped(browser, tmp_path, files):
    async with launched(browser, tmp_path, None) as session:
        session._downloads.all += [Download(name="old", url="", path="old")] * MOST_DOWNLOADS
        await session.goto(files)
        await get(session, "named")
        await until(lambda: session.failed_downloads)
        assert session.failed_downloads[0].problem == "a run keeps no more than 100 downloads"
        assert not (tmp_path / "kept").exists()
