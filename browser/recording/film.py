"""A video that grows picture by picture, with the pointer and what is being done drawn in.

H.264 in MP4, which every browser plays. A picture stays until the next one comes, so a page that stands
still costs next to nothing; the bit rate is bounded, and so is the whole file. While it is being written
the file is in fragments, so that one which is cut off, by a kill, can be played up to there.

The work is done in whichever thread calls; PyAV is imported when a film begins.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from browser.model.text import cut, squeeze

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

MOST_BYTES = 500_000_000
"""More than four hours at the highest rate."""
LONGEST_SIDE_PX = 1280
"""Larger pictures are made smaller."""
CAPTION_PX = 32
"""Height of the line under the picture that says what is done."""
PRESSED_S = 0.6
"""How long the ring of a press is shown."""
SHOWN_RATE = 30
ENCODER = {
    "preset": "superfast",
    "crf": "28",
    "maxrate": "200k",
    "bufsize": "300k",
    "g": "100",
    "threads": "1",
    # Nothing is held back to be looked at first: what was filmed is in the file, whatever happens next.
    "x264-params": "rc-lookahead=0:sync-lookahead=0:mbtree=0:bframes=0",
}
CONTAINER = {"movflags": "hybrid_fragmented", "frag_duration": "2000000"}
TICKS = 1000
"""Pictures are timed in milliseconds."""

BACKGROUND, INK, PRESS = (32, 33, 36), (232, 234, 237), (234, 67, 53)


class FilmFull(Exception):
    """The file has become as large as it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is seen at one moment."""

    picture: bytes
    """JPEG or PNG."""
    page_width: float
    """CSS pixels that the picture's width shows."""
    pointer: tuple[float, float] | None = None
    """Where the pointer is, CSS pixels from the top left; None: it has not been used."""
    pressed: bool = False
    """Whether a button was pressed there just now."""
    caption: str = ""
    """What is being done, or was done last."""


class Film:
    """One video file. After any error it takes no more pictures, and what it has is kept."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        """Begin it; it may become `most_bytes` large, and no picture is added beyond that.

        Raises:
            ImportError: PyAV is not installed.
            OSError: The file cannot be written.
        """
        import av

        self._container = av.open(str(path), "w", format="mp4", options=CONTAINER)
        self._stream = self._container.add_stream("libx264", rate=SHOWN_RATE, options=ENCODER)
        self._size = (0, 0)
        self._bytes, self._most_bytes = 0, most_bytes
        self._last_ms = -1

    @property
    def pictures(self) -> bool:
        """Whether it shows anything yet."""
        return self._last_ms >= 0

    def add(self, scene: Scene, at_s: float) -> None:
        """Show this from `at_s` seconds after the beginning on.

        Raises:
            FilmFull: It may not grow any more.
            OSError, ValueError: The disk, or the picture, is not as it should be.
        """
        if self._bytes > self._most_bytes:
            raise FilmFull(f"it had become {self._most_bytes / 1_000_000:g} MB large")
        self._encode(drawn(scene), at_s)

    def _encode(self, picture: Image, at_s: float) -> None:
        import av

        if not self.pictures:
            self._begin(picture.size)
        frame = av.VideoFrame.from_image(placed(picture, self._size))  # type: ignore[no-untyped-call]
        frame.pts = max(self._last_ms + 1, round(at_s * TICKS))
        frame.time_base = Fraction(1, TICKS)
        self._last_ms = frame.pts
        packets = self._stream.encode(frame)
        self._bytes += sum(packet.size for packet in packets)
        self._container.mux(packets)

    def _begin(self, size: tuple[int, int]) -> None:
        """The first picture says how large the video is."""
        width, height = (side + side % 2 for side in size)  # the encoder takes even sides only
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, TICKS)
        self._size = (width, height)

    def close(self) -> None:
        """Finish the file.

        Raises:
            OSError: The disk is full.
        """
        try:
            if self.pictures:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()


def drawn(scene: Scene) -> Image:
    """The picture with pointer and caption."""
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(scene.picture)) as opened:
        page = opened.convert("RGB")
    if max(page.size) > LONGEST_SIDE_PX:
        page.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    whole = Image.new("RGB", (page.width, page.height + CAPTION_PX), BACKGROUND)
    whole.paste(page)
    pen = ImageDraw.Draw(whole)
    if scene.pointer is not None and scene.page_width:
        scale = page.width / scene.page_width
        x, y = scene.pointer[0] * scale, scene.pointer[1] * scale
        if 0 <= x < page.width and 0 <= y < page.height:
            if scene.pressed:
                for radius in (15, 11):
                    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=PRESS, width=3)
            pen.polygon([(x + dx, y + dy) for dx, dy in ARROW], fill=(0, 0, 0), outline=(255, 255, 255))
    pen.rectangle((0, page.height, whole.width, whole.height), fill=BACKGROUND)
    _draw_caption(pen, scene.caption, page.height, page.width)
    return whole


def placed(picture: Image, size: tuple[int, int]) -> Image:
    """The picture in the middle of one of this size, made smaller where it is larger."""
    from PIL import Image

    if picture.size == size:
        return picture
    whole = Image.new("RGB", size, BACKGROUND)
    if picture.width > size[0] or picture.height > size[1]:
        picture.thumbnail(size)
    whole.paste(picture, ((size[0] - picture.width) // 2, (size[1] - picture.height) // 2))
    return whole


ARROW = ((0, 0), (0, 17), (4, 13), (7, 20), (10, 19), (7, 12), (12, 12))
"""The pointer's outline, from its tip."""


def _draw_caption(pen: ImageDraw, caption: str, top: int, width: int) -> None:
    font = _font()
    words = cut(squeeze(caption), 300, "")
    while words and pen.textlength(words, font=font) > width - 24:
        words = cut(words, int(len(words) * 0.95)) if len(words) > 2 else ""
    pen.text((12, top + CAPTION_PX // 2), words, fill=INK, font=font, anchor="lm")


FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "arial.ttf", "Helvetica.ttc")
"""Of these the first that is here, since it knows more scripts than Pillow's own."""


@cache
def _font() -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    for name in FONTS:
        try:
            return ImageFont.truetype(name, 15)
        except OSError:
            continue
    return ImageFont.load_default(15)
