// What a list shows now, and when that changes.

import {scriptless} from '../changing/quiet.js';
import {attribute, cut, fold} from '../dom/dom.js';
import {noteLabels, useLabels} from '../dom/names.js';
import {numberOf} from '../dom/refs.js';
import {pageScroller} from '../layout/scroll.js';
import {Capture} from '../reading/capture.js';
import {compact} from '../reading/compact.js';
import {listScroller, waysOn} from './paging.js';
import {advertsAmong, cellsOf, headerRows, LONGEST_LABEL, rowsNow, TABLE_LIKE} from './rows.js';

const MOST_TEXT = 20000;
/** What has been handed over already, so that a row is read once: node -> who asked and what it said. */
const handedOver = new WeakMap();

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
export const lastScroller = new WeakMap();

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
  return {text: work.lines.join('\n'), records: compact(work.records)};
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
