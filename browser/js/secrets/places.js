// The places of a page where a value shows that nobody may see.

import {pause} from '../changing/quiet.js';
import {renderedParent} from '../dom/dom.js';
import {everyElement} from '../dom/listeners.js';
import {numberOf} from '../dom/refs.js';
import {isField} from '../dom/states.js';
import {contentBox} from '../layout/layout.js';
import {given} from './fields.js';
import {exoticRules, paintedBoxes} from './images.js';
import {boxesOf, edgesOf, itemsShown} from './items.js';
import {isDisplaced, withShadows} from './reach.js';
import {foldedAway, SHORT_TEXT, textHits} from './texts.js';

const SHOWN_ATTRIBUTES = ['placeholder', 'alt', 'label', 'value'];
const PAINTED = new Set(['img', 'image', 'object', 'embed', 'video', 'canvas']);
const FRAMES_OF_PAGES = new Set(['iframe', 'frame', 'object', 'embed', 'fencedframe']);
/** A notice of a field lies above or below it. */
const NOTICE_PX = 200;
const FEW_FRAMES_MS = 60;
const LATE_FRAMES_MS = 2000;
const LONGEST_TRANSITION_MS = 500;

/** Number -> what was seen so far by one who watches. */
const watches = new Map();
let lastWatch = 0;

/**
 * Begins to note, frame by frame, where it shows; answers when what is painted next was noted.
 * Strict: images count too, which may show it without saying so.
 */
export async function watchSecrets(source, values, strict) {
  const number = ++lastWatch;
  const folded = values.map(foldedAway).filter((one) => one.length >= SHORT_TEXT);
  const needles = folded.flatMap((one) => [one, [...one].reverse().join('')]);
  const finders = findersOf(patternOf(source), needles);
  for (let waited = 0; isInTransition() && waited < LONGEST_TRANSITION_MS; waited += 50) await pause(50);
  watches.set(number, {...finders, needles, strict, rules: exoticRules(finders.found), looks: []});
  noteLook(number);
  const frame = () => {
    if (noteLook(number)) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const twoFrames = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.race([twoFrames, pause(FEW_FRAMES_MS)]); // none comes where nothing is painted
  noteLook(number);
  // Where something has moved they come, however late, and until then a picture shows it where it was.
  if (watches.get(number)?.looks.length > 1) await Promise.race([twoFrames, pause(LATE_FRAMES_MS)]);
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

const lastPattern = {source: '', pattern: null};

/** The expression as it was made before, where it is the same. */
function patternOf(source) {
  if (lastPattern.source !== source) Object.assign(lastPattern, {source, pattern: new RegExp(source, 'g')});
  return lastPattern.pattern;
}

/** Whether a text has a value, and where values stand in it: each text is gone through once, since most frames show the
    same ones. */
function findersOf(secret, needles) {
  const known = new Map();
  const found = (text) => {
    if (!text) return false;
    if (!known.has(text)) {
      secret.lastIndex = 0;
      known.set(text, secret.test(text) || needles.some((one) => foldedAway(text).includes(one)));
    }
    return known.get(text);
  };
  const last = {text: '', places: []};
  const placesIn = (text) => {
    if (last.text !== text) {
      last.text = text;
      last.places = [...text.matchAll(secret)].map((match) => [match.index, match[0].length]);
    }
    return last.places;
  };
  return {found, placesIn};
}

/** The boxes of everything that shows a value, and of the frames, in this frame's viewport. */
function secretPlaces({found, placesIn, needles, strict, rules}) {
  const all = everyElement();
  const items = itemsShown(found, needles.some(isNumber));
  const hits = textHits(items, placesIn, needles);
  for (const element of all) {
    if (given.has(element) || heldBy(element).some(found) || attributesShow(element, found))
      hits.push({element, boxes: boxesOf(element)});
    else if (strict) hits.push(...paintedBoxes(element).map((box) => ({element, boxes: [box]})));
    if (element.willValidate && found(element.validationMessage)) hits.push(noticeOf(element));
  }
  if (strict) hits.push(...rules.images());
  const boxes = [];
  let unsure = isInTransition() || rules.unsure;
  for (const {element, boxes: placed, elsewhere} of hits) {
    const painted = element && placed.length ? withShadows(element, placed) : placed;
    unsure ||= elsewhere || painted === null || Boolean(element && isDisplaced(element));
    boxes.push(...(painted ?? placed));
  }
  if (unsure && !strict) boxes.push([0, 0, innerWidth, innerHeight]);
  return {boxes, unsure: unsure && strict, frames: all.filter(isFrame).map(frameOf)};
}

function heldBy(element) {
  const texts = SHOWN_ATTRIBUTES.map((name) => element.getAttribute(name));
  if (isField(element)) texts.push(element.value);
  if (element.localName === 'select')
    for (const option of element.options) texts.push(option.label, option.text, option.parentNode.label);
  return texts;
}

/** Whether an element with it in an attribute may paint it, as a picture. */
function attributesShow(element, found) {
  if (isFrame(element)) return false; // it says itself what it shows
  const painted = PAINTED.has(element.localName);
  if (!painted && !element.hasAttribute('style')) return false;
  return painted
    ? [...element.attributes].some((one) => found(one.value))
    : found(element.getAttribute('style'));
}

function isNumber(text) {
  return /^\d+$/.test(text);
}

/** Where the browser shows what is wrong with a field. */
function noticeOf(element) {
  if (element.getRootNode().activeElement !== element) return {element, boxes: []};
  const {top, height} = element.getBoundingClientRect();
  return {element, boxes: [[0, top - NOTICE_PX, innerWidth, height + 2 * NOTICE_PX]]};
}

/** Whether a picture of what the page showed before lies over what it shows. */
function isInTransition() {
  return document.documentElement?.matches(':active-view-transition') === true;
}

function isFrame(element) {
  return FRAMES_OF_PAGES.has(element.localName) && Boolean(element.contentWindow);
}

function frameOf(element) {
  const rect = element.getBoundingClientRect();
  return {
    number: numberOf(element),
    box: edgesOf(rect),
    content: isTurned(element) ? null : contentBox(element, rect, getComputedStyle(element)),
  };
}

/** Whether what an element holds is turned, mirrored or stretched, so that boxes in it lie elsewhere. */
function isTurned(element) {
  let all = new DOMMatrix();
  for (let one = element; one?.nodeType === Node.ELEMENT_NODE; one = renderedParent(one)) {
    const {transform, rotate, scale, offsetPath, perspective} = getComputedStyle(one);
    if (rotate !== 'none' || offsetPath !== 'none' || perspective !== 'none') return true;
    if (scale !== 'none') all = new DOMMatrix(`scale(${scale.split(' ').join(',')})`).multiply(all);
    if (transform !== 'none') all = new DOMMatrix(transform).multiply(all);
  }
  const {a, b, c, d, is2D} = all;
  return !is2D || a <= 0 || Math.abs(a - d) > 0.001 || Math.abs(b) + Math.abs(c) > 0.001;
}
