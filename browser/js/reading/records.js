// The record of one element: what it is, how it is called, where it lies and how it is.

import {attribute, cut, describe, elementAt, fold} from '../dom/dom.js';
import {hintsOf} from '../dom/hints.js';
import {labelledBy, labelTexts, NAMED_BY_CONTENT, nativeName, ownName} from '../dom/names.js';
import {numberOf} from '../dom/refs.js';
import {roleOf} from '../dom/roles.js';
import {
  descriptionOf,
  fieldValue,
  isField,
  LIMITED,
  levelOf,
  limitsOf,
  optionsOf,
  statesOf,
} from '../dom/states.js';
import {FRAMES, TRANSPARENT, UNREADABLE} from '../dom/tags.js';
import {appearanceOf, isPainted} from '../layout/appearance.js';
import {boxOf, contentBox, isScroller} from '../layout/layout.js';
import {usability} from '../layout/usable.js';
import {pointsOf, rectsOf, standsFor, visiblePoint} from '../layout/visible.js';

const UNSAID = new Set([
  'strong',
  'emphasis',
  'code',
  'mark',
  'subscript',
  'superscript',
  'deletion',
  'insertion',
  'time',
  'term',
  'generic',
  'none',
  'presentation',
  'rowgroup',
  'paragraph',
  'definition',
  'group',
  'caption',
]);

/** What is told of an element, or null where there is nothing to tell. */
export function recordOf(work, element, style, rect, parent, above) {
  const role = roleOf(element);
  const interactive = usability(element, role, style, above);
  let empty = rect.width <= 0 || rect.height <= 0;
  if (empty && interactive && element.firstChild && style.overflow === 'visible') {
    rect = rectsOf(element)[0] || rect;
    empty = rect.width <= 0 || rect.height <= 0;
  }
  const plain = TRANSPARENT.has(role);
  if (
    empty &&
    plain &&
    !interactive &&
    style.display !== 'contents' &&
    !element.firstElementChild &&
    !element.firstChild
  )
    return null;
  const record = {number: numberOf(element), parent, role, tag: element.localName, states: []};
  record.box = empty ? null : boxOf(rect);
  record.interactive = interactive ? 1 : 0;
  if (interactive) work.usable++;
  if (interactive > 1) record.yields = interactive - 1;
  record.keep = !plain || interactive;
  const name = nameBefore(record, element, role, plain && !interactive);
  if (name) record.name = name;
  if (plain && name) record.keep = true;
  if (!plain || interactive) {
    describeControl(record, element, role, interactive, name);
    record.states = statesOf(element, role, interactive);
  }
  if (!empty) record.states.push(...placeStates(work, rect, above));
  if (record.states.includes('offscreen')) work.spend(costOf(record), above.aside);
  if (above.inert || element.inert) record.states.push('inert');
  if (element === work.active) {
    record.states.push('focused');
    work.focused = record.number;
  }
  if (UNREADABLE.has(element.localName)) record.states.push('unreadable');
  if (isScroller(element, style)) {
    record.states.push('scrollable');
    record.keep = true;
  }
  if ((interactive || FRAMES.has(element.localName)) && !empty) hitTest(record, element, rect);
  const hints = element.hasAttributes() ? hintsOf(element) : [];
  if (hints.length) record.hints = hints;
  if (FRAMES.has(element.localName)) {
    record.keep = true;
    record.content_box = contentBox(element, rect, style);
  }
  if (work.options.appearance) {
    record.appearance = appearanceOf(element, style);
    if (!empty && isPainted(element, rect, style)) record.keep = true;
  }
  if (empty && !record.interactive && !record.text) record.maybe = true;
  return record;
}

/** The name, as far as it does not come from the text inside, which is read later. */
function nameBefore(record, element, role, unnamed) {
  if (unnamed && !element.hasAttributes()) return '';
  if (unnamed)
    return (
      labelledBy(element).join(' ') || fold(attribute(element, 'aria-label') || attribute(element, 'title'))
    );
  if (NAMED_BY_CONTENT.has(role) || role === 'generic') {
    const given =
      labelledBy(element).join(' ') || fold(attribute(element, 'aria-label')) || nativeName(element);
    if (given) return cut(given);
    record.byText = true;
    return '';
  }
  return cut(ownName(element, false, role));
}

function describeControl(record, element, role, interactive, name) {
  const value = fieldValue(element, role);
  if (value !== null) record.value = cut(value, 5000);
  const description = descriptionOf(element, name);
  if (description) record.description = description;
  const placeholder = attribute(element, 'placeholder') || attribute(element, 'aria-placeholder');
  if (placeholder) record.placeholder = fold(placeholder);
  if (interactive || isField(element)) {
    const label = labelTexts(element).join(' ') || labelledBy(element).join(' ');
    if (label) record.label = cut(label);
    const options = optionsOf(element, role);
    if (options.length) record.options = options;
  }
  if (LIMITED.has(element.localName) || interactive) {
    const limits = limitsOf(element);
    if (Object.keys(limits).length) record.limits = limits;
  }
  if (element.localName === 'input') record.input_type = element.type;
  const level = levelOf(element);
  if (level !== null) record.level = level;
  if (element.localName === 'a' || element.localName === 'area') {
    if (typeof element.href === 'string' && element.href) record.href = element.href;
  } else if (element.localName === 'img' && (element.currentSrc || element.src))
    record.href = cut(element.currentSrc || element.src, 2000);
  else if (element.localName === 'iframe' && element.src) record.href = cut(element.src, 2000);
}

export function placeStates(work, rect, above) {
  const states = [];
  if (!inView(work, rect)) states.push('offscreen');
  const clip = above.clip;
  if (
    clip &&
    (rect.right <= clip.left || rect.left >= clip.right || rect.bottom <= clip.top || rect.top >= clip.bottom)
  )
    states.push('clipped');
  return states;
}

export function inView(work, rect) {
  return rect.bottom > 0 && rect.top < work.height && rect.right > 0 && rect.left < work.width;
}

function hitTest(record, element, rect) {
  if (
    record.states.includes('offscreen') ||
    record.states.includes('clipped') ||
    record.states.includes('inert')
  )
    return;
  const [point] = pointsOf(rect, false);
  if (!point) return;
  const hit = elementAt(point[0], point[1]);
  if (!hit || standsFor(hit, element)) return;
  const found = visiblePoint(element);
  if (found.x !== undefined) return;
  record.states.push('covered');
  record.covered_by = found.by ? describe(found.by) : '';
}

const CELLS = new Set(['cell', 'gridcell', 'columnheader', 'rowheader']);

/** About how many tokens it costs to list an element, without its text; a cell stands in the line of its row. */
function costOf(record) {
  if (CELLS.has(record.role) && !record.interactive) return 2;
  if (UNSAID.has(record.role) && !record.interactive && !record.name) return 0;
  return (
    8 +
    (Math.min((record.href || '').length, 60) + (record.name || '').length + (record.value || '').length) / 3
  );
}
