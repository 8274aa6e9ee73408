"""A shop of long lists, each of which goes on in a way of its own; served on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def name(number: int) -> str:
    """What article `number` (from 0) is called; the three from 40 on are one thing sold three times."""
    return "Brass hook" if 40 <= number < 43 else f"Article {number + 1:04}"


def price(number: int) -> str:
    """What it costs, in euros."""
    return "4.20" if 40 <= number < 43 else f"{(number * 37) % 900 / 10 + 1:.2f}"


def names(count: int) -> list[str]:
    """The names of the first so many, in order."""
    return [name(number) for number in range(count)]


def item(number: int, tag: str = "li", more: str = "") -> str:
    """One article as the server writes it."""
    return (
        f'<{tag} class="item"{more}><a href="/article/{number}"><b class="name">{name(number)}</b></a> '
        f'<span class="price">€{price(number)}</span></{tag}>'
    )


STYLE = """<style>body{font:15px sans-serif;margin:12px} .item{display:block;padding:8px;height:22px}
.spinner{width:20px;height:20px;background:#999} ul{list-style:none;padding:0;margin:0}</style>"""

ITEMS = """
const nameOf = (i) => i >= 40 && i < 43 ? 'Brass hook' : 'Article ' + String(i + 1).padStart(4, '0');
const priceOf = (i) => i >= 40 && i < 43 ? '4.20' : ((i * 37) % 900 / 10 + 1).toFixed(2);
const htmlOf = (i) => `<a href="/article/${i}"><b class="name">${nameOf(i)}</b></a> <span class="price">€${priceOf(i)}</span>`;
const itemOf = (i, tag = 'li') => { const e = document.createElement(tag); e.className = 'item'; e.innerHTML = htmlOf(i); return e; };
"""


def page(body: str, script: str = "", title: str = "Shop") -> str:
    """A page with the beginnings of every list on it."""
    return (
        f"<!doctype html><title>{title}</title>{STYLE}<h1>{title}</h1>{body}<script>{ITEMS}{script}</script>"
    )


def linked(number: int, pages: int = 12, size: int = 10, total: int = 115) -> str:
    """Page `number` (from 1) of a list with links before and after."""
    rows = "".join(item(at) for at in range((number - 1) * size, min(number * size, total)))
    after = f'<a class="n" href="/linked?page={number + 1}">Next ›</a>' if number < pages else ""
    before = f'<a href="/linked?page={number - 1}">‹ Previous</a>' if number > 1 else ""
    return page(
        f'<ul id="articles">{rows}</ul><div class="ways">{before} page {number} of {pages} {after}</div>'
        '<section><h2>Read on</h2><ul class="blog"><li>A word on hooks and eyes</li><li>How we measure a rope</li>'
        "<li>Why brass does not rust</li></ul><a href='/blog?page=2'>Next</a></section>"
    )


def numbered(number: int, pages: int = 12, size: int = 10, total: int = 115) -> str:
    """Page `number` of a table, with numbers of pages and an ellipsis and no word for the next one."""
    rows = "".join(
        f"<tr><td>{name(at)}</td><td>€{price(at)}</td></tr>"
        for at in range((number - 1) * size, min(number * size, total))
    )
    shown = [at for at in range(1, pages + 1) if at in (1, pages) or abs(at - number) <= 1]
    links, last = [], 0
    for at in shown:
        if at - last > 1:
            links.append("<span>…</span>")
        links.append(
            f'<span class="page current">{at}</span>'
            if at == number
            else f'<a class="page" href="/numbered?page={at}">{at}</a>'
        )
        last = at
    return page(
        "<table><thead><tr><th>Name</th><th>Price</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><div class='pager'>{''.join(links)}</div>"
    )


BUTTONS = page(
    '<ul id="list"></ul><nav><button id="prev">‹</button><span id="at"></span><button id="next" aria-label="Next page">›</button></nav>',
    """
let at = 0; const size = 10, total = 115;
const show = () => {
  list.replaceChildren(...Array.from({length: Math.min(size, total - at * size)}, (_, k) => itemOf(at * size + k)));
  document.getElementById('at').textContent = `${at + 1} / 12`;
  prev.disabled = at === 0; next.disabled = at === 11;
};
next.onclick = () => setTimeout(() => { at++; show(); }, 150);
prev.onclick = () => { at--; show(); };
show();""",
)
"""Pages turned in place by a button that is disabled on the last one, a little late."""

EQUAL_PAGES = page(
    '<ul id="list"></ul><div><a href="#" id="one" class="active">1</a><a href="#" id="two">2</a></div>',
    """
const show = () => list.replaceChildren(...Array.from({length: 5}, () => itemOf(41)));
two.onclick = (event) => { event.preventDefault(); one.className = ''; two.className = 'active'; show(); };
show();""",
)
"""Two pages that say the same, five equal rows each."""


def load_more(end: str) -> str:
    """Seven presses, each answered after 200 ms; at the end the button does what `end` says."""
    return page(
        '<div id="list" class="cards"></div><button id="more">Load more</button><footer><a href="/about">More about us</a></footer>',
        """
let have = 0; const total = 80;
const add = (rows) => { for (const i of rows) list.append(itemOf(i, 'div')); have += rows.length; };
add([0,1,2,3,4,5,6,7,8,9]);
more.onclick = async () => {
  if (have >= total) return;
  more.textContent = 'Loading…';
  add(await (await fetch('/rows?from=' + have + '&count=10&ms=200')).json());
  more.textContent = 'Load more';
  if (have >= total) END;
};""".replace("END", {"gone": "more.remove()", "disabled": "more.disabled = true", "idle": "null"}[end]),
    )


def endless(where: str, end: str, total: int = 95) -> str:
    """Rows come when the end comes into view: of the window or of a box; the end is said or not."""
    box = "height:400px;overflow-y:auto;border:1px solid" if where == "box" else ""
    root = "document.getElementById('box')" if where == "box" else "null"
    return page(
        f'<div id="box" style="{box}"><ul id="list"></ul><div id="foot"></div></div>',
        """
let have = 0, busy = false, failed = false; const total = TOTAL, end = 'END';
const add = (rows) => { for (const i of rows) list.append(itemOf(i)); have += rows.length; };
add(Array.from({length: 20}, (_, i) => i));
const load = async () => {
  if (busy || have >= total) return;
  busy = true;
  foot.innerHTML = '<div class="spinner" role="progressbar"></div>';
  try {
    const fail = end === 'fail' && have === 50 && !failed;
    const answer = await fetch('/rows?from=' + have + '&count=15&ms=120' + (fail ? '&fail=1' : ''));
    if (!answer.ok) throw new Error();
    add((await answer.json()).filter((i) => i < total));
    foot.innerHTML = have >= total && end === 'said' ? '<p>You have reached it: no more articles</p>' : '<p id="mark">&nbsp;</p>';
  } catch { failed = true; foot.innerHTML = '<p>It did not load.</p><button onclick="busy=false;load()">Try again</button>'; return; }
  busy = false;
  watcher.unobserve(foot); watcher.observe(foot);
};
const watcher = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) load(); }, {root: ROOT});
watcher.observe(foot);""".replace("TOTAL", str(total))
        .replace("END", end)
        .replace("ROOT", root),
    )


def virtual(way: str, total: int = 2000) -> str:
    """Thirty rows at most stand in the document; `way`: absolute, moved or uneven."""
    return page(
        '<div id="box" style="height:500px;overflow-y:auto;position:relative"><div id="all" style="position:relative"><div id="list"></div></div></div>',
        """
const way = 'WAY', total = TOTAL;
const high = (i) => way === 'uneven' ? 30 + (i * 13) % 40 : 32;
const tops = [0]; for (let i = 0; i < total; i++) tops.push(tops[i] + high(i));
all.style.height = tops[total] + 'px';
const pool = [];
const show = () => {
  let first = 0; while (first < total - 1 && tops[first + 1] <= box.scrollTop) first++;
  first = Math.max(0, first - 4);
  const last = Math.min(total, first + 30);
  while (pool.length < last - first) { const e = itemOf(0, 'div'); pool.push(e); list.append(e); }
  pool.forEach((e, slot) => {
    const i = first + ((slot - first) % 30 + 30) % 30;  // an element serves every thirtieth row
    if (i >= last) { e.style.display = 'none'; return; }
    e.innerHTML = htmlOf(i);
    e.style.cssText = `position:absolute;left:0;right:0;box-sizing:border-box;padding:4px;height:${high(i)}px;` + (way === 'absolute' ? `top:${tops[i]}px` : `top:0;transform:translateY(${tops[i]}px)`);
  });
};
box.onscroll = () => requestAnimationFrame(show);
show();""".replace("WAY", way).replace("TOTAL", str(total)),
    )


COUNTED = page(
    '<div id="box" role="grid" aria-rowcount="301" style="height:400px;overflow:auto"><div role="row" aria-rowindex="1" style="position:sticky;top:0;background:#fff"><span role="columnheader">Article</span> <span role="columnheader">Price</span></div><div id="list" role="rowgroup"></div></div>',
    """
const total = 300, high = 30;
const show = () => {
  const first = Math.max(0, Math.floor(box.scrollTop / high) - 3), last = Math.min(total, first + 22);
  list.style.paddingTop = first * high + 'px'; list.style.paddingBottom = (total - last) * high + 'px';
  list.replaceChildren(...Array.from({length: last - first}, (_, k) => {
    const e = document.createElement('div');
    e.setAttribute('role', 'row'); e.setAttribute('aria-rowindex', first + k + 2); e.style.height = high + 'px';
    e.innerHTML = '<span role="gridcell">Same</span> <span role="gridcell">€1.00</span>';
    return e;
  }));
};
box.onscroll = show;
show();""",
)
"""Three hundred rows that all say the same, told apart by the page's own count; sticky header."""


def sticky_table(rows: int = 60) -> str:
    """A whole table in one page, its header always in view."""
    body = "".join(f"<tr><td>{name(at)}</td><td>€{price(at)}</td><td>yes</td></tr>" for at in range(rows))
    return page(
        '<table><thead style="position:sticky;top:0;background:#fff"><tr><th>Name</th><th>Price</th><th>In stock</th></tr></thead>'
        f"<tbody>{body}</tbody><tfoot><tr><td>Total</td><td>€99</td><td></td></tr></tfoot></table>"
    )


def adverts() -> str:
    """Two pages with adverts between the articles."""
    return page(
        '<ul id="list"></ul><button id="more">Show more articles</button>',
        """
let have = 0;
const advert = () => { const e = document.createElement('li'); e.className = 'item ad'; e.innerHTML = '<small>Sponsored</small> <a href="/buy">Ropes, cheap</a>'; return e; };
const add = () => { for (let k = 0; k < 12; k++) { if (k % 5 === 3) list.append(advert()); list.append(itemOf(have++)); } };
more.onclick = () => { add(); if (have >= 36) more.remove(); };
add();""",
    )


def never_ending(by: int) -> str:
    """A feed that always has `by` more."""
    return page(
        '<div id="list"></div>',
        """
let have = 0;
const add = () => { for (let k = 0; k < BY; k++) list.append(itemOf(have++, 'article')); };
add();
addEventListener('scroll', () => { if (scrollY + innerHeight > document.documentElement.scrollHeight - 300) add(); });""".replace(
            "BY", str(by)
        ),
    )


COMPLETE = page('<ul id="list">' + "".join(item(at) for at in range(8)) + "</ul>")


class ListsSite:
    """The shop, on two ports: two origins."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        """Paths asked for, in order."""
        self.pages: dict[str, Callable[[dict[str, str]], str]] = {
            "/linked": lambda query: linked(int(query.get("page", "1"))),
            "/numbered": lambda query: numbered(int(query.get("page", "1"))),
            "/buttons": lambda _: BUTTONS,
            "/equal": lambda _: EQUAL_PAGES,
            "/more": lambda query: load_more(query.get("end", "gone")),
            "/endless": lambda query: endless(query.get("where", "window"), query.get("end", "said")),
            "/virtual": lambda query: virtual(query.get("way", "absolute"), int(query.get("total", "2000"))),
            "/counted": lambda _: COUNTED,
            "/table": lambda _: sticky_table(),
            "/adverts": lambda _: adverts(),
            "/never": lambda query: never_ending(int(query.get("by", "25"))),
            "/complete": lambda _: COMPLETE,
            "/framed": self._framed,
        }
        site = self

        class Visit(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), Visit) for _ in range(2)]
        ports = [one.server_address[1] for one in self._servers]
        self.url = f"http://127.0.0.1:{ports[0]}"
        self.other_url = f"http://localhost:{ports[1]}"
        for one in self._servers:
            one.daemon_threads = True
            threading.Thread(target=one.serve_forever, args=(0.02,), daemon=True).start()

    def _framed(self, query: dict[str, str]) -> str:
        inner = query.get("of", "/linked")
        origin = self.other_url if query.get("other") else ""
        return page(
            f'<p>What follows is in a frame.</p><iframe src="{origin}{inner}" style="width:700px;height:500px;margin:20px"></iframe>'
        )

    def _answer(self, visit: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(visit.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        kind, status = "text/html; charset=utf-8", 200
        if parts.path == "/rows":
            time.sleep(int(query.get("ms", "0")) / 1000)
            begin = int(query["from"])
            kind, status = "application/json", 500 if "fail" in query else 200
            text = json.dumps(list(range(begin, begin + int(query["count"]))))
        elif parts.path in self.pages:
            text = self.pages[parts.path](query)
        else:
            text, status = page("<p>Nothing here</p>"), 404
        body = text.encode()
        visit.send_response(status)
        visit.send_header("Content-Type", kind)
        visit.send_header("Content-Length", str(len(body)))
        visit.end_headers()
        visit.wfile.write(body)

    def close(self) -> None:
        """Stop serving."""
        for one in self._servers:
            one.shutdown()
            one.server_close()
