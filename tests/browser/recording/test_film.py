"""Videos as they are written: what is in them, how long, and what a bad picture does to them."""

from __future__ import annotations

import io
import random
from contextlib import suppress
from itertools import count

import av
import pytest
from PIL import Image

from browser.recording.film import CAPTION_PX, Film, FilmFull, Scene, drawn


def picture(colour="white", size=(640, 360)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def scene(colour="white", size=(640, 360), **fields):
    return Scene(picture=picture(colour, size), page_width=fields.pop("page_width", size[0]), **fields)


def frames_of(path):
    with av.open(str(path)) as video:
        return [(float(frame.time), frame.to_image()) for frame in video.decode(video=0)]


def like(pixel, colour, off=40):
    return all(abs(one - other) < off for one, other in zip(pixel, colour, strict=True))


def test_a_film_shows_what_was_seen_for_as_long_as_it_was(tmp_path):
    film = Film(tmp_path / "film.mp4")
    for at, colour in ((0.0, "white"), (0.25, "blue"), (60.0, "blue"), (61.5, "green")):
        film.add(scene(colour), at)
    film.close()
    frames = frames_of(tmp_path / "film.mp4")
    assert [round(at, 2) for at, _ in frames] == [0.0, 0.25, 60.0, 61.5]
    assert like(frames[1][1].getpixel((300, 100)), (0, 0, 255))
    assert like(frames[3][1].getpixel((300, 100)), (0, 128, 0))
    assert frames[0][1].size == (640, 360 + CAPTION_PX)


def test_the_pointer_its_press_and_the_caption_are_drawn_in():
    bare = drawn(scene())
    pointed = drawn(scene(pointer=(100, 50)))
    pressed = drawn(scene(pointer=(100, 50), pressed=True, caption="clicked 'Order'"))
    assert bare.getpixel((103, 58)) == (255, 255, 255)
    assert pointed.getpixel((103, 58)) == (0, 0, 0)
    assert pointed.getpixel((86, 50)) == (255, 255, 255)
    assert like(pressed.getpixel((86, 50)), (234, 67, 53))
    below = (0, 360, 640, 360 + CAPTION_PX)
    assert len(bare.crop(below).getcolors()) == 1
    assert len(pressed.crop(below).getcolors()) > 1


def test_the_pointer_lies_where_it_is_also_in_a_smaller_picture():
    small = drawn(scene(size=(2560, 1440), page_width=1280, pointer=(100, 50)))
    assert small.size == (1280, 720 + CAPTION_PX)
    assert small.getpixel((103, 58)) == (0, 0, 0)


@pytest.mark.parametrize("caption", ["", "x" * 5000, "日本語 ✓", "a\nb"])
def test_any_caption_fits(caption):
    assert drawn(scene(caption=caption)).size == (640, 360 + CAPTION_PX)


@pytest.mark.parametrize("place", [(-5, 20), (640, 20), (3, 359), (1e9, 1e9)])
def test_a_pointer_at_the_edge_or_beyond_it_does_no_harm(place):
    drawn(scene(pointer=place, pressed=True))


def test_pictures_of_other_sizes_are_shown_whole_in_the_first_ones_size(tmp_path):
    film = Film(tmp_path / "film.mp4")
    for number, size in enumerate([(641, 361), (200, 100), (1000, 2000), (641, 361)]):
        film.add(scene("red", size), number)
    film.close()
    frames = frames_of(tmp_path / "film.mp4")
    assert {frame.size for _, frame in frames} == {(642, 394)}
    assert like(frames[1][1].getpixel((321, 180)), (255, 0, 0))
    assert like(frames[1][1].getpixel((5, 180)), (32, 33, 36))


def test_two_scenes_at_one_moment_follow_one_another(tmp_path):
    film = Film(tmp_path / "film.mp4")
    for at in (0.0, 1.0, 1.0, 0.5):
        film.add(scene(), at)
    film.close()
    assert [round(at, 3) for at, _ in frames_of(tmp_path / "film.mp4")] == [0.0, 1.0, 1.001, 1.002]


def test_what_is_no_picture_is_refused_and_the_rest_kept(tmp_path):
    film = Film(tmp_path / "film.mp4")
    film.add(scene(), 0.0)
    with pytest.raises(OSError, match="cannot identify"):
        film.add(Scene(picture=b"no picture", page_width=1), 1.0)
    film.close()
    assert len(frames_of(tmp_path / "film.mp4")) == 1


def test_a_film_without_pictures_and_one_that_cannot_be_written_say_so(tmp_path):
    Film(tmp_path / "film.mp4").close()
    nowhere = Film(tmp_path / "no folder" / "film.mp4")
    nowhere.add(scene(), 0.0)
    with pytest.raises(OSError, match="No such file"):
        nowhere.close()


def noise(seed):
    out = io.BytesIO()
    Image.frombytes("RGB", (320, 180), random.Random(seed).randbytes(320 * 180 * 3)).save(out, "PNG")
    return Scene(picture=out.getvalue(), page_width=320)


def test_a_film_that_was_cut_off_can_be_seen_up_to_there(tmp_path):
    film = Film(tmp_path / "film.mp4")
    for number in range(40):
        film.add(noise(number), number)
    (tmp_path / "cut.mp4").write_bytes((tmp_path / "film.mp4").read_bytes())
    film.close()
    seen = 0
    with av.open(str(tmp_path / "cut.mp4")) as cut, suppress(av.error.InvalidDataError):
        for _ in cut.decode(video=0):
            seen += 1
    assert seen > 20


def add_for_ever(film):
    for number in count():
        film.add(noise(number), number)


def test_a_film_grows_no_further_than_it_may(tmp_path):
    film = Film(tmp_path / "film.mp4", most_bytes=20_000)
    with pytest.raises(FilmFull, match=r"^it had become 0.02 MB large$"):
        add_for_ever(film)
    film.close()
    assert frames_of(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").stat().st_size < 100_000
