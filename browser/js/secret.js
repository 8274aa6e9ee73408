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
const PSEUDO = ['::before', '::after', '::marker', '::backdrop'];
const MADE_OF_IMAGES = ['backgroundImage', 'borderImageSource', 'maskImage', 'listStyleImage', 'content'];
const LEAST_IMAGE = {width: 24, height: 8}; // in a smaller one, nothing can be read
const SHORT_TEXT = 4;
const FOLDED_AWAY = /[\s\p{Cf}]/u;

/** Number -> what was seen so far by one who watches. */
const watches = new Map();
let lastWatch = 0;
const FEW_FRAMES_MS = 60;

/**
 * Begins to note, frame by frame, where it shows; answers when what is painted next was noted.
 * Strict: images count too, which may show it without saying so.
 */
export async function watchSecrets(source, values, strict) {
  const number = ++lastWatch;
  const folded = values.map(foldedAway).filter((one) => one.length >= SHORT_TEXT);
  const needles = folded.flatMap((one) => [one, [...one].reverse().join('')]);
  watches.set(number, {secret: new RegExp(source, 'g'), needles, strict, looks: []});
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
  const look = JSON.stringify(secretPlaces(watch));
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

/** The boxes of everything that shows a value, and of the frames, in this frame's viewport. */
function secretPlaces({secret, needles, strict}) {
  const all = everyElement();
  const roots = [document, ...all.map(shadowOf).filter(Boolean)];
  const found = (text) => {
    secret.lastIndex = 0;
    return Boolean(text) && (secret.test(text) || holdsOne(foldedAway(text), needles));
  };
  const boxes = roots.flatMap((root) => textBoxes(root, secret, needles));
  let unsure = false;
  const counters = strict && counterStyleWith(found);
  for (const element of all) {
    if (given.has(element) || heldBy(element).some(found)) boxes.push(...boxesOf(element));
    else if (attributesWith(element, found) && shows(element, found)) boxes.push(...boxesOf(element));
    else if (strict && paintsImage(element)) boxes.push(...imageBoxes(element));
    if (!strict) continue;
    const generated = generatedWith(element, found, counters);
    unsure ||= generated === 'elsewhere';
    if (generated) boxes.push(lineOf(element));
  }
  return {
    boxes,
    unsure,
    frames: all
      .filter((element) => element.localName === 'iframe' || element.localName === 'frame')
      .map(frameOf),
  };
}

function heldBy(element) {
  const texts = SHOWN_ATTRIBUTES.map((name) => element.getAttribute(name));
  if (isField(element)) texts.push(element.value);
  if (element.localName === 'select')
    for (const option of element.options) texts.push(option.label, option.text, option.parentNode.label);
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

/** Whether a style makes text of it: '' where none does, 'elsewhere' where nobody can tell the place. */
function generatedWith(element, found, counters) {
  const own = getComputedStyle(element);
  if (own.display === 'none') return '';
  if (own.display === 'list-item' && (counters || found(own.listStyleType))) return 'here';
  for (const pseudo of PSEUDO) {
    const style = getComputedStyle(element, pseudo);
    if (style.content === 'none' || style.content === 'normal') continue;
    const text = style.content.replace(/\\(.)/g, '$1').replace(/"\s*"/g, '');
    if (!found(text) && !(counters && /counter/.test(text))) continue;
    return /absolute|fixed/.test(style.position) || style.transform !== 'none' ? 'elsewhere' : 'here';
  }
  return '';
}

/** Whether a style sheet of the page makes list markers of it; also where one that cannot be read may. */
function counterStyleWith(found) {
  for (const sheet of document.styleSheets) {
    try {
      for (const rule of sheet.cssRules)
        if (rule instanceof CSSCounterStyleRule && found(rule.cssText.replace(/"\s*"/g, ''))) return true;
    } catch {
      // of another origin: its rules are not told
    }
  }
  return false;
}

function paintsImage(element) {
  if (element.localName !== 'iframe' && element.localName !== 'frame' && PAINTED.has(element.localName))
    return true;
  if (element.localName === 'input' && element.type === 'image') return true;
  return [undefined, '::before', '::after'].some((pseudo) => {
    const style = getComputedStyle(element, pseudo);
    return MADE_OF_IMAGES.some((name) => /url\(|paint\(|image-set\(|element\(/.test(style[name]));
  });
}

function imageBoxes(element) {
  if (element === document.documentElement || element === document.body)
    return [[0, 0, innerWidth, innerHeight]];
  return boxesOf(element).filter((box) => box[2] >= LEAST_IMAGE.width && box[3] >= LEAST_IMAGE.height);
}

/** The whole line of an element: what stands before it may stick out of it. */
function lineOf(element) {
  const {top, height} = element.getBoundingClientRect();
  const line = 2 * (parseFloat(getComputedStyle(element).fontSize) || 0);
  return [0, top, innerWidth, Math.max(height, line)];
}

/** The text in small letters, without spaces and signs that are not seen, with one kind of hyphen. */
function foldedAway(text) {
  return [...text.normalize('NFKC').toLowerCase()]
    .filter((sign) => !FOLDED_AWAY.test(sign))
    .map((sign) => (/\p{Pd}/u.test(sign) ? '-' : sign))
    .join('');
}

function holdsOne(folded, needles) {
  return needles.some((one) => folded.includes(one));
}

/** Boxes of the text of one tree; what is found may be spread over several nodes. */
function textBoxes(root, secret, needles) {
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
  const pieces = piecesOf(nodes.filter(isSeenText));
  boxes.push(...boxesOfPieces(pieces, needles));
  const short = pieces.filter((piece) => piece.node.data.trim().length <= SHORT_TEXT);
  if (short.length > 1) {
    for (const piece of short) piece.box = signBox(piece);
    const placed = short.filter((piece) => piece.box);
    const row = (box) => Math.round((box[1] + box[3] / 2) / 8);
    const column = (box) => Math.round((box[0] + box[2] / 2) / 8);
    const byRow = (a, b) => row(a.box) - row(b.box) || a.box[0] - b.box[0];
    const byColumn = (a, b) => column(a.box) - column(b.box) || a.box[1] - b.box[1];
    boxes.push(...boxesOfPieces([...placed].sort(byRow), needles));
    boxes.push(...boxesOfPieces([...placed].sort(byColumn), needles));
  }
  return boxes;
}

/** Whether a text node can be seen: what is between its letters and cannot be seen parts them for nobody. */
function isSeenText(node) {
  const parent = node.parentElement;
  if (!parent) return true;
  const style = getComputedStyle(parent);
  return parseFloat(style.fontSize) >= 2 && style.visibility === 'visible' && style.display !== 'none';
}

/** Each sign of the nodes that folding leaves: the sign, its node, and where in it it stands. */
function piecesOf(nodes) {
  const pieces = [];
  for (const node of nodes) {
    let at = 0;
    for (const sign of node.data) {
      for (const folded of foldedAway(sign).split('')) pieces.push({folded, node, at, end: at + sign.length});
      at += sign.length;
    }
  }
  return pieces;
}

function boxesOfPieces(pieces, needles) {
  const text = pieces.map((piece) => piece.folded).join('');
  const boxes = [];
  for (const needle of needles)
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
      for (const piece of pieces.slice(at, at + needle.length)) {
        const box = signBox(piece);
        if (box) boxes.push(box);
      }
  return boxes;
}

function signBox(piece) {
  const range = document.createRange();
  range.setStart(piece.node, piece.at);
  range.setEnd(piece.node, piece.end);
  return sized(range.getClientRects()).map(edgesOf)[0];
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
