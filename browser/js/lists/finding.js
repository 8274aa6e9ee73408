// Which list is meant, and where its frame is.

import {attribute, fold, holds, renderedParent} from '../dom/dom.js';
import {everyElement} from '../dom/listeners.js';
import {numberOf} from '../dom/refs.js';
import {contentBox} from '../layout/layout.js';
import {
  BESIDE,
  classesOf,
  commonRows,
  hasContentOf,
  kidsOf,
  LIST_LIKE,
  likeness,
  ROW_LIKE,
  rowsNow,
  shapeOf,
  TABLE_LIKE,
  tableRows,
  usualPaths,
} from './rows.js';

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
export function looksLikePager(rows) {
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

/** Where a frame's content begins in the document that holds it. */
export function frameAt(frame) {
  return {at: contentBox(frame, frame.getBoundingClientRect(), getComputedStyle(frame))};
}
