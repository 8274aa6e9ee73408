"""Pictures that a run keeps show a secret in none of the ways in which a page can paint it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from agent_core import run_task
from agent_core.testing import Scripted
from browser.model.actions import Goto
from engines.protocol import Act, Finish

pytestmark = [pytest.mark.browser, pytest.mark.guard]

VALUE = "Marten-Cove-2093"
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='60'><text y='40' fill='lime'>{VALUE}</text></svg>"
WAYS = {
    "a list box": f"<select size=3><optgroup label={VALUE}><option>{VALUE}</select>",
    "generated text": f"<style>p::after{{content:'{VALUE[:6]}' '{VALUE[6:]}'}}</style><p></p>",
    "generated text elsewhere": f"<style>p::after{{content:'{VALUE}';position:fixed;top:300px}}</style><p></p>",
    "list markers": f"<style>li::marker{{color:lime}}</style><ul style='margin:300px;list-style-type:\"{VALUE}\"'><li>",
    "a counter style": f"<style>@counter-style k{{system:cyclic;symbols:'{VALUE}'}}ol{{list-style:k;margin:300px}}li::marker{{color:lime}}</style><ol><li>",
    "an image": f'<img src="data:image/svg+xml,{SVG.replace("#", "%23")}">',
    "a background": f'<div style="width:400px;height:60px;background:url(&quot;data:image/svg+xml,{SVG}&quot;)"></div>',
    "a canvas": f"<canvas id=c width=400 height=60></canvas><script>x=c.getContext('2d');x.fillStyle='lime';x.font='30px serif';x.fillText('{VALUE}',5,40)</script>",
    "letters apart": "<p>" + "<i style='display:none'>x</i>".join(VALUE),
    "letters apart by spaces": "<p>" + " ".join(VALUE),
    "unseen signs": "<p>" + "\u2063\u200b".join(VALUE),
    "other hyphens": "<p>" + VALUE.replace("-", "\u2011"),
    "other case": f"<p style='text-transform:uppercase'>{VALUE.lower()}",
    "backwards": f"<p><bdo dir=rtl>{VALUE[::-1]}</bdo>",
    "letters in another order": "<p style='display:flex'>"
    + "".join(f"<span style='order:{at}'>{VALUE[at]}</span>" for at in (3, 1, 0, 2, *range(15, 3, -1))),
    "a shadow root": f"<p id=h></p><script>h.attachShadow({{mode:'closed'}}).innerHTML='<b>{VALUE}</b>'</script>",
    "a frame": f"<iframe srcdoc='<p style=color:lime>{VALUE}'></iframe>",
    "a placeholder": f"<style>::placeholder{{color:lime}}</style><input placeholder={VALUE} size=40>",
}


def green_pixels(picture: Path) -> int:
    """What shows the secret is green, and nothing else is."""
    red, green, blue = Image.open(picture).convert("RGB").split()
    return sum(ImageChops.subtract(green, ImageChops.lighter(red, blue)).histogram()[60:])


async def test_no_picture_that_is_kept_shows_a_secret(server, tmp_path):
    looks = "<!doctype html><meta charset=utf-8><style>p, b, select, optgroup, option {color: lime; font: bold 30px monospace}</style>"
    pages = [server.page(looks + way, f"/shows{number}.html") for number, way in enumerate(WAYS.values())]
    plain = server.page(f"{looks}<p style='color:black'>An ordinary text</p><p>green", "/plain.html")
    engine = Scripted([*(Act(actions=(Goto(page),)) for page in (*pages, plain)), Finish(output=None)])
    run = await run_task(
        "Look",
        f"{server.url}/plain.html",
        engine=engine,
        secrets={"PW": VALUE},
        max_steps=60,
        run_dir=tmp_path,
    )
    assert run.status == "completed", run.failure_reason
    shown = {
        way: green_pixels(Path(run.folder) / step.screenshot)
        for way, step in zip([*WAYS, "plain"], run.steps, strict=False)
        if step.screenshot
    }
    assert shown.pop("plain") > 0
    assert {way for way, pixels in shown.items() if pixels} == set()
    assert "generated text elsewhere" not in shown
    assert any("cannot be covered" in warning for warning in run.warnings)


async def test_nor_does_one_of_what_lies_below_the_viewport(server, tmp_path):
    page = server.page(
        "<!doctype html><body style='margin:0'><div style='height:900px'>An ordinary text</div>"
        f"{WAYS['a canvas']}<div style='height:900px;background:white'></div>",
        "/below.html",
    )
    run = await run_task(
        "Look",
        page,
        engine=Scripted([Act(actions=(Goto(page),)), Finish(output=None)]),
        secrets={"PW": VALUE},
        max_screenshot_scrolls=2,
        run_dir=tmp_path,
    )
    below = [name for step in run.steps for name in step.further_screenshots]
    assert below
    assert [name for name in below if green_pixels(Path(run.folder) / name)] == []
