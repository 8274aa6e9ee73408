// Fields that were given what nobody may see, and the places of the page where it shows.

import {isShown} from './aim.js';
import {contentBox, deepActive, FRAMES} from './capture.js';
import {holds, shadowOf} from './dom.js';
import {fieldIn} from './fields.js';
import {everyElement} from './listeners.js';
import {pause} from './quiet.js';
import {numberOf} from './refs.js';
import {isEditable, isField} from './states.js';
import {sized} from './visible.js';

/** Field -> the name of what it was given, told instead of what it holds for as long as it holds anything. */
export const given = new WeakMap();

export function toldOf(field, value) {
  const name = given.get(field);
  if (name === undefined) return value;
  if (field.value === undefined ? field.textContent : field.value) return name;
  given.delete(field);
  return value;
}

/** Puts text into the field in one go, in the task in which it is known to have the keyboard. */
export function putIn(element, text, name) {
  const field = fieldIn(element);
  if (deepActive() !== field) field.focus({preventScroll: true});
  const active = deepActive();
  if (active !== field && !(active && holds(field, active))) return {put: false};
  given.set(field, name);
  return {put: document.execCommand('insertText', false, text)};
}

export function noteGiven(element, name) {
  const field = fieldIn(element);
  if (name) given.set(field, name);
  else given.delete(field);
  return {};
}

/** Where the keyboard is: an element, or the frame that has it. */
export function keyboard() {
  const active = deepActive();
  return {number: active ? numberOf(active) : 0, frame: Boolean(active && FRAMES.has(active.localName))};
}

export function origin() {
  return self.origin === 'null' && location.protocol === 'file:' ? 'file://' : self.origin;
}

function takesOneSign(field) {
  if (field.localName !== 'input' || !isEditable(field) || !isShown(field)) return false;
  return field.maxLength === 1 || (field.maxLength < 0 && /^(\[0-9\]|\\d)(\{1\})?[*+]?$/.test(field.pattern));
}

/** The fields that a text of this length is spread over, a sign each; empty: it goes into the one field. */
export function boxesFor(element, length) {
  const field = [fieldIn(element), ...element.querySelectorAll('input')].find(takesOneSign);
  if (length < 2 || !field) return {boxes: []};
  for (let around = field.parentNode; around?.querySelectorAll; around = around.parentNode) {
    const row = [...around.querySelectorAll('input')].filter(takesOneSign);
    if (row.length < length) continue;
    const first = Math.max(0, Math.min(row.indexOf(field), row.length - length));
    return {boxes: row.slice(first, first + length).map(numberOf)};
  }
  return {boxes: []};
}

// --- where it shows ----------------------------------------------------------------------------------------

const SHOWN_ATTRIBUTES = ['placeholder', 'alt', 'label', 'value'];
const PAINTED = new Set(['img', 'image', 'object', 'embed', 'video', 'canvas', 'iframe', 'frame']);

/** Number -> what was seen so far by one who watches. */
const watches = new Map();
let lastWatch = 0;
const FEW_FRAMES_MS = 60;

/** Begins to note, frame by frame, where it shows; answers when what is painted next was noted. */
export async function watchSecrets(source) {
  const number = ++lastWatch;
  watches.set(number, {secret: new RegExp(source, 'g'), looks: []});
  noteLook(number);
  const frame = () => {
    if (noteLook(number)) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const twoFrames = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.race([twoFrames, pause(FEW_FRAMES_MS)]); // none comes where nothing is painted
  return number;
}

function noteLook(number) {
  const watch = watches.get(number);
  if (!watch) return false;
  const look = JSON.stringify(secretPlaces(watch.secret));
  if (look !== watch.looks[watch.looks.length - 1]) watch.looks.push(look);
  return true;
}

/** Ends it: all that was noted, look by look. */
export function seenSecrets(number) {
  noteLook(number);
  const {looks} = watches.get(number);
  watches.delete(number);
  return looks.map((look) => JSON.parse(look));
}

/** The boxes of everything that shows what the expression finds, and of the frames, in this frame's viewport. */
function secretPlaces(secret) {
  const all = everyElement();
  const roots = [document, ...all.map(shadowOf).filter(Boolean)];
  const found = (text) => {
    secret.lastIndex = 0;
    return Boolean(text) && secret.test(text);
  };
  const boxes = roots.flatMap((root) => textBoxes(root, secret));
  for (const element of all) {
    if (given.has(element) || heldBy(element).some(found)) boxes.push(...boxesOf(element));
    else if (attributesWith(element, found) && shows(element, found)) boxes.push(...boxesOf(element));
  }
  return {
    boxes,
    frames: all
      .filter((element) => element.localName === 'iframe' || element.localName === 'frame')
      .map(frameOf),
  };
}

function heldBy(element) {
  const texts = SHOWN_ATTRIBUTES.map((name) => element.getAttribute(name));
  if (isField(element)) texts.push(element.value);
  if (element.localName === 'select')
    for (const option of element.selectedOptions) texts.push(option.label, option.text);
  return texts;
}

function attributesWith(element, found) {
  return [...element.attributes].some((one) => found(one.value));
}

/** Whether an element with it in an attribute may paint it: as a picture, or as what stands before or after it. */
function shows(element, found) {
  if (PAINTED.has(element.localName) || found(element.getAttribute('style'))) return true;
  return ['::before', '::after', '::marker'].some((pseudo) =>
    found(getComputedStyle(element, pseudo).content.replace(/\\(.)/g, '$1')),
  );
}

/** Boxes of the text of one tree; what is found may be spread over several nodes. */
function textBoxes(root, secret) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_CDATA_SECTION);
  const nodes = [],
    starts = [];
  let text = '';
  while (walker.nextNode()) {
    nodes.push(walker.currentNode);
    starts.push(text.length);
    text += walker.currentNode.data;
  }
  const boxes = [];
  for (const match of text.matchAll(secret)) {
    if (!match[0]) continue;
    const range = document.createRange();
    const first = lastUpTo(starts, match.index),
      last = lastUpTo(starts, match.index + match[0].length - 1);
    range.setStart(nodes[first], match.index - starts[first]);
    range.setEnd(nodes[last], match.index + match[0].length - starts[last]);
    boxes.push(...sized(range.getClientRects()).map(edgesOf));
  }
  return boxes;
}

/** The last place in a sorted list whose number is at most this one. */
function lastUpTo(numbers, wanted) {
  let low = 0,
    high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle] <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function boxesOf(element) {
  return sized(element.getClientRects()).map(edgesOf);
}

function edgesOf(rect) {
  return [rect.left, rect.top, rect.width, rect.height];
}

function frameOf(element) {
  const rect = element.getBoundingClientRect();
  return {
    number: numberOf(element),
    box: edgesOf(rect),
    content: contentBox(element, rect, getComputedStyle(element)),
  };
}
