// Pressing what was aimed at and nothing else: it stands still first, and what would go elsewhere goes nowhere.

import {GLOWS, NOT_PROPERTIES, nextFrame, quiet, willEnd} from '../changing/quiet.js';
import {deepActive, describe, elementAt, holds} from '../dom/dom.js';
import {isEditable} from '../dom/states.js';
import {FRAMES} from '../dom/tags.js';
import {aimed, boxKey} from '../layout/aim.js';
import {standsFor, visiblePoint} from '../layout/visible.js';

const STILL_MS = 1500;
const ARMED_MS = 3000;
const PRESSES = [
  'pointerdown',
  'mousedown',
  'pointerup',
  'mouseup',
  'click',
  'dblclick',
  'auxclick',
  'contextmenu',
];

const press = {element: null, until: 0, down: '', click: '', changes: 0, listens: false, left: null};
const HAND_ON_FRAMES = 2;

/** Whether something was typed since a press last waited for the field that it left; nobody knows of what came before us. */
let typed = true;
for (const type of ['keydown', 'input'])
  addEventListener(
    type,
    () => {
      typed = true;
    },
    true,
  );

/** Waits until the element aimed at stands still with the pointer over it; `watched`: arms the press then. */
export async function steady(element, watched) {
  if (!aimed || aimed.element !== element) return {moved: true};
  const moves = isCarried(aimed.shown, isRunning); // its place is told by frames, and one frame may last long
  if (boxKey(aimed.shown) === aimed.box && isReached() && !moves) return ready(element, watched);
  const end = performance.now() + STILL_MS;
  let box = boxKey(aimed.shown),
    same = 0;
  while (performance.now() < end) {
    await nextFrame();
    if (!element.isConnected) return {gone: true};
    const now = boxKey(aimed.shown);
    same = now === box && !isCarried(aimed.shown) ? same + 1 : 0;
    box = now;
    if (same < 2) continue;
    if (isReached()) return ready(element, watched);
    if (visiblePoint(aimed.shown).x !== undefined) return {moved: true};
  }
  if (same < 2) return {why: 'it does not stand still'};
  const hit = elementAt(aimed.x, aimed.y);
  return {why: `with the pointer over it, ${hit ? describe(hit) : 'nothing'} is where it was`};
}

function ready(element, watched) {
  if (watched) arm(element);
  const active = typed ? deepActive() : null;
  press.left = active && active !== element && isEditable(active) ? active : null;
  return {ready: true, x: aimed.x, y: aimed.y, leaves: press.left !== null};
}

/** While the button is down: where a press took the focus out of a text field that was typed into, waits for the frames
    in which fields hand their value on, and one more where the page changes meanwhile; gives where the element is then,
    {} where it is covered or there was nothing to wait for. */
export async function fieldLeft(element) {
  if (!press.left || press.left === deepActive()) return {};
  typed = false;
  for (let frame = 0; frame < HAND_ON_FRAMES; frame++) await nextFrame();
  if (quiet.news !== press.changes) await nextFrame();
  const {x, y} = element.isConnected ? visiblePoint(aimed.shown) : {};
  return x === undefined ? {} : {x, y};
}

function isReached() {
  const hit = elementAt(aimed.x, aimed.y);
  return Boolean(hit && standsFor(hit, aimed.element));
}

function isRunning(animation) {
  return animation.playState === 'running' && Boolean(animation.effect?.target);
}

/** Whether an animation, if not told otherwise one that will end, still carries the element somewhere, or grows or
    shrinks it. */
function isCarried(element, counts = willEnd) {
  return document.getAnimations().some((animation) => {
    if (!counts(animation) || !holds(animation.effect.target, element)) return false;
    return animation.effect
      .getKeyframes()
      .some((frame) =>
        Object.keys(frame).some(
          (name) =>
            !NOT_PROPERTIES.has(name) && !GLOWS.test(name) && name !== 'opacity' && name !== 'visibility',
        ),
      );
  });
}

/** From now on a press is noted; one that would not reach `element` (null: any at all) is kept from the page. */
export function arm(element) {
  if (!press.listens) for (const type of PRESSES) addEventListener(type, notePress, true);
  Object.assign(press, {
    listens: true,
    element,
    until: performance.now() + ARMED_MS,
    down: '',
    click: '',
    changes: quiet.news,
  });
  return {};
}

function notePress(event) {
  if (!event.isTrusted || performance.now() > press.until) return;
  if (!press.down) press.down = whatTakes(event);
  else if (event.type === 'click') press.click = whatTakes(event);
  if (press.down === REACHED) return;
  event.stopImmediatePropagation();
  event.preventDefault();
}
const REACHED = 'reached';

function whatTakes(event) {
  let hit = event.composedPath()[0];
  if (!press.element) return describe(hit);
  if (hit !== press.element && hit.getRootNode() !== press.element.getRootNode() && holds(hit, press.element))
    hit = elementAt(event.clientX, event.clientY) || hit;
  return standsFor(hit, press.element) ? REACHED : hit.localName ? describe(hit) : 'the page';
}

/** Where the press went, and whether anything has come of it; ends the watch. */
export function pressed() {
  press.until = 0;
  const element = press.element;
  press.element = null;
  const lives = Boolean(element?.isConnected);
  return {
    down:
      press.down === REACHED ? '' : press.down || (lives && !FRAMES.has(element.localName) ? 'nothing' : ''),
    click: press.click === REACHED ? '' : press.click,
    changed: quiet.news !== press.changes || !lives,
    there: lives && Boolean(aimed && aimed.element === element && isReached()),
  };
}
