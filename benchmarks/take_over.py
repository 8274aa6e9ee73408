"""How fast a page answers to a person's hand: `python -m benchmarks.take_over [--secrets]`.

One person clicks in a page that paints its answer. It is said how long an input took to reach the page, by
the clock of the page, and how long it took until a picture showed the answer. With `--secrets`, each picture
is searched for a secret, as those of a run with secrets are.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import statistics
import time
from contextlib import aclosing

from PIL import Image

from browser.hand.live import LivePicture
from browser.lifecycle.launch import launch
from browser.model.by_hand import MouseInput
from browser.options import LaunchOptions, SessionOptions
from browser.redaction.secret_store import SecretStore
from browser.session import Session

PAGE = """data:text/html,<title>Hand</title><body style="margin:0;background:black"><script>
window.heard = []; let on = false;
addEventListener('mousedown', () => {
  heard.push(Date.now()); on = !on; document.body.style.background = on ? 'white' : 'black';
});
</script>"""
TURNS, REST_S = 60, 0.15


def is_white(picture: LivePicture) -> bool:
    """Whether the page has answered."""
    with Image.open(io.BytesIO(picture.jpeg)) as image:
        return image.convert("L").getpixel((image.width // 2, image.height // 2)) > 127  # type: ignore[operator]


async def measure(session: Session) -> tuple[list[float], list[float]]:
    """Milliseconds from each press to the page, and to the picture of its answer."""
    await session.goto(PAGE)
    await session.hand.take()
    sent: list[float] = []
    shown: list[float] = []
    async with aclosing(session.live.watch()) as pictures:  # type: ignore[type-var]
        await anext(pictures)
        for turn in range(TURNS):
            await asyncio.sleep(REST_S)
            began = time.perf_counter()
            sent.append(time.time() * 1000)
            session.hand.send([MouseInput(do="down", x=0.5, y=0.5)])
            async for picture in pictures:
                if is_white(picture) == (turn % 2 == 0):
                    break
            shown.append((time.perf_counter() - began) * 1000)
            session.hand.send([MouseInput(do="up", x=0.5, y=0.5)])
    front = session.front
    heard = await front.evaluate("heard") if front else []
    await session.hand.let_go()
    return [at - began for at, began in zip(heard, sent, strict=True)], shown


def told(name: str, took: list[float]) -> str:
    """The median and the 95th percentile."""
    return (
        f"{name}: median {statistics.median(took):.0f} ms, p95 {statistics.quantiles(took, n=20)[-1]:.0f} ms"
    )


async def main() -> None:
    """Measure, and say it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--secrets", action="store_true")
    secrets = SecretStore()
    if parser.parse_args().secrets:
        secrets.redactor.add("never-shown-7719", "{{secret:PW}}")
    browser = await launch(LaunchOptions())
    try:
        session = await browser.open_session(SessionOptions(secrets=secrets))
        reached, shown = await measure(session)
        await session.close()
    finally:
        await browser.close()
    print(told("input to page", reached))
    print(told("input to picture", shown))


if __name__ == "__main__":
    asyncio.run(main())
