"""Servers that give no page: what the run says, and the way that it names."""

from __future__ import annotations

import base64
import datetime
import http.server
import ipaddress
import ssl
import threading

import pytest

from agent_core import open_browser_session, run_task
from agent_core.testing import Scripted
from engines.protocol import Finish

pytestmark = pytest.mark.browser


def asks_for(server, how: str) -> str:
    address = server.page("<h1>Members</h1>", "/members", {"WWW-Authenticate": how})
    server.statuses["/members"] = 401
    return address


async def test_a_site_that_asks_for_http_login_is_told_with_the_field_that_gives_it(server, settings):
    run = await run_task("Read", asks_for(server, 'Basic realm="x"'), engine=Scripted([]), settings=settings)
    assert run.failure_code == "NAVIGATION_FAILED"
    assert "wants a user and a password" in run.failure_reason
    assert "extra_http_headers" in run.failure_reason


async def test_the_login_is_sent_by_that_field(server, settings):
    header = {"Authorization": "Basic " + base64.b64encode(b"ann:pass").decode()}
    await run_task(
        "Read",
        server.page("<h1>Members</h1>"),
        engine=Scripted([Finish()]),
        extra_http_headers=header,
        settings=settings,
    )
    assert server.headers[0][1]["authorization"] == header["Authorization"]


async def test_a_login_page_with_status_401_is_a_page(server, settings):
    run = await run_task("Read", asks_for(server, "Bearer"), engine=Scripted([Finish()]), settings=settings)
    assert run.status == "completed"


async def test_an_answer_without_a_page_is_told(server, settings):
    server.page("", "/nothing")
    server.statuses["/nothing"] = 204
    run = await run_task("Read", server.url + "/nothing", engine=Scripted([]), settings=settings)
    assert run.failure_code == "NAVIGATION_FAILED"
    assert "HTTP 204" in run.failure_reason


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<h1>Tea</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def self_signed(tmp_path):
    """The address of a site whose certificate it has signed itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "site.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    site.socket = context.wrap_socket(site.socket, server_side=True)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{site.server_address[1]}/"
    site.shutdown()
    site.server_close()


async def test_a_certificate_that_is_not_trusted_is_told_with_the_setting_that_allows_it(
    self_signed, settings
):
    run = await run_task("Read", self_signed, engine=Scripted([]), settings=settings)
    assert run.failure_code == "NAVIGATION_FAILED"
    assert "AGENT_CORE_IGNORE_HTTPS_ERRORS" in run.failure_reason
    allowing = settings.model_copy(update={"ignore_https_errors": True})
    run = await run_task("Read", self_signed, engine=Scripted([Finish()]), settings=allowing)
    assert (run.status, run.steps[0].url) == ("completed", self_signed)


async def test_a_session_opens_such_a_site_where_the_setting_allows_it(self_signed, settings):
    allowing = settings.model_copy(update={"ignore_https_errors": True})
    async with await open_browser_session(settings=allowing) as session:
        run = await run_task(
            "Read",
            self_signed,
            engine=Scripted([Finish()]),
            browser_session_id=session.id,
            settings=settings,
        )
    assert (run.status, run.steps[0].url) == ("completed", self_signed)
