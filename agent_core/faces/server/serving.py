"""Serving the app with uvicorn, and working without serving."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from agent_core import START_ERRORS, BadRequest, TaskRequest, check_task
from agent_core.faces.server.app import create_app, open_services
from agent_core.faces.server.queue.starting import Starter
from agent_core.faces.server.settings import ServerSettings

logger = logging.getLogger(__name__)

FIRST = {"prompt": "-", "url": "https://example.com/", "data_extraction_schema": {"type": "object"}}
"""A task like many; it is looked at and not carried out."""
CONNECTIONS_END_S = 5
"""How long open connections, such as streams of events, may go on when the server is asked to stop."""
WARM_UP_ENDS_S = 60.0
"""How long a server that is stopped as soon as it has begun waits for what it imports."""


def serve(
    settings: ServerSettings,
    *,
    start: Starter | None = None,
    log_level: str = "warning",
    listens: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; running runs are then given time.

    Args:
        settings: All of its surroundings.
        start: Begins a run; None: the library does.
        log_level: What uvicorn logs.
        listens: Called with the server's address as soon as that is known and everything is in order.

    Raises:
        BadRequest: The address is in use, or one of the settings cannot be used.
    """
    listening, settings = listening_at(settings)
    open_services(settings).database.close()  # what is wrong is one sentence here, and a traceback in uvicorn
    config = uvicorn.Config(
        create_app(settings, start=start),
        log_level=log_level,
        access_log=False,
        loop="auto",  # uvloop where there is one: fifty who ask at once are answered in half the time
        timeout_graceful_shutdown=CONNECTIONS_END_S,
        server_header=False,
    )
    server = uvicorn.Server(config)
    warming = threading.Thread(target=_warm_up, args=(settings,), name="agent-core warm-up", daemon=True)
    with _signals_end(server):
        listens(settings.address)
        warming.start()
        server.run(sockets=[listening])
        warming.join(WARM_UP_ENDS_S)  # a thread that imports is not to be broken off as the program ends
    if not server.started:
        raise BadRequest("serve", "the server did not start; its log says why")


def _warm_up(settings: ServerSettings) -> None:
    """Import what the first task needs, which takes a second or two, and exempt what was loaded from the
    garbage collection: looking through it takes a tenth of a second, in which nobody is answered."""
    try:
        check_task(TaskRequest.of(FIRST), settings=settings.for_runs)
    except START_ERRORS as error:  # such as no model; whoever asks for it is told
        logger.debug("the default engine cannot work here: %s", error)
    gc.collect()
    gc.freeze()


@contextmanager
def _signals_end(server: uvicorn.Server) -> Iterator[None]:
    """Let SIGTERM and Ctrl-C end the program as it ends by itself, also before uvicorn listens to them; it
    raises them once more when it has stopped gracefully."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def work(settings: ServerSettings, *, start: Starter | None = None) -> None:
    """Carry out queued runs until SIGTERM or Ctrl-C, without listening anywhere.

    Raises:
        BadRequest: One of the settings cannot be used.
    """
    asyncio.run(_work(settings.model_copy(update={"host": "127.0.0.1"}), start))


async def _work(settings: ServerSettings, start: Starter | None) -> None:
    services = open_services(settings, start)
    asked_to_stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop.set)
    try:
        await services.worker.start()
        await asked_to_stop.wait()
        await services.worker.stop()
    finally:
        services.database.close()


def listening_at(settings: ServerSettings) -> tuple[socket.socket, ServerSettings]:
    """A socket that listens where the settings say, and the settings with the port that it really has.

    Raises:
        BadRequest: It is in use.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        why = f"{settings.host}:{settings.port} cannot be listened at ({error.strerror}); choose another port"
        raise BadRequest("port", why) from error
    return listening, settings.model_copy(update={"port": listening.getsockname()[1]})
