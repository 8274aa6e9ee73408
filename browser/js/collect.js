// Long lists: which list is meant, the rows it shows now, and the ways in which it goes on.

import {Capture, contentBox, ON_HANDLERS, SKIPPED, wordsOf} from './capture.js';
import {attribute, cut, fold, holds, renderedChildren, renderedParent} from './dom.js';
import {everyElement, listens} from './listeners.js';
import {SAYS_WAIT, WAITING_NAMES} from './loading.js';
import {noteLabels, useLabels} from './names.js';
import {nextFrame, scriptless} from './quiet.js';
import {numberOf} from './refs.js';
import {pageScroller} from './scroll.js';
import {rectsOf} from './visible.js';

const TABLE_LIKE = 'table, [role=table], [role=grid], [role=treegrid]';
const ROW_LIKE =
  'tr, li, article, [role=row], [role=listitem], [role=article], [role=option], [role=treeitem]';
const LIST_LIKE = 'ul, ol, [role=list], [role=feed], [role=listbox], [role=tree]';
const BESIDE =
  'nav, header, footer, aside, menu, [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=menu], [role=menubar], [role=tablist], [role=toolbar], select, datalist';
const ADVERT =
  /^(ad|ads|advert|advertisement|sponsored|promoted|anzeige|gesponsert|sponsorisé|patrocinado)$/i;
const PATHS_DEEP = 3;
const MOST_PATHS = 60;
const LONGEST_LABEL = 60;
const MOST_TEXT = 20000;

/** What has been handed over already, so that a row is read once: node -> who asked and what it said. */
const handedOver = new WeakMap();

function kidsOf(node) {
  return [...renderedChildren(node)].filter(
    (child) => child.nodeType === Node.ELEMENT_NODE && !SKIPPED.has(child.localName),
  );
}

function isDrawnNow(element) {
  return element.checkVisibility({visibilityProperty: true}) && rectsOf(element).length > 0;
}

/** How an element is built: by what two rows of one list resemble each other. */
function shapeOf(element) {
  const paths = new Set();
  const walk = (node, above, depth) => {
    for (const child of kidsOf(node)) {
      if (paths.size >= MOST_PATHS) return;
      const path = `${above}/${child.localName}`;
      paths.add(path);
      if (depth < PATHS_DEEP) walk(child, path, depth + 1);
    }
  };
  walk(element, '', 1);
  return {
    tag: element.localName,
    role: attribute(element, 'role'),
    classes: classesOf(element),
    paths: [...paths],
  };
}

function classesOf(element) {
  return [...element.classList].filter((name) => !/\d/.test(name));
}

export function likeness(one, other) {
  if (!one.length && !other.length) return 1;
  const there = new Set(other);
  const both = one.filter((path) => there.has(path)).length;
  return both / (one.length + other.length - both);
}

/** Whether an element is built like the rows of a list. */
function isLike(element, shape) {
  if (element.localName !== shape.tag || attribute(element, 'role') !== shape.role) return false;
  if (shape.classes.length && shape.classes.some((name) => element.classList.contains(name))) return true;
  if (shape.classes.length && element.classList.length) return false;
  return likeness(shapeOf(element).paths, shape.paths) >= 0.4;
}

/** The shape that most children share, and those children; null where fewer than `least` do. */
function commonRows(children, least) {
  const families = new Map();
  for (const child of children) {
    const key = `${child.localName} ${attribute(child, 'role')} ${classesOf(child)[0] || ''}`;
    if (!families.has(key)) families.set(key, []);
    families.get(key).push(child);
  }
  let best = null;
  for (const family of families.values()) {
    const rows = family.filter((child) => hasContentOf(child) && isDrawnNow(child));
    if (rows.length >= least && (!best || rows.length > best.length)) best = rows;
  }
  if (!best) return null;
  const shape = shapeOf(best[0]);
  shape.classes = shape.classes.filter(
    (name) => best.filter((row) => row.classList.contains(name)).length * 10 >= best.length * 6,
  );
  shape.paths = usualPaths(best);
  const alike = best.filter((row) => isLike(row, shape));
  return alike.length >= least ? {shape, rows: alike} : null;
}

/** What most rows have inside; one that lacks a picture is still a row. */
function usualPaths(rows) {
  const some = rows.slice(0, 12).map((row) => shapeOf(row).paths);
  const times = new Map();
  for (const paths of some) for (const path of paths) times.set(path, (times.get(path) || 0) + 1);
  return [...times]
    .filter(([, count]) => count * 2 >= some.length)
    .map(([path]) => path)
    .slice(0, MOST_PATHS);
}

function hasContentOf(element) {
  return (
    /\S/.test(element.textContent) ||
    Boolean(element.shadowRoot || element.querySelector('img, svg, input, canvas, video, slot'))
  );
}

function isHeaderRow(row, headed) {
  if (row.closest('thead, tfoot') || headed.has(row.closest('[role=rowgroup]'))) return true;
  const cells = cellsOf(row);
  return (
    cells.length > 0 &&
    cells.every((cell) => cell.localName === 'th' || attribute(cell, 'role') === 'columnheader')
  );
}

/** The groups of rows that hold headers while the table has rows elsewhere: they may hold filters, say. */
function headedGroups(table) {
  const headers = table.querySelectorAll('[role=rowgroup] [role=columnheader]');
  const groups = new Set([...headers].map((header) => header.closest('[role=rowgroup]')));
  const rows = table.querySelectorAll('[role=row]').length;
  return new Set([...groups].filter((group) => group.querySelectorAll('[role=row]').length < rows));
}

function cellsOf(row) {
  const cells = kidsOf(row).filter((cell) =>
    cell.matches('td, th, [role=cell], [role=gridcell], [role=rowheader], [role=columnheader]'),
  );
  return cells.length
    ? cells
    : kidsOf(row).flatMap((child) =>
        kidsOf(child).filter((cell) => cell.matches('[role=cell], [role=gridcell]')),
      );
}

function tableRows(table) {
  const headers = new Set(headerRows(table));
  return allRows(table).filter((row) => row.closest(TABLE_LIKE) === table && !headers.has(row));
}

function allRows(table) {
  return [...table.querySelectorAll('tr, [role=row]')];
}

function headerRows(table) {
  const headed = headedGroups(table);
  return allRows(table).filter((row) => isHeaderRow(row, headed));
}

/** The list itself and its like siblings: lists that grow by whole blocks of rows. */
function partsOf(holder, spec) {
  if (spec.table || !holder.parentElement || holder.localName === 'body') return [holder];
  const names = classesOf(holder);
  // Its siblings in the document: what a host shows of its own is not among them, and is no part of the list.
  const parts = [...holder.parentElement.children].filter(
    (part) =>
      part === holder ||
      (part.localName === holder.localName &&
        attribute(part, 'role') === attribute(holder, 'role') &&
        names.length === classesOf(part).length &&
        names.every((name) => part.classList.contains(name)) &&
        !part.matches(BESIDE) &&
        kidsOf(part).some((child) => isLike(child, spec.shape))),
  );
  const headed = parts.some(
    (part) => part !== holder && kidsOf(part).some((child) => /^h[1-6]$/.test(child.localName)),
  );
  return headed ? [holder] : parts;
}

function rowsNow(holder, spec) {
  const all = spec.table
    ? tableRows(holder)
    : partsOf(holder, spec).flatMap((part) => kidsOf(part).filter((child) => isLike(child, spec.shape)));
  const rows = all.filter((row) => hasContentOf(row) && isDrawnNow(row));
  return arePlaced(rows) ? inPlace(rows) : rows;
}

/** Rows put where they are by coordinates stand in any order in the document. */
function arePlaced(rows) {
  return rows.length > 1 && ['absolute', 'fixed'].includes(getComputedStyle(rows[0]).position);
}

function inPlace(rows) {
  const at = new Map(rows.map((row) => [row, row.getBoundingClientRect()]));
  rows.sort((a, b) => Math.round(at.get(a).top - at.get(b).top) || at.get(a).left - at.get(b).left);
  return longestRun(rows, (one, next) => at.get(next).top - at.get(one).bottom < innerHeight);
}

/** What lies far from the rest waits to be used again, or is kept for the focus: there are rows between. */
function longestRun(rows, follows) {
  let best = [],
    run = [];
  rows.forEach((row, at) => {
    if (at && follows(rows[at - 1], row)) run.push(row);
    else run = [row];
    if (run.length > best.length) best = run;
  });
  return best;
}

/** An advert says so, is built unlike its neighbours, and is one of few. */
function advertsAmong(rows, spec) {
  const found = rows.filter((row) => saysAdvert(row) && isOdd(row, spec));
  return new Set(found.length * 3 <= rows.length ? found : []);
}

function saysAdvert(row) {
  if (ADVERT.test(attribute(row, 'aria-label').trim()) || row.querySelector('a[rel~=sponsored]')) return true;
  const words = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) if (ADVERT.test(fold(words.currentNode.data))) return true;
  return false;
}

function isOdd(row, spec) {
  return (
    classesOf(row).some((name) => !spec.shape.classes.includes(name)) ||
    likeness(shapeOf(row).paths, spec.shape.paths) < 0.9 ||
    Boolean(row.querySelector('a[rel~=sponsored]'))
  );
}

// Which list.

/** What a list is known by, on this page and on the ones that follow. */
function specOf(holder, common) {
  const table = holder.matches(TABLE_LIKE);
  return {
    table,
    shape: common.shape,
    tag: holder.localName,
    role: attribute(holder, 'role'),
    id: holder.id || '',
    classes: classesOf(holder),
    path: pathOf(holder),
  };
}

function pathOf(element) {
  const path = [];
  for (let node = element; node && node.nodeType === Node.ELEMENT_NODE; node = renderedParent(node))
    path.push(node.localName);
  return path.join('<');
}

function commonOf(holder, least) {
  if (!holder.matches(TABLE_LIKE)) return commonRows(kidsOf(holder), least);
  const rows = tableRows(holder).filter(hasContentOf);
  return rows.length >= least
    ? {shape: {...shapeOf(rows[0]), classes: [], paths: usualPaths(rows)}, rows}
    : null;
}

/** The list that holds an element, or that it holds. */
function listAround(element) {
  const own = element.closest(TABLE_LIKE);
  if (element.matches(`${TABLE_LIKE}, ${LIST_LIKE}`) && commonOf(element, 1)) return element;
  for (let node = element; node && node !== document.body; node = renderedParent(node)) {
    const parent = renderedParent(node);
    if (!parent || parent.nodeType !== Node.ELEMENT_NODE) break;
    if (node.matches('td, th, [role=cell], [role=gridcell]')) continue;
    if (own && node.matches('tr, [role=row]') && holds(own, node)) return own;
    const common = commonRows(kidsOf(parent), 2);
    if (
      common?.rows.includes(node) &&
      !looksLikePager(common.rows) &&
      (node === element || tells(common.rows))
    )
      return parent;
  }
  const within = bestList([...element.querySelectorAll('*'), element]);
  return within || (own && commonOf(own, 1) ? own : null);
}

/** Rows, rather than the parts that one thing is made of. */
function tells(rows) {
  if (rows[0].matches(ROW_LIKE)) return true;
  return rows.length >= 3 && rows.filter((row) => row.firstElementChild).length * 2 >= rows.length;
}

/** The page's main repeated structure among these elements. */
function bestList(elements) {
  let best = null,
    points = 0;
  for (const element of elements) {
    if (element.childElementCount < 2 && !element.shadowRoot) continue;
    if (element.matches('tr, tbody, thead, [role=row], [role=rowgroup], p, svg, svg *')) continue;
    const mine = pointsFor(element);
    if (mine > points) {
      best = element;
      points = mine;
    }
  }
  return best;
}

function pointsFor(holder) {
  if (holder.closest(BESIDE)) return 0;
  const common = commonOf(holder, 3);
  if (!common || looksLikePager(common.rows)) return 0;
  const rows = common.rows;
  const some = rows.slice(0, 20);
  const words = some.reduce((sum, row) => sum + Math.min(fold(row.textContent).length, 300), 0) / some.length;
  const boxes = some.map((row) => row.getBoundingClientRect());
  const area =
    (boxes.reduce((sum, box) => sum + box.width * box.height, 0) / some.length) * Math.min(rows.length, 60);
  if (words < 2 || area <= 0) return 0;
  const semantic = holder.matches(`${TABLE_LIKE}, ${LIST_LIKE}`) || rows[0].matches(ROW_LIKE) ? 1.5 : 1;
  const sections =
    some.filter((row) => row.querySelectorAll(ROW_LIKE).length > rows.length).length * 2 > some.length
      ? 0.2
      : 1;
  return Math.sqrt(area) * Math.log2(1 + rows.length) * Math.log2(2 + words) * semantic * sections;
}

/** Rows that are only numbers and arrows: the way to other pages. */
function looksLikePager(rows) {
  const pagers = rows.filter((row) =>
    /^(\d{1,5}|…|\.{2,3}|[‹›«»<>←→]+|prev(ious)?|next|first|last)?$/i.test(fold(row.textContent)),
  );
  return pagers.length * 2 > rows.length;
}

/** The list of a page that another page's list is known by. */
function listKnownBy(spec) {
  let best = null,
    points = 0;
  for (const element of everyElement()) {
    if (element.localName !== spec.tag || attribute(element, 'role') !== spec.role) continue;
    const rows = rowsNow(element, spec).length;
    const names = classesOf(element);
    const fits =
      (element.id === spec.id ? 2 : 0) +
      2 * likeness(names, spec.classes) +
      (pathOf(element) === spec.path ? 2 : 0) +
      Math.min(rows, 3) / 3;
    if (rows && fits > points) {
      best = element;
      points = fits;
    }
  }
  return points >= 2.3 ? best : null;
}

/** The list around an element, the one that is known already, or the main one; how many points speak for it. */
export function findList(element, spec) {
  const holder = spec ? listKnownBy(spec) : element ? listAround(element) : bestList(everyElement());
  const common = holder && (spec ? {shape: spec.shape} : commonOf(holder, 1));
  if (!common) return null;
  return {list: numberOf(holder), spec: spec || specOf(holder, common), points: pointsFor(holder)};
}

// What it shows now.

/** The rows of a list: those not handed over to `reader` before with all that is in them; and how it goes on. */
export function readList(holder, spec, reader) {
  const rows = rowsNow(holder, spec);
  const adverts = advertsAmong(rows, spec);
  const scroller = listScroller(holder, rows);
  lastScroller.set(holder, scroller);
  const real = rows.filter((row) => !adverts.has(row));
  const places = placesSaid(real);
  const headers = spec.table ? headersOf(holder) : [];
  lastRead.set(holder, signOf(rows));
  useLabels(new Map());
  noteLabels(document);
  try {
    const said = real.map((row, at) => rowNow(row, scroller, places[at], reader, headers));
    return {
      url: location.href,
      rows: said,
      adverts: adverts.size,
      total: totalSaid(holder, real),
      ...waysOn(holder, spec, scroller, new Set(rows)),
    };
  } finally {
    useLabels(null);
  }
}

/** What scrolled a list when it was last read: it may be inside the list, around the rows alone. */
const lastScroller = new WeakMap();

/** What the rows of a list said when it was last read. */
const lastRead = new WeakMap();

const signOf = (rows) => rows.map((row) => numberOf(row) + keyOf(row)).join('\u0002');

function rowNow(row, scroller, place, reader, headers) {
  const key = keyOf(row);
  const rect = row.getBoundingClientRect();
  const at =
    rect.top +
    (scroller === pageScroller() ? scrollY : scroller.scrollTop - scroller.getBoundingClientRect().top);
  const said = {n: numberOf(row), k: key, at: Math.round(at), high: Math.round(rect.height), place};
  if (handedOver.get(row) !== reader + key) {
    handedOver.set(row, reader + key);
    Object.assign(said, contentOf(row), {cells: cellTexts(row, headers)});
  }
  return said;
}

/** What a row says and leads to; pictures count only where there is nothing else, since they come late. */
function keyOf(row) {
  const parts = [cut(fold(row.textContent), MOST_TEXT)];
  for (const link of row.querySelectorAll('a[href]')) parts.push(link.getAttribute('href'));
  if (row.matches('a[href]')) parts.push(row.getAttribute('href'));
  if (!parts.join(''))
    for (const picture of row.querySelectorAll('img')) parts.push(picture.getAttribute('src') + picture.alt);
  return parts.join('\u0001');
}

function contentOf(row) {
  const work = new Capture({appearance: true, limit: null});
  work.visit(row, -1, {cursor: 'auto', hidden: false, inert: false, clip: null});
  work.breakLine();
  return {text: work.lines.join('\n'), records: work.compact()};
}

function headersOf(table) {
  const row = headerRows(table).find((one) => one.closest(TABLE_LIKE) === table);
  return row ? cellsOf(row).map((cell) => cut(fold(cell.innerText || ''), LONGEST_LABEL)) : [];
}

function cellTexts(row, headers) {
  const cells = headers.length ? cellsOf(row) : [];
  return cells.length === headers.length
    ? cells.map((cell, at) => [headers[at], fold(cell.innerText || '')])
    : [];
}

/** The place of each row in the whole list, as an attribute counts it; null where none does. */
function placesSaid(rows) {
  if (!rows.length) return [];
  const names = rows[0].getAttributeNames().filter((name) => /^-?\d+$/.test(rows[0].getAttribute(name)));
  const first = ['aria-rowindex', 'aria-posinset'];
  names.sort((a, b) => first.includes(b) - first.includes(a));
  for (const name of names) {
    if (/^(tabindex|colspan|rowspan|aria-level|aria-setsize|width|height|value)$/.test(name)) continue;
    const places = rows.map((row) =>
      /^\d+$/.test(attribute(row, name)) ? Number(row.getAttribute(name)) : NaN,
    );
    if (
      places.every((place, at) => at === 0 || place === places[at - 1] + 1) &&
      (rows.length > 1 || first.includes(name))
    )
      return places;
  }
  return rows.map(() => null);
}

/** How many rows the page says there are in all; 0: it does not say, -1 is its way to say so. */
function totalSaid(holder, rows) {
  const counted = holder.closest('[aria-rowcount]') || holder.querySelector('[aria-rowcount]');
  const said = counted ? Number(attribute(counted, 'aria-rowcount')) : sizeSaid(rows);
  if (!(said > 0)) return 0;
  return Math.max(0, said - headerRows(holder).length);
}

/** How many there are in all by what each row says, where all say the same; those of trees count their own branch. */
function sizeSaid(rows) {
  const sizes = new Set(rows.map((row) => attribute(row, 'aria-setsize')));
  if (sizes.size !== 1 || rows[0].matches('[role=treeitem], [aria-level]')) return 0;
  return Number([...sizes][0]);
}

// How it goes on.

function listScroller(holder, rows = []) {
  for (
    let node = rows.length ? renderedParent(rows[rows.length - 1]) : holder;
    node && node !== document.body && node.nodeType === Node.ELEMENT_NODE;
    node = renderedParent(node)
  ) {
    if (
      node.scrollHeight > node.clientHeight + 1 &&
      ['auto', 'scroll', 'overlay'].includes(getComputedStyle(node).overflowY)
    )
      return node;
  }
  return pageScroller();
}

function waysOn(holder, spec, scroller, rows) {
  const controls = controlsFor(holder, spec, rows);
  const page = scroller === pageScroller();
  const view = page ? innerHeight : scroller.clientHeight;
  const boxes = partsOf(holder, spec).map((part) => part.getBoundingClientRect());
  const bottom =
    Math.max(...boxes.map((box) => box.bottom)) - (page ? 0 : scroller.getBoundingClientRect().top);
  return {
    top: Math.round(scroller.scrollTop),
    view,
    below: Math.round(Math.max(0, bottom - view)),
    left: Math.round(Math.max(0, scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop)),
    inner: !page,
    ...controls,
  };
}

/** Scrolls the list's own container, or the page: by so many pixels, or to its end; what that draws is there then. */
export async function scrollList(holder, by) {
  const scroller = lastScroller.get(holder) || listScroller(holder);
  const top = scroller.scrollTop;
  if (by === null) scroller.scrollTo({top: scroller.scrollHeight, behavior: 'instant'});
  else scroller.scrollBy({top: by, behavior: 'instant'});
  const moved = Math.round(scroller.scrollTop - top);
  await nextFrame();
  await nextFrame();
  return {moved};
}

const NEXT = new RegExp(
  '^((go )?to )?(the )?(next( page| results)?|older( posts| entries| results)?|nächste( seite)?|weiter|suivante?|page suivante|siguiente|' +
    'página siguiente|próxim[ao]( página)?|successiv[oa]|pagina successiva|avanti|volgende( pagina)?|następna( strona)?|dalej|nästa( sida)?|næste|neste|seuraava|další|sonraki|' +
    'следующая( страница)?|вперед|вперёд|下一页|下一頁|下页|次へ|次のページ|다음)\\s*[›»→>❯▶⟩]*$',
  'i',
);
const ARROW = /^[›→>❯▶⟩]$/;
const ARROWS = /^(»|>>)$/;
const MORE = new RegExp(
  '^[+▾▼↓]?\\s*(((load|show|view|see|get|display|fetch|list) )?((\\d+ )?more|the rest|(the )?next \\d+|older)( [a-z]+){0,2}|' +
    '(load|show) (all|next)( \\d+)?( [a-z]+)?|(weitere|mehr)( \\S+)?( anzeigen| laden)?|(voir|afficher|charger) plus.*|(ver|mostrar|cargar) más.*|(carregar|mostrar|ver) mais.*|' +
    '(carica|mostra) altr[oi].*|meer (laden|tonen|weergeven)|(загрузить|показать) (ещё|еще)|もっと(見る|読み込む)|さらに表示|加载更多|查看更多|載入更多|顯示更多|더 ?보기|visa fler|vis flere|pokaż więcej|daha fazla.*)' +
    '\\s*(\\(?[\\d.,]+( ?(of|/) ?[\\d.,]+)?( left| more| remaining)?\\)?)?\\s*[….▾▼↓+]*$',
  'i',
);
const NOT_MORE =
  /\b(less|fewer|info|information|about|option|options|filter|filters|detail|details|settings|tags|categories|like this|similar|related)\b/i;
const RETRY =
  /^(retry|try again|load again|erneut versuchen|nochmal versuchen|réessayer|reintentar|riprova|tentar novamente|повторить|重试|再試行)$/i;
const THE_END = new RegExp(
  "\\b(end of (the )?(list|results|feed|content|page|posts|items)|no more (\\w+ ){0,2}\\w+|nothing (more|else) to (show|load|see)|that['’]s (all|everything|it)\\b|" +
    "you['’](ve|re) (reached the end|seen (it all|everything|them all)|(all )?caught up|at the end)|all \\d+ \\w+ (are )?(shown|loaded)|no further \\w+|keine weiteren|ende der liste|plus (de|aucun) résultats?|no hay más)",
  'i',
);
const CURRENT_NAMES = new Set(['active', 'current', 'selected']);
const NUMBERED = /^(?:(?:go to )?page )?(\d{1,5})$/i;

/** The controls that take this list on, and what the page says of its end. */
function controlsFor(holder, _spec, rows) {
  const found = {more: null, next: null, retry: null, spent: '', end: '', waiting: isWaiting(holder)};
  const numbers = [];
  for (const element of aroundRows(rows)) {
    if (element.childElementCount > 3 || element === holder) continue;
    const label = labelOfControl(element);
    if (!label && !hasName(element, 'next')) continue;
    if (!element.firstElementChild || element.childElementCount < 3)
      noteSaying(found, element, label, holder, rows);
    if (
      label.length > LONGEST_LABEL ||
      !(isPressable(element) || isCurrentNumber(element, label)) ||
      !isDrawnNow(element)
    )
      continue;
    noteControl(found, numbers, element, label, holder, rows);
  }
  const current = numbers.find((one) => one.current);
  const following =
    current &&
    numbers.find((one) => one.number === current.number + 1 && !one.current && isUsable(one.element));
  if (following) better(found, 'next', {rank: 3, element: following.element, label: following.label});
  const marks = numbers
    .filter((one) => one.current)
    .map((one) => one.label)
    .join();
  return {
    ...found,
    mark: `${location.href} ${marks}`,
    more: controlSaid(found.more),
    next: controlSaid(found.next),
    retry: controlSaid(found.retry),
  };
}

/** Every element that is drawn outside of the rows. */
function* aroundRows(rows) {
  const stack = [document.body || document.documentElement];
  while (stack.length) {
    const element = stack.pop();
    if (!element || rows.has(element) || SKIPPED.has(element.localName)) continue;
    yield element;
    const kids = kidsOf(element);
    for (let at = kids.length - 1; at >= 0; at--) stack.push(kids[at]);
  }
}

function labelOfControl(element) {
  const given = attribute(element, 'aria-label') || (element.localName === 'input' ? element.value : '');
  if (given) return fold(given);
  const text = element.textContent;
  if (text.length > 4 * LONGEST_LABEL) return '';
  return (
    fold(text) ||
    fold(
      attribute(element, 'title') ||
        [...element.querySelectorAll('img[alt], [aria-label], title')]
          .map((one) => attribute(one, 'alt') || attribute(one, 'aria-label') || one.textContent)
          .join(' '),
    )
  );
}

function hasName(element, word) {
  return (
    element.hasAttributes() &&
    ['id', 'class', 'data-testid'].some((name) => wordsOf(attribute(element, name)).includes(word))
  );
}

function isPressable(element) {
  if (element.matches('a[href], button, [role=button], [role=link], input[type=button], input[type=submit]'))
    return true;
  if (element.closest('a[href], button, [role=button], [role=link]')) return false;
  return (
    listens(element) ||
    ON_HANDLERS.some((name) => element.hasAttribute(name)) ||
    getComputedStyle(element).cursor === 'pointer'
  );
}

function isUsable(element) {
  for (let node = element, up = 0; node && up < 2; node = node.parentElement, up++) {
    if (node.disabled || attribute(node, 'aria-disabled') === 'true' || node.classList.contains('disabled'))
      return false;
  }
  return (
    !element.closest('[inert], [aria-hidden=true]') && getComputedStyle(element).pointerEvents !== 'none'
  );
}

function noteSaying(found, element, label, holder, rows) {
  if (label.length > 120 || !label) return;
  const says = THE_END.test(label) && label.length <= 120;
  const waits =
    SAYS_WAIT.test(label) ||
    (element.hasAttributes() && [...WAITING_NAMES].some((name) => hasName(element, name)));
  if (!says && !waits) return;
  if (!isDrawnNow(element) || !isOfList(element, holder, rows) || !comesAfter(element, holder)) return;
  if (says && !isPressable(element)) found.end = found.end || cut(label, 100);
  else if (waits) found.waiting = true;
}

/** Below the list, or inside it behind the rows. */
function comesAfter(element, holder) {
  return (
    holds(holder, element) ||
    Boolean(holder.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)
  );
}

function isWaiting(holder) {
  if (holder.closest('[aria-busy=true]')) return true;
  return [...holder.querySelectorAll('[role=progressbar], [aria-busy=true]')].some(isDrawnNow);
}

function noteControl(found, numbers, element, label, holder, rows) {
  const number = NUMBERED.exec(label);
  const rank = number ? -1 : rankOfNext(element, label);
  const more = !NOT_MORE.test(label) && MORE.test(label) && !NEXT.test(label);
  const retry = RETRY.test(label);
  if (!number && rank < 0 && !more && !retry) return;
  if (!isOfList(element, holder, rows) || wouldSend(element)) return;
  if (number) numbers.push({number: Number(number[1]), label, element, current: isCurrent(element)});
  else if (!isUsable(element)) found.spent = found.spent || label || 'next';
  else if (retry && comesAfter(element, holder)) found.retry = found.retry || {element, label};
  else if (rank >= 0) better(found, 'next', {rank, element, label: label || 'next'});
  else if (more && comesAfter(element, holder)) better(found, 'more', {rank: 0, element, label});
}

/** The page that is shown is said, but leads nowhere. */
function isCurrentNumber(element, label) {
  return NUMBERED.test(label) && isCurrent(element) && !element.querySelector('a, button, [role=button]');
}

/** 0 is surest; -1: it does not lead to the next page. */
function rankOfNext(element, label) {
  if (element.relList?.contains('next')) return 0;
  if (NEXT.test(label)) return 1;
  if (ARROW.test(label)) return 4;
  if (ARROWS.test(label)) return 5;
  return !label && hasName(element, 'next') ? 6 : -1;
}

function better(found, kind, one) {
  if (!found[kind] || one.rank < found[kind].rank) found[kind] = one;
}

function isCurrent(element) {
  for (let node = element, up = 0; node && up < 2; node = node.parentElement, up++) {
    if (
      ['page', 'true', 'step'].includes(attribute(node, 'aria-current')) ||
      attribute(node, 'aria-selected') === 'true'
    )
      return true;
    if (
      node.childElementCount <= 1 &&
      [...node.classList].some((name) => wordsOf(name).some((word) => CURRENT_NAMES.has(word)))
    )
      return true;
  }
  return false;
}

/** A button that sends a form somebody fills in is no way through a list. */
function wouldSend(element) {
  const form = element.closest('form');
  if (!form || !element.matches('button, input')) return false;
  return [...form.elements].some(
    (field) =>
      field.matches('input:not([type=hidden], [type=button], [type=submit], [type=search]), textarea') &&
      isDrawnNow(field),
  );
}

/** Whether the first list that is met going outward from a control is this one. */
function isOfList(element, holder, rows) {
  for (let node = element; node; node = renderedParent(node)) {
    if (rows.has(node)) return false;
    if (node === holder || holds(node, holder)) return true;
    if (node !== element && node.nodeType === Node.ELEMENT_NODE && holdsList(node)) return false;
  }
  return false;
}

function holdsList(node) {
  const inner = [node, ...node.querySelectorAll('*')];
  return (
    inner.length < 2000 &&
    inner.some((one) => {
      if (one.childElementCount < 3 || one.matches('select, tr, [role=row]')) return false;
      const common = commonRows(kidsOf(one), 3);
      if (!common || looksLikePager(common.rows)) return false;
      return common.rows.filter((row) => fold(row.textContent).length > 12).length * 2 > common.rows.length;
    })
  );
}

function controlSaid(one) {
  return (
    one && {
      n: numberOf(one.element),
      label: cut(one.label, LONGEST_LABEL),
      leads: one.element.localName === 'a' && Boolean(one.element.getAttribute('href')),
    }
  );
}

// Waiting for it.

/** Comes back when the rows are not what they were read as, or after `ceiling` ms: whether they changed. */
export async function whenListChanges(holder, spec, ceiling) {
  const now = () => (holder.isConnected ? signOf(rowsNow(holder, spec)) : '');
  // What changed between the reading and this call is a change too.
  const before = lastRead.get(holder) ?? now();
  if (now() !== before) return {changed: true};
  if (scriptless) return {changed: false};
  return new Promise((resolve) => {
    let timer = 0;
    const done = (changed) => {
      observer.disconnect();
      clearTimeout(timer);
      clearTimeout(end);
      resolve({changed});
    };
    const look = () => {
      timer = 0;
      if (now() !== before) done(true);
    };
    const observer = new MutationObserver(() => {
      timer = timer || setTimeout(look, 20);
    });
    const end = setTimeout(() => done(now() !== before), ceiling);
    observer.observe(holder.getRootNode(), {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
}

/** Where a frame's content begins in the document that holds it. */
export function frameAt(frame) {
  return {at: contentBox(frame, frame.getBoundingClientRect(), getComputedStyle(frame))};
}
