// Finding the point of an element that a real pointer would reach.

import {cut, describe, elementAt, fold, holds} from '../dom/dom.js';
import {ownName} from '../dom/names.js';
import {roleOf} from '../dom/roles.js';
import {isDisabled, isField} from '../dom/states.js';
import {TRANSPARENT} from '../dom/tags.js';
import {contentBox} from './layout.js';
import {imagesOf, rectsOf, rounded, standsFor, visiblePoint} from './visible.js';

/** Scrolls an element into view and finds a point that a click would reach. */
export function aim(element, centred = false) {
  const answer = {
    what: spoken(element),
    role: roleOf(element),
    tag: element.localName,
    type: element.type || '',
  };
  const shown = standIn(element);
  if (!shown) return {...answer, why: isShown(element) ? 'it takes no space on the page' : 'it is hidden'};
  if (isDisabled(element)) return {...answer, why: 'it is disabled'};
  if (element.closest('[inert]') || behindModal(element))
    return {...answer, why: 'something in front of it has to be dealt with first'};
  if (centred) shown.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
  const found = reach(shown, element);
  if (found.x !== undefined) {
    aimed = {element, shown, x: found.x, y: found.y, box: boxKey(shown)};
    return {...answer, x: found.x, y: found.y};
  }
  if (getComputedStyle(shown).pointerEvents === 'none')
    return {...answer, why: 'the page lets no pointer reach it'};
  return {
    ...answer,
    covered: true,
    why: found.by ? `it is covered by ${describe(found.by)}` : 'no point of it can be scrolled into view',
  };
}

/** What the pointer was last aimed at, and where that was then. */
export let aimed = null;

export function boxKey(element) {
  const rect = element.getBoundingClientRect();
  return `${rounded(rect.left)} ${rounded(rect.top)} ${rounded(rect.width)} ${rounded(rect.height)}`;
}

function reach(shown, element) {
  let found = visiblePoint(shown);
  if (found.x !== undefined) return found;
  for (const block of ['center', 'start', 'end', 'nearest']) {
    shown.scrollIntoView({block, inline: 'nearest', behavior: 'instant'});
    found = visiblePoint(shown);
    if (found.x !== undefined) return found;
  }
  for (const label of element.labels || []) {
    const other = visiblePoint(label);
    if (other.x !== undefined) return other;
  }
  return found;
}

export function isShown(element) {
  if (element.localName === 'area') return imagesOf(element).some(isShown);
  return element.checkVisibility({visibilityProperty: true});
}

/** The element, or the label that is drawn instead of it. */
function standIn(element) {
  if (isShown(element) && rectsOf(element).length) return element;
  return [...(element.labels || [])].find((label) => isShown(label) && rectsOf(label).length) || null;
}

/** Whether a native modal dialog keeps the pointer from reaching an element. */
function behindModal(element) {
  for (let root = element.getRootNode(); root; root = root.host ? root.host.getRootNode() : null) {
    const modals = root.querySelectorAll('dialog:modal');
    const front = modals[modals.length - 1];
    if (front) return !holds(front, element);
  }
  return false;
}

/** `button 'Send'` */
export function spoken(element) {
  const role = roleOf(element);
  const name = cut(ownName(element, false, role) || (isField(element) ? '' : fold(textOf(element))), 60);
  const kind = TRANSPARENT.has(role) ? element.localName : role;
  return name ? `${kind} '${name}'` : kind;
}

export function textOf(element) {
  return (element.innerText === undefined ? element.textContent : element.innerText) || '';
}

/** Carries a point of a frame's content out to the document that holds the frame, scrolled into view there. */
export function carry(frame, x, y) {
  let at = outOf(frame, x, y);
  const moved = at.x < 0 || at.y < 0 || at.x >= innerWidth || at.y >= innerHeight;
  if (moved) {
    frame.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
    at = outOf(frame, x, y);
    if (at.y < 0 || at.y >= innerHeight) scrollBy({top: at.y - innerHeight / 2, behavior: 'instant'});
    if (at.x < 0 || at.x >= innerWidth) scrollBy({left: at.x - innerWidth / 2, behavior: 'instant'});
    at = outOf(frame, x, y);
  }
  const hit = elementAt(at.x, at.y);
  return {
    ...at,
    moved,
    cover: hit && standsFor(hit, frame) ? '' : hit ? describe(hit) : 'the edge of its frame',
  };
}

function outOf(frame, x, y) {
  const [left, top, scale] = contentBox(frame, frame.getBoundingClientRect(), getComputedStyle(frame));
  return {x: left + x * scale, y: top + y * scale};
}
