// The places of a page where a value shows that nobody may see.

import {contentBox} from './capture.js';
import {graphemes, shadowOf} from './dom.js';
import {everyElement} from './listeners.js';
import {pause} from './quiet.js';
import {numberOf} from './refs.js';
import {given} from './secret.js';
import {fieldValue, isField} from './states.js';
import {sized} from './visible.js';

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
  watches.set(number, {...findersOf(new RegExp(source, 'g'), needles), needles, strict, looks: []});
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

/** Whether a text has a value, and where in a root's text values stand: each text is gone through once, since most
    frames show the same ones. */
function findersOf(secret, needles) {
  const known = new Map();
  const found = (text) => {
    if (!text) return false;
    if (!known.has(text)) {
      secret.lastIndex = 0;
      known.set(text, secret.test(text) || holdsOne(foldedAway(text), needles));
    }
    return known.get(text);
  };
  const inRoot = ofText((text) => [...text.matchAll(secret)].map((match) => [match.index, match[0].length]));
  return {found, inRoot};
}

/** What is made of the text of a node, kept for as long as that is the same. */
function ofText(make) {
  const known = new WeakMap();
  return (node, text) => {
    const last = known.get(node);
    if (last?.text === text) return last.made;
    const made = make(text);
    known.set(node, {text, made});
    return made;
  };
}

/** The boxes of everything that shows a value, and of the frames, in this frame's viewport. */
function secretPlaces({found, inRoot, needles, strict}) {
  const all = everyElement();
  const roots = [document, ...all.map(shadowOf).filter(Boolean)];
  const boxes = roots.flatMap((root) => textBoxes(root, inRoot, needles));
  boxes.push(...boxesOfScattered(all.flatMap(piecesHeld), needles));
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
function textBoxes(root, inRoot, needles) {
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
  for (const [at, length] of inRoot(root, text)) {
    if (!length) continue;
    const first = lastUpTo(starts, at),
      last = lastUpTo(starts, at + length - 1);
    boxes.push(...rangeBoxes(nodes[first], at - starts[first], nodes[last], at + length - starts[last]));
  }
  const seen = nodes.filter(isSeenText);
  boxes.push(...foldedBoxes(seen, needles));
  const short = seen.filter((node) => node.data.trim().length <= SHORT_TEXT);
  const signs = new Set(short.flatMap((node) => foldedOf(node, node.data).split('')));
  const possible = needles.filter((needle) => needle.split('').every((sign) => signs.has(sign)));
  if (possible.length) boxes.push(...boxesOfScattered(short.flatMap(piecesOf), possible));
  return boxes;
}

/** Whether a text node can be seen: what is between its letters and cannot be seen parts them for nobody. */
function isSeenText(node) {
  const parent = node.parentElement;
  if (!parent) return true;
  const style = getComputedStyle(parent);
  return parseFloat(style.fontSize) >= 2 && style.visibility === 'visible' && style.display !== 'none';
}

const foldedOf = ofText(foldedAway);
/** For each sign of a folded text, where the letter that it is of begins and ends in the text. */
const lettersOf = ofText((text) =>
  [...graphemes.segment(text)].flatMap(({segment, index}) =>
    foldedAway(segment)
      .split('')
      .map(() => [index, index + segment.length]),
  ),
);

/** Boxes of values that show in the folded text of some nodes, one after the other. */
function foldedBoxes(nodes, needles) {
  const starts = [];
  let text = '';
  for (const node of nodes) {
    starts.push(text.length);
    text += foldedOf(node, node.data);
  }
  const boxes = [];
  for (const needle of needles)
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
      const end = at + needle.length;
      for (let nth = lastUpTo(starts, at); nth < nodes.length && starts[nth] < end; nth++)
        boxes.push(...partBoxes(nodes[nth], Math.max(0, at - starts[nth]), end - starts[nth]));
    }
  return boxes;
}

/** Boxes of a part of a node, which is told by its place in the folded text. */
function partBoxes(node, from, to) {
  const letters = lettersOf(node, node.data);
  const whole = letters.length !== foldedOf(node, node.data).length; // the places cannot be told
  const part = whole ? letters : letters.slice(from, to);
  return part.length ? rangeBoxes(node, part[0][0], node, part.at(-1)[1]) : [];
}

function rangeBoxes(first, from, last, to) {
  const range = document.createRange();
  range.setStart(first, from);
  range.setEnd(last, to);
  return sized(range.getClientRects()).map(edgesOf);
}

/** Each sign of a short text that folding leaves, with its box. */
function piecesOf(node) {
  const letters = lettersOf(node, node.data);
  const folded = foldedOf(node, node.data).split('');
  if (letters.length !== folded.length) return [];
  return folded.map((sign, at) => ({sign, box: rangeBoxes(node, letters[at][0], node, letters[at][1])[0]}));
}

/** Each sign of a field that holds few, with the field's box: a row of such fields shows a value sign by sign. */
function piecesHeld(element) {
  const held = element.localName === 'input' && fieldValue(element, '');
  if (!held || held.length > SHORT_TEXT) return [];
  const [box] = boxesOf(element);
  return foldedAway(held)
    .split('')
    .map((sign) => ({sign, box}));
}

/** Boxes of values that show sign by sign, beside each other or one below the other. */
function boxesOfScattered(pieces, needles) {
  const placed = pieces.filter((piece) => piece.box);
  const row = (box) => Math.round((box[1] + box[3] / 2) / 8);
  const column = (box) => Math.round((box[0] + box[2] / 2) / 8);
  const byRow = (a, b) => row(a.box) - row(b.box) || a.box[0] - b.box[0];
  const byColumn = (a, b) => column(a.box) - column(b.box) || a.box[1] - b.box[1];
  return [byRow, byColumn].flatMap((order) => boxesInOrder([...placed].sort(order), needles));
}

function boxesInOrder(pieces, needles) {
  const text = pieces.map((piece) => piece.sign).join('');
  const boxes = [];
  for (const needle of needles)
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
      boxes.push(...pieces.slice(at, at + needle.length).map((piece) => piece.box));
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
