// Walking the composed tree (what is rendered: slots and shadow roots) and folding text.

export const MAX_TEXT = 500;

const UNFOLDED = /[^\S ]| {2}|[\u200b\u00ad]/;
/** Places where a word may be broken, which show nothing as long as it is not; \ufeff is white space to a script. */
const UNSEEN = /[\u200b\u00ad\ufeff]/g;

/** White space as a browser shows it; most text is folded already, which is soon seen. */
export function fold(text) {
  return (UNFOLDED.test(text) ? text.replace(UNSEEN, '').replace(/\s+/g, ' ') : text).trim();
}

export const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
/** Letters that may be more than a code point or a UTF-16 unit, or be joined to the one before; most texts have none. */
const NOT_PLAIN = /[^\n -\u02ff]/;
/** A grapheme of more UTF-16 units may be cut inside. */
const LONGEST_GRAPHEME = 64;

/** The beginning of a text: at most `length` code points, and whole graphemes. */
export function cut(text, length = MAX_TEXT) {
  if (text.length <= length) return text;
  if (!NOT_PLAIN.test(text.slice(0, length + 1))) return text.slice(0, length);
  let end = 0;
  for (let points = 0; points < length && end < text.length; points++)
    end += text.codePointAt(end) > 0xffff ? 2 : 1;
  if (end === text.length) return text;
  const {index} = graphemes.segment(text.slice(0, end + LONGEST_GRAPHEME)).containing(end);
  return text.slice(0, end - index < LONGEST_GRAPHEME ? index : end);
}

export function attribute(element, name) {
  return element.getAttribute(name) || '';
}

/** Host -> its closed shadow root, which no script can ask for: told from outside. */
export const closedRoots = new WeakMap();
let anyClosed = false;

/** Remembers that the page has closed shadow roots, which are looked up from now on. */
export function noteAnyClosed() {
  anyClosed = true;
}

export function shadowOf(element) {
  const root = element.shadowRoot;
  if (root) return root instanceof ShadowRoot ? root : null;
  return (anyClosed && closedRoots.get(element)) || null;
}

/** A property as the platform has it: fields of a form and named parts of a document can stand in the place of theirs. */
function property(prototype, name) {
  const {get} = Object.getOwnPropertyDescriptor(prototype, name);
  return (node) => get.call(node);
}
export const typeOf = property(Node.prototype, 'nodeType');
const parentOf = property(Node.prototype, 'parentNode');
const childNodesOf = property(Node.prototype, 'childNodes');
const fieldsOf = property(HTMLFormElement.prototype, 'elements');
export const titleOf = property(Document.prototype, 'title');
export const bodyOf = property(Document.prototype, 'body');

const RELIED_ON = [
  'nodeType',
  'localName',
  'namespaceURI',
  'childNodes',
  'children',
  'firstChild',
  'firstElementChild',
  'parentElement',
  'parentNode',
  'getAttribute',
  'getAttributeNames',
  'hasAttribute',
  'hasAttributes',
  'getBoundingClientRect',
  'getClientRects',
  'matches',
  'closest',
  'querySelector',
  'querySelectorAll',
  'getElementsByTagName',
  'checkVisibility',
  'getRootNode',
  'isConnected',
  'classList',
  'className',
  'innerText',
  'textContent',
  'labels',
  'shadowRoot',
  'assignedSlot',
  'contains',
  'scrollIntoView',
];
const hijacked = new WeakMap();

/** Whether a form has fields named like what we ask of elements; such a form is passed over, and what is in it seen. */
export function isHijacked(element) {
  if (!(element instanceof HTMLFormElement)) return false;
  const fields = fieldsOf(element);
  const known = hijacked.get(element);
  if (known && known.count === fields.length) return known.is;
  const is = RELIED_ON.some((name) => fields.namedItem(name));
  hijacked.set(element, {count: fields.length, is});
  return is;
}

/** The slot that shows a node; those of closed roots do not say so themselves. */
function slotOf(node) {
  if (node.assignedSlot || !anyClosed) return node.assignedSlot || null;
  const root = closedRoots.get(node.parentNode);
  return root
    ? [...root.querySelectorAll('slot')].find((slot) => slot.assignedNodes().includes(node)) || null
    : null;
}

/** Child nodes as they are rendered: a host shows its shadow root, a slot shows what is assigned. */
export function renderedChildren(node) {
  if (isHijacked(node)) return childNodesOf(node);
  const root = shadowOf(node);
  if (root) return root.childNodes;
  if (node.localName === 'slot' && node.assignedNodes) {
    const assigned = node.assignedNodes();
    return assigned.length ? assigned : node.childNodes;
  }
  return node.childNodes;
}

export function renderedParent(node) {
  const slot = slotOf(node);
  if (slot) return slot;
  let parent = parentOf(node);
  while (isHijacked(parent)) parent = parentOf(parent);
  return parent instanceof ShadowRoot ? parent.host : parent;
}

/** Whether `outer` is `inner` or holds it, shadow roots included. */
export function holds(outer, inner) {
  for (let node = inner; node; node = renderedParent(node)) if (node === outer) return true;
  return false;
}

/** The element under a point of this frame, inside shadow roots too. */
export function elementAt(x, y) {
  let hit = document.elementFromPoint(x, y);
  for (let root = hit && shadowOf(hit); root; root = shadowOf(hit)) {
    const inner = root.elementFromPoint(x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  while (isHijacked(hit)) hit = parentOf(hit);
  return hit;
}

/** What has the keyboard, inside shadow roots too; null: nothing but the body. */
export function deepActive() {
  let active = document.activeElement;
  for (let root = active && shadowOf(active); root?.activeElement; root = shadowOf(active))
    active = root.activeElement;
  return active === document.body ? null : active;
}

/** Elements that ids in an attribute point at, looked up where the element lives. */
export function referenced(element, name) {
  const ids = element.getAttribute(name);
  if (!ids) return [];
  const root = element.getRootNode();
  return ids
    .trim()
    .split(/\s+/)
    .map((id) => root.getElementById?.(id))
    .filter(Boolean);
}

/** A few words by which a person would know an element: `div.cookie-banner 'We use cookies'`. */
export function describe(element) {
  const kind =
    element.localName +
    (element.id ? `#${element.id}` : '') +
    [...element.classList]
      .slice(0, 2)
      .map((name) => `.${name}`)
      .join('');
  const words = cut(fold(element.getAttribute('aria-label') || element.innerText || ''), 40);
  return words ? `${kind} '${words}'` : kind;
}
