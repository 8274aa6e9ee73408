// Finding the point of an element that a real pointer would reach.

/** Scrolls an element into view and finds a point that a click would reach. */
function aim(element) {
  const answer = {what: spoken(element), role: roleOf(element), tag: element.localName, type: element.type || ''};
  const shown = standIn(element);
  if (!shown) return {...answer, why: isShown(element) ? 'it takes no space on the page' : 'it is hidden'};
  if (isDisabled(element)) return {...answer, why: 'it is disabled'};
  if (element.closest('[inert]') || behindModal(element)) return {...answer, why: 'something in front of it has to be dealt with first'};
  const found = reach(shown, element);
  if (found.x !== undefined) return {...answer, x: found.x, y: found.y};
  return {...answer, covered: true, why: found.by ? `it is covered by ${describe(found.by)}` : 'no point of it can be scrolled into view'};
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

function isShown(element) {
  return element.checkVisibility({visibilityProperty: true});
}

/** The element, or the label that is drawn instead of it. */
function standIn(element) {
  if (isShown(element) && rectsOf(element).length) return element;
  return [...(element.labels || [])].find((label) => isShown(label) && rectsOf(label).length) || null;
}

/** Whether a native modal dialog keeps the pointer from reaching an element. */
function behindModal(element) {
  const modals = document.querySelectorAll('dialog:modal');
  const front = modals[modals.length - 1];
  return Boolean(front && !holds(front, element));
}

/** `button 'Send'` */
function spoken(element) {
  const role = roleOf(element);
  const name = cut(ownName(element, false, role) || (isField(element) ? '' : fold(textOf(element))), 60);
  const kind = TRANSPARENT.has(role) ? element.localName : role;
  return name ? `${kind} '${name}'` : kind;
}

function textOf(element) {
  return (element.innerText === undefined ? element.textContent : element.innerText) || '';
}

/** Whether a point of this frame lies on this element (a frame, say). */
function coverAt(element, x, y) {
  const hit = elementAt(x, y);
  return hit && standsFor(hit, element) ? '' : hit ? describe(hit) : 'the edge of its frame';
}

/** Where a frame element's content begins, and its scale. */
function frameBox(element) {
  return contentBox(element, element.getBoundingClientRect(), getComputedStyle(element));
}

const ACTS = {};

/** Does one of ACTS to the element with this number. */
function act(number, name, ...rest) {
  const element = elementOf(number);
  return element ? ACTS[name](element, ...rest) : {gone: true};
}

/** Does one of ACTS to the document as a whole. */
function ask(name, ...rest) {
  return ACTS[name](null, ...rest);
}

Object.assign(ACTS, {
  aim, frameBox, coverAt,
  spoken: (element) => ({what: spoken(element)}),
});
