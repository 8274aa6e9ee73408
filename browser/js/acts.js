// What Python asks of a frame by name: each entry takes the element that it is about, or null for the document.

import {aim, carry, spoken} from './aim.js';
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
import {deepActive} from './dom.js';
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
import {findList, frameAt} from './list_finding.js';
import {scrollList} from './list_paging.js';
import {readList, whenListChanges} from './list_reading.js';
import {arm, fieldLeft, pressed, steady} from './press.js';
import {elementOf} from './refs.js';
import {keepScroll, restoreScroll, scroll, scrollToY} from './scroll.js';
import {keyboard, noteGiven, origin, putIn, typedSecrets} from './secret.js';
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
