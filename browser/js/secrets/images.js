// What a page paints without saying what it shows: images, drawings, and what style sheets make of them.

import {everyRoot} from '../dom/listeners.js';
import {boxesOf} from './items.js';

const IMAGES = new Set(['img', 'image', 'object', 'embed', 'video', 'canvas']);
const PARTS_BESIDE = ['::before', '::after'];
const IMAGE_PROPERTIES = ['backgroundImage', 'borderImageSource', 'maskImage', 'content'];
const AN_IMAGE = /url\(|paint\(|image-set\(|element\(|cross-fade\(/;
const LEAST_IMAGE = {width: 24, height: 8}; // in a smaller one, nothing can be read
const LEAST_DRAWING = {width: 48, height: 8};
const OUTLINES = 'path, polygon, polyline, line, rect, circle, ellipse';
/** Parts of an element that are looked at with it, or hold no more than their rules say. */
const PLAIN_PARTS = /::?(?:before|after|marker|placeholder|selection|backdrop)\b/g;
const PART = /::[-\w]+(?:\([^)]*\))?/g;

/** The boxes of images that an element is, or is painted with. */
export function paintedBoxes(element) {
  const name = element.localName;
  if (name === 'svg')
    return element.ownerSVGElement || !element.querySelector(OUTLINES) ? [] : large(element, LEAST_DRAWING);
  if (IMAGES.has(name) || (name === 'input' && element.type === 'image')) return large(element, LEAST_IMAGE);
  if (madeOfImages(getComputedStyle(element)) || PARTS_BESIDE.some((part) => isPartOfImages(element, part)))
    return large(element, LEAST_IMAGE);
  return hasPictureAsMarker(element) ? [lineBeside(element)] : [];
}

function isPartOfImages(element, part) {
  const style = getComputedStyle(element, part);
  return style.content !== 'none' && style.content !== 'normal' && madeOfImages(style);
}

function madeOfImages(style) {
  return IMAGE_PROPERTIES.some((name) => AN_IMAGE.test(style[name]));
}

function hasPictureAsMarker(element) {
  const style = getComputedStyle(element);
  if (style.display !== 'list-item') return false;
  return AN_IMAGE.test(style.listStyleImage) || AN_IMAGE.test(getComputedStyle(element, '::marker').content);
}

function lineBeside(element) {
  const {top, height} = element.getBoundingClientRect();
  return [0, top, innerWidth, height];
}

function large(element, least) {
  if (element === document.documentElement || element === document.body)
    return [[0, 0, innerWidth, innerHeight]];
  return boxesOf(element).filter((box) => box[2] >= least.width && box[3] >= least.height);
}

/**
 * Rules for parts of elements that cannot be asked for: thumbs, first lines, buttons of a carousel.
 * `unsure`: one makes text of a value; `images()`: where there may be images of them.
 */
export function exoticRules(found) {
  const selectors = [];
  let unsure = false;
  for (const root of everyRoot())
    for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets])
      for (const rule of rulesOf(sheet)) {
        unsure ||= found(rule.style?.hyphenateCharacter);
        if (!rule.selectorText?.replace(PLAIN_PARTS, '').includes('::')) continue;
        unsure ||= found(rule.cssText.replace(/\\(.)/g, '$1').replace(/"\s*"/g, ''));
        if (AN_IMAGE.test(rule.cssText)) selectors.push([root, rule.selectorText.replace(PART, '') || '*']);
      }
  const images = () =>
    selectors
      .flatMap(([root, selector]) => [...root.querySelectorAll(selector)])
      .map((element) => ({element, boxes: large(element, LEAST_IMAGE)}));
  return {unsure, images};
}

/** The rules of a sheet or a group of rules, those within others too; those of another origin are not told. */
function* rulesOf(group) {
  let rules;
  try {
    rules = group.cssRules ?? [];
  } catch {
    return;
  }
  for (const rule of rules) {
    yield rule;
    if (rule.cssRules?.length) yield* rulesOf(rule);
    if (rule.styleSheet) yield* rulesOf(rule.styleSheet);
  }
}
