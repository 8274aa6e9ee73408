"""PDFs that the browser's viewer paints: their text is read like that of any page."""

from __future__ import annotations

import http.server
import io
import threading

import pytest
from pypdf import PdfReader, PdfWriter

from browser.model.observation import LookRequest, View
from browser.snapshot.pdf import read_pdf
from engines.prompts.page import page_text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def pdf(*pages: tuple[str, ...]) -> bytes:
    """A document with these lines on its pages."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        drawn = b" ".join(b"(%s) Tj 0 -24 Td" % line.encode() for line in lines)
        content = b"BT /F1 18 Tf 72 720 Td %s ET" % drawn
        kids.append(b"%d 0 R" % (len(parts) + 1))
        parts += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (len(parts) + 2),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    parts[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(pages))
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return (
        out + head + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    )


def locked(data: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


BILL = pdf(("Invoice 4711", "Total 99.50 EUR"), ("Terms", "Pay within 14 days"))
LONG = pdf(*(tuple(f"Line {at} of page {page}" for at in range(30)) for page in range(1, 81)))
FILES = {"/bill.pdf": BILL, "/long.pdf": LONG, "/locked.pdf": locked(BILL), "/empty.pdf": pdf(())}
USUAL = View()
HOLDER = b"<h1>Your bill</h1><iframe src=/bill.pdf width=600 height=400></iframe><p>Thank you</p>"


class Papers(http.server.BaseHTTPRequestHandler):
    """PDFs, shown to those who have the cookie of the front page."""

    def do_GET(self) -> None:
        if self.path in FILES and "reader=yes" in self.headers.get("Cookie", ""):
            self._answer(FILES[self.path], "application/pdf")
        elif self.path in ("/", "/holder"):
            self._answer(HOLDER if self.path == "/holder" else b"<h1>Papers</h1>", "text/html")
        else:
            self.send_error(403)

    def _answer(self, data: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "reader=yes")
        self.send_header("Content-Type", media_type)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def papers():
    papers = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Papers)
    threading.Thread(target=papers.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{papers.server_port}"
    papers.shutdown()
    papers.server_close()


async def look_at(session, papers, path, view=USUAL):
    """What is seen of a paper by somebody who came over the front page."""
    await session.goto(papers + "/")
    await session.goto(papers + path)
    return await session.observe(view)


async def test_a_pdf_is_read_page_by_page(papers, session):
    seen = await look_at(session, papers, "/bill.pdf", View(screenshots="viewport"))
    assert seen.text == "Invoice 4711\nTotal 99.50 EUR\nTerms\nPay within 14 days"
    pages = [element for element in seen.elements if element.role == "region"]
    assert [page.name for page in pages] == ["Page 1 of 2", "Page 2 of 2"]
    lines = {element.name: element.parent for element in seen.elements if element.role == "text"}
    assert lines["Total 99.50 EUR"] == pages[0].ref
    assert lines["Terms"] == pages[1].ref
    assert seen.screenshots


async def test_a_pdf_in_a_frame_stands_where_the_frame_stands(papers, session):
    seen = await look_at(session, papers, "/holder")
    lines = [line for line in seen.text.splitlines() if line]
    assert lines[0] == "Your bill"
    assert lines[-1] == "Thank you"
    assert "Total 99.50 EUR" in lines


async def test_a_long_pdf_keeps_to_the_budget_and_is_looked_through(papers, session):
    seen = await look_at(session, papers, "/long.pdf", View(budget_tokens=1500))
    shown = page_text(seen, 1500).text
    assert len(shown) // 4 <= 1500
    assert "Line 0 of page 1" in shown
    assert "Line 29 of page 80" in seen.text
    (answer,) = await session.look([LookRequest(query="Line 17 of page 63")])
    assert "Line 17 of page 63" in [element.name for element in answer.elements]


@pytest.mark.parametrize(
    ("name", "why"),
    [("locked", "a password is needed to open it"), ("empty", "no text in it, only pictures")],
)
async def test_a_pdf_without_readable_text_says_so(papers, session, name, why):
    (note,) = (await look_at(session, papers, f"/{name}.pdf")).notes
    assert f"{name}.pdf was not read as text: " in note
    assert why in note


async def test_what_is_no_pdf_is_called_broken():
    assert "it is broken" in read_pdf(b"%PDF-1.7 and nothing more", 5).problem


async def test_a_document_that_takes_too_long_says_how_far_it_was_read():
    read = read_pdf(LONG, 0)
    assert read.problem == "only 0 of its 80 pages were read in time"
