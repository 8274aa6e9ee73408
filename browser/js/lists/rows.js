// Rows of a list: how they are built, which they are now, and what stands among them.

import {attribute, fold, renderedChildren} from '../dom/dom.js';
import {SKIPPED} from '../dom/tags.js';
import {rectsOf} from '../layout/visible.js';

export const TABLE_LIKE = 'table, [role=table], [role=grid], [role=treegrid]';
export const ROW_LIKE =
  'tr, li, article, [role=row], [role=listitem], [role=article], [role=option], [role=treeitem]';
export const LIST_LIKE = 'ul, ol, [role=list], [role=feed], [role=listbox], [role=tree]';
export const BESIDE =
  'nav, header, footer, aside, menu, [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=menu], [role=menubar], [role=tablist], [role=toolbar], select, datalist';
const ADVERT =
  /^(ad|ads|advert|advertisement|sponsored|promoted|anzeige|gesponsert|sponsorisé|patrocinado)$/i;
const PATHS_DEEP = 3;
const MOST_PATHS = 60;
export const LONGEST_LABEL = 60;

export function kidsOf(node) {
  return [...renderedChildren(node)].filter(
    (child) => child.nodeType === Node.ELEMENT_NODE && !SKIPPED.has(child.localName),
  );
}

export function isDrawnNow(element) {
  return element.checkVisibility({visibilityProperty: true}) && rectsOf(element).length > 0;
}

/** How an element is built: by what two rows of one list resemble each other. */
export function shapeOf(element) {
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

export function classesOf(element) {
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
export function commonRows(children, least) {
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
export function usualPaths(rows) {
  const some = rows.slice(0, 12).map((row) => shapeOf(row).paths);
  const times = new Map();
  for (const paths of some) for (const path of paths) times.set(path, (times.get(path) || 0) + 1);
  return [...times]
    .filter(([, count]) => count * 2 >= some.length)
    .map(([path]) => path)
    .slice(0, MOST_PATHS);
}

export function hasContentOf(element) {
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

export function cellsOf(row) {
  const cells = kidsOf(row).filter((cell) =>
    cell.matches('td, th, [role=cell], [role=gridcell], [role=rowheader], [role=columnheader]'),
  );
  return cells.length
    ? cells
    : kidsOf(row).flatMap((child) =>
        kidsOf(child).filter((cell) => cell.matches('[role=cell], [role=gridcell]')),
      );
}

export function tableRows(table) {
  const headers = new Set(headerRows(table));
  return allRows(table).filter((row) => row.closest(TABLE_LIKE) === table && !headers.has(row));
}

function allRows(table) {
  return [...table.querySelectorAll('tr, [role=row]')];
}

export function headerRows(table) {
  const headed = headedGroups(table);
  return allRows(table).filter((row) => isHeaderRow(row, headed));
}

/** The list itself and its like siblings: lists that grow by whole blocks of rows. */
export function partsOf(holder, spec) {
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

export function rowsNow(holder, spec) {
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
export function advertsAmong(rows, spec) {
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
