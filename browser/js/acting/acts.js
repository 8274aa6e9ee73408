// What Python asks of a frame by name: each entry takes the element that it is about, or null for the document.

import {elementOf} from '../changing/redrawn.js';
import {deepActive} from '../dom/dom.js';
import {aim, carry, spoken} from '../layout/aim.js';
import {keepScroll, restoreScroll, scroll, scrollToY} from '../layout/scroll.js';
import {findList, frameAt} from '../lists/finding.js';
import {scrollList} from '../lists/paging.js';
import {readList, whenListChanges} from '../lists/reading.js';
import {keyboard, noteGiven, origin, putIn, typedSecrets} from '../secrets/fields.js';
import {boxesFor} from './boxes.js';
import {
  choicesAround,
  chooseNative,
  chosenBeside,
  expanded,
  findChoice,
  hearClick,
  offered,
  seekChoice,
  suggestionFor,
  wasClicked,
} from './choice.js';
import {copied} from './editor.js';
import {
  colorOf,
  dragSeen,
  dropSeen,
  fieldOf,
  focusOn,
  handleFor,
  setValue,
  under,
  watchDrop,
  wouldHold,
} from './fields.js';
import {arm, fieldLeft, pressed, steady} from './press.js';
import {sectionShows} from './sections.js';

const ACTS = {
  typedSecrets,
  aim,
  carry,
  spoken: (element) => ({what: spoken(element)}),
  chooseNative,
  choicesAround,
  findChoice,
  seekChoice,
  hearClick,
  wasClicked,
  chosenBeside,
  expanded,
  suggestionFor,
  findList,
  readList,
  scrollList,
  whenListChanges,
  frameAt,
  fieldOf,
  handleFor,
  under,
  watchDrop,
  dragSeen,
  dropSeen,
  focusOn,
  setValue,
  wouldHold,
  colorOf,
  copied,
  sectionShows,
  offered,
  blur: () => {
    const active = deepActive();
    if (active) active.blur();
    return {};
  },
  steady,
  fieldLeft,
  pressed,
  arm,
  scroll,
  keepScroll,
  restoreScroll,
  scrollToY,
  putIn,
  noteGiven,
  boxesFor,
  keyboard,
  origin,
};

/** Does one of ACTS to the element with this number. */
export function act(number, name, ...rest) {
  const element = elementOf(number);
  return element ? ACTS[name](element, ...rest) : {gone: true};
}

/** Does one of ACTS to the document as a whole. */
export function ask(name, ...rest) {
  return ACTS[name](null, ...rest);
}
