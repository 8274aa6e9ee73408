"""A script as a program in Python that needs Playwright and nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from agent_core.replay.format import Described, Output, Place, Script, Step
from agent_core.replay.template import names_in

_PARTS = re.compile(r"\{\{(secret:[^{}]+|[a-z_][a-z0-9_]*)\}\}")
_VARIABLES = {"target": "target", "start": "start", "end": "end", "point": "place"}
"""Field of an action -> what the program calls it."""
_LEFT_TO_YOU = "What is to be read off the page is left to you: this prints the text of the page it ends on."


def playwright_program(script: Script) -> str:
    """The program: `python FILE --help` says what it takes."""
    body = [line for number, step in enumerate(script.steps, 1) for line in _step(number, step)]
    parts = [
        f'"""{_docstring(script)}"""',
        _prelude(),
        "\n".join(
            [
                "def steps(tabs: Tabs, value: dict[str, str]) -> None:",
                '    """Do what was recorded."""',
                *(f"    {line}" for line in (body or ["return"])),
            ]
        ),
        _output(script.output),
        _main(script),
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _docstring(script: Script) -> str:
    task = script.title or _PARTS.sub(r"<\1>", script.prompt)
    note = ""
    if script.output and not script.output.places:
        note = f"\n\n{_LEFT_TO_YOU}"
    return (
        (f"{task}\n\nRecorded by agent-core; needs Python 3.11 and `pip install playwright`.{note}\n")
        .replace("\\", "\\\\")
        .replace('"""', "'''")
    )


def _prelude() -> str:
    """The runtime and the reader of numbers. Both are modules of ours, so that linters check them."""
    runtime = files("agent_core.replay").joinpath("program_runtime.py").read_text("utf-8")
    numbers = files("browser.values").joinpath("written_numbers.py").read_text("utf-8")
    imports, _, helpers = runtime.partition("from browser.values.written_numbers import first_number\n")
    reader = numbers.partition("from collections.abc import Iterator\n")[2]
    return imports.partition('"""\n\n')[2].rstrip() + "\n" + helpers.rstrip() + "\n\n" + reader


def _step(number: int, step: Step) -> Iterator[str]:
    yield _comment(f"{number}. {step.says}")
    if step.worked_out:
        yield _comment(f"It was worked out from the page as it was, for: {step.part}")
    for name, element in step.on.items():
        yield f"{_VARIABLES[name]} = {_find(element)}"
    yield from _act(step)


def _comment(text: str) -> str:
    """One line, whatever breaks a line for Python."""
    return "# " + " ".join(_PARTS.sub(r"<\1>", text).split())


def _find(element: Described, saying: str = "") -> str:
    """`saying`: what its text holds, where it is looked for by that."""
    ways = ", ".join([*([f"saying({element.tag!r}, {_text(saying)})"] if saying else []), *_ways(element)])
    what = _text(f"{element.role} '{element.name or element.label or element.text}'")
    nth = f", nth={element.nth}, of={element.of}" if element.of > 1 else ""
    return f"find(tabs, {what}, [{ways}]{nth})"


def _ways(element: Described) -> Iterator[str]:
    """Ways to find an element, the surest first."""
    role = "" if element.role in ("generic", "text") else element.role
    if role and element.name:
        way = f"by_role({role!r}, {_text(element.name)})"
        if element.of > 1 and element.row:
            yield f"in_row({_text(element.row)}, {way})"
        yield way
    if element.label or (element.name and element.usable):
        yield f"by_label({_text(element.label or element.name)})"
    if element.placeholder:
        yield f"by_placeholder({_text(element.placeholder)})"
    if element.name or element.text:
        yield f"by_text({_text(element.name or element.text)})"
    if element.link and not names_in(element.link):
        yield f"by_css({_css(element.tag, 'href' if element.tag == 'a' else 'src', element.link)!r})"
    for word in element.words[:2] if not element.tag.startswith("#") else ():
        called = f'{element.tag}[name="{word}"], {element.tag}[id="{word}"], {element.tag}.{word}'
        yield f"by_css({called!r})"
    if role and not element.name:
        yield f"by_role({role!r}, '')"
    if element.tag and not element.name and not element.tag.startswith("#"):
        yield f"by_css({element.tag!r})"


def _css(tag: str, attribute: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{tag}[{attribute}$="{quoted}"]'


def _act(step: Step) -> Iterator[str]:
    given = step.arguments
    target = step.on.get("target")
    position = f", position=point(target, {target.at!r})" if target and target.at else ""
    match step.do:
        case "Click" if target:
            yield f"target.click({_clicking(given)}{position})".replace("(, ", "(")
        case "TypeText" if target:
            text = _read(step.read) if step.read else _text(str(given.get("text", "")))
            yield f"type_text(target, {text}, {given.get('clear', True)}, {given.get('submit', False)})"
        case "TypeText":
            yield f"tabs.page.keyboard.type({_text(str(given.get('text', '')))})"
            if given.get("submit"):
                yield 'tabs.page.keyboard.press("Enter")'
        case "Select":
            yield f"choose(tabs, target, [{', '.join(_text(one) for one in given.get('options', ()))}])"
        case "SetChecked":
            yield f"set_checked(target, {given.get('checked', True)})"
        case "Hover":
            yield f"target.hover({position.removeprefix(', ')})"
        case "Press":
            where = "target" if target else "tabs.page.keyboard"
            yield f"for _ in range({given.get('repeat', 1)}):"
            yield f"    {where}.press({given.get('keys', '')!r})"
        case "Upload":
            yield f"target.set_input_files([{', '.join(_text(one) for one in given.get('files', ()))}])"
        case "EnterCode":
            yield 'type_text(target, input("One-time code: "), True, False)'
        case "Drag" if "start" in step.on and "end" in step.on:
            yield f"start.drag_to(end{_drag(step)})"
        case "Scroll" if given.get("to") == "target":
            yield "target.scroll_into_view_if_needed()"
        case "Scroll":
            far = {"top": -1_000_000, "bottom": 1_000_000}.get(given.get("to", ""), given.get("dy", 0))
            yield f"tabs.page.mouse.wheel({given.get('dx', 0)}, {far})"
        case "AnswerDialog":
            yield "# The dialog was answered as it came; see `answers` in main."
        case _:
            yield from _elsewhere(step)


def _clicking(given: dict[str, Any]) -> str:
    said = [f"{name}={given[name]!r}" for name in ("button", "modifiers") if name in given]
    return ", ".join([*said, *([f"click_count={given['count']}"] if "count" in given else [])])


def _drag(step: Step) -> str:
    ends = {"source_position": step.on["start"].at, "target_position": step.on["end"].at}
    holders = {"source_position": "start", "target_position": "end"}
    return "".join(f", {name}=point({holders[name]}, {at!r})" for name, at in ends.items() if at)


def _elsewhere(step: Step) -> Iterator[str]:
    """Actions that have no element."""
    given = step.arguments
    simple = {"Back": "go_back", "Forward": "go_forward", "Reload": "reload"}
    match step.do:
        case "Goto":
            yield f"tabs.page.goto({_text(given['url'])})"
        case "Back" | "Forward" | "Reload":
            yield f"tabs.page.{simple[step.do]}()"
        case "OpenTab":
            yield f"tabs.open({_text(given.get('url', ''))})"
        case "SwitchTab":
            yield f"tabs.switch({int(str(given.get('tab', '')).lstrip('t') or 1)})"
        case "CloseTab":
            yield "tabs.close()"
        case "MouseDown":
            yield f"tabs.page.mouse.down(button={given.get('button', 'left')!r})"
        case "MouseUp":
            yield f"tabs.page.mouse.up(button={given.get('button', 'left')!r})"
        case "MouseMove" if "point" in step.on:
            yield f"place.hover(position=point(place, {step.on['point'].at or (0.5, 0.5)!r}))"
        case "HoldKey":
            held_ms = 1000 * given.get("seconds", 1.0)
            yield f"tabs.page.keyboard.press({given.get('keys', '')!r}, delay={held_ms})"
        case _:
            yield f"raise NotAsRecorded({f'{step.do} cannot be done by this program'!r})"


def _read(place: Place) -> str:
    said = f"text_of({_find(place.element, place.before.strip())})"
    match place.part:
        case "all":
            return said
        case "first word":
            return f"{said}.split()[0]"
        case "last word":
            return f"{said}.split()[-1]"
        case "between":
            return f"between({said}, {_text(place.before)}, {_text(place.after)})"


def _output(output: Output | None) -> str:
    head = "def output(tabs: Tabs, value: dict[str, str]) -> Any:"
    if output is None:
        return f'{head}\n    """Nothing was asked for."""\n    return None'
    if not output.places:
        lines = [
            head,
            '    """The text of the page: where the values stand on it was not recorded."""',
            f"    print({_LEFT_TO_YOU!r}, file=sys.stderr)",
            "    return settled_text(tabs)",
        ]
        return "\n".join(lines)
    lines = [
        head,
        '    """What stands where it stood when this was recorded."""',
        "    found: dict[str, Any] = {}",
    ]
    for pointer, place in output.places.items():
        *above, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        holder = "found" + "".join(f".setdefault({part!r}, {{}})" for part in above)
        read = _read(place)
        wanted = f"number({read})" if output.kind_at(pointer) in ("number", "integer") else read
        lines.append(f"    {holder}[{last!r}] = {wanted}")
    return "\n".join([*lines, "    return found"])


def _main(script: Script) -> str:
    answers = [
        (bool(step.arguments.get("accept")), str(step.arguments.get("text", "")))
        for step in script.steps
        if step.do == "AnswerDialog"
    ]
    signs = ", ".join(map(_text, dict.fromkeys((*script.ending.headings, *script.ending.appeared))))
    lines = [
        "def main() -> int:",
        '    """Read the arguments, do the steps, print the output."""',
        "    parser = argparse.ArgumentParser(description=(__doc__ or '').partition('\\n')[0])",
        f"    parser.add_argument('--url', default={script.url!r}, help='where to begin')",
        "    parser.add_argument('--browser', help='path of a Chromium; default: that of Playwright')",
        "    parser.add_argument('--headed', action='store_true', help='show the window')",
    ]
    for name, each in script.parameters.items():
        how = "required=True" if each.required else f"default={each.example!r}"
        about = (each.about or f"for example {each.example}").replace("%", "%%")
        lines.append(f"    parser.add_argument('--{name}', {how}, help={about!r})")
    lines += [
        "    value = vars(parser.parse_args())",
        "    with sync_playwright() as playwright:",
        "        browser = playwright.chromium.launch(",
        "            headless=not value['headed'], executable_path=value['browser']",
        "        )",
        f"        tabs = Tabs(browser, answers={answers!r})",
        "        try:",
        "            tabs.page.goto(value['url'])",
        "            steps(tabs, value)",
        f"            check(tabs, [{signs}])",
        "            read = output(tabs, value)",
        "        except (NotAsRecorded, Error) as error:",
        "            print(f'not done: {error}', file=sys.stderr)",
        "            return 1",
        "        finally:",
        "            browser.close()",
        "    if read is not None:",
        "        tell(read)",
        "    return 0",
        "",
        "",
        'if __name__ == "__main__":',
        "    sys.exit(main())",
    ]
    return "\n".join(lines)


def _text(template: str) -> str:
    """A text as an expression, with values and secrets in their places."""
    parts: list[str] = []
    at = 0
    for found in _PARTS.finditer(template):
        if found.start() > at:
            parts.append(repr(template[at : found.start()]))
        name = found[1]
        is_secret = name.startswith("secret:")
        parts.append(f"secret({name.removeprefix('secret:')!r})" if is_secret else f"value[{name!r}]")
        at = found.end()
    if at < len(template) or not parts:
        parts.append(repr(template[at:]))
    return " + ".join(parts)
