// Lists of choices: native selects, and whatever looks like one.

import {nextFrame, pause, quiet} from '../changing/quiet.js';
import {attribute, fold, holds, referenced, renderedParent} from '../dom/dom.js';
import {numberOf} from '../dom/refs.js';
import {roleOf} from '../dom/roles.js';
import {fieldValue, isDisabled, isField, isTrue} from '../dom/states.js';
import {isShown, spoken, textOf} from '../layout/aim.js';
import {scrolls} from '../layout/scroll.js';
import {rectsOf} from '../layout/visible.js';
import {fieldIn} from './fields.js';

const CHOICES =
  '[role=option], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=treeitem], [role=radio], option, ' +
  'div[aria-selected]:not([role]), li[aria-selected]:not([role])';

/** Chooses options of a native select; gives what it shows then, or what there is to choose from. */
export function chooseNative(element, wanted) {
  const select = fieldIn(element);
  const chosen = [];
  for (const wish of wanted) {
    const option = bestOption(
      [...select.options],
      wish,
      (one) => fold(one.label),
      (one) => one.value,
    );
    if (!option)
      return {missing: wish, options: [...select.options].slice(0, 40).map((one) => fold(one.label))};
    if (option.disabled) return {unusable: fold(option.label)};
    chosen.push(option);
  }
  select.focus({preventScroll: true});
  const before = [...select.selectedOptions];
  if (select.multiple) for (const option of select.options) option.selected = chosen.includes(option);
  else if (chosen.length) chosen[chosen.length - 1].selected = true;
  const after = [...select.selectedOptions];
  if (before.length !== after.length || before.some((option, at) => option !== after[at])) {
    select.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
    select.dispatchEvent(new Event('change', {bubbles: true}));
  }
  return {shown: fieldValue(select, 'combobox')};
}

export function plain(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** By what it shows, then by its value, then ignoring case and signs, then the only one that holds the words. */
function bestOption(options, wish, labelOf, fieldValue) {
  const want = fold(wish),
    small = want.toLowerCase(),
    bare = plain(want);
  const tests = [
    (option) => labelOf(option) === want,
    (option) => fieldValue(option) === wish,
    (option) => labelOf(option).toLowerCase() === small,
    (option) => fieldValue(option).toLowerCase() === small,
    (option) => bare !== '' && plain(labelOf(option)) === bare,
  ];
  for (const test of tests) {
    const found = options.find(test);
    if (found) return found;
  }
  const near = options.filter((option) => small && hasWords(labelOf(option).toLowerCase(), small));
  return near.length === 1 ? near[0] : null;
}

/** Whether a text has these words as whole words: `Female` does not have `male`. */
function hasWords(text, words) {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const around = [text[at - 1], text[at + words.length]];
    if (!around.some((sign) => sign && /[\p{L}\p{N}]/u.test(sign))) return true;
  }
  return false;
}

/** The list that a control opens, as far as it says so. */
function listOf(element) {
  const named = [...referenced(element, 'aria-controls'), ...referenced(element, 'aria-owns')];
  const inside = element.querySelector('[role=listbox], [role=menu], [role=tree], [role=combobox]');
  return named.find((one) => isShown(one)) || (element.querySelector(CHOICES) ? element : inside) || null;
}

function shownChoices(within) {
  return [...within.querySelectorAll(CHOICES)].filter((one) => isShown(one) && isDrawn(one));
}

/** Whether it has a box that nothing around it cuts away: some lists are there for screen readers alone. */
function isDrawn(one) {
  if (!rectsOf(one).length) return false;
  let escapes = false; // what is placed by something farther out is not cut away by what lies between
  for (let node = one; node?.getBoundingClientRect && node !== document.body; node = renderedParent(node)) {
    const {overflow, position} = getComputedStyle(node);
    if (escapes && position === 'static') continue;
    const {width, height} = node.getBoundingClientRect();
    if ((width < 2 || height < 2) && overflow !== 'visible') return false;
    if (position === 'fixed') return true;
    escapes = position === 'absolute';
  }
  return true; // what the body hides, the viewport does: it cuts nothing away by its own box
}

/** The list that an option is in, what is none stands for itself; and the root of the document. */
export function choicesAround(element) {
  const list =
    element.matches(CHOICES) &&
    element.closest('[role=listbox], [role=radiogroup], [role=menu], [role=tree]');
  return {number: numberOf(list || element), page: numberOf(document.documentElement)};
}

const choiceLabel = (one) => fold(attribute(one, 'aria-label') || textOf(one));
const choiceValue = (one) => attribute(one, 'data-value') || attribute(one, 'value');

function isChosen(one) {
  return isTrue(one, 'aria-selected') || isTrue(one, 'aria-checked');
}

/** Finds the shown option that a wish means, near the control first: its number, or what there is. */
export function findChoice(element, wish) {
  const list = listOf(element);
  for (const options of [
    list ? shownChoices(list) : [],
    shownChoices(element.getRootNode()),
    shownChoices(document),
    looseChoices(element),
  ]) {
    const found = bestOption(
      options.filter((one) => one !== element),
      wish,
      choiceLabel,
      choiceValue,
    );
    if (found) return foundChoice(element, found);
  }
  return {missing: wish, options: choicesThere(element).slice(0, MOST_TOLD).map(choiceLabel)};
}

const MOST_TOLD = 40;

/** The choices that are shown for a control: of its own list, else of what has just appeared, else of the page. */
function choicesThere(element) {
  const list = listOf(element);
  const own = list ? shownChoices(list).filter((one) => one !== element) : [];
  if (own.length) return own;
  const appeared = shownChoices(document).filter((one) => one !== element && isRecent(one));
  if (appeared.length) return appeared;
  const loose = looseList(element);
  return loose.length ? loose : shownChoices(document);
}

/** Of what has just appeared, the most that are built alike: the options of a list that says nothing of itself. */
function looseList(element) {
  const kinds = new Map();
  for (const item of looseChoices(element)) {
    const kind = `${item.localName} ${item.className}`;
    if (choiceLabel(item)) kinds.set(kind, [...(kinds.get(kind) || []), item]);
  }
  const most = [...kinds.values()].sort((a, b) => b.length - a.length)[0] || [];
  return most.length > 1 ? most : [];
}

function foundChoice(element, found) {
  if (isDisabled(found)) return {unusable: choiceLabel(found)};
  return {number: numberOf(found), label: choiceLabel(found), chosen: isTaken(element, found)};
}

/** Whether an option is chosen already: in a list that opens from a control, "selected" may say only where the
    arrow keys are, so that the control has to show it too. */
function isTaken(element, option) {
  if (!isChosen(option)) return false;
  if (isTrue(option, 'aria-checked') || (!isField(element) && roleOf(element) !== 'combobox')) return true;
  return shownChoice(element).includes(choiceLabel(option));
}

let heard = null;

/** Notes from now on whether an option that says this is clicked: one drawn anew between press and release is not. */
export function hearClick(element, label) {
  if (heard) heard.end(); // what it was for was cut short, by a dialog for one
  const roots = new Set([element.getRootNode(), document]);
  const hearing = {
    taken: false,
    end: () =>
      roots.forEach((root) => {
        root.removeEventListener('click', hear, true);
      }),
  };
  const says = (node) => node.nodeType === Node.ELEMENT_NODE && choiceLabel(node) === label;
  const hear = (event) => {
    hearing.taken = hearing.taken || event.composedPath().some(says);
  };
  roots.forEach((root) => {
    root.addEventListener('click', hear, true);
  });
  heard = hearing;
  return {};
}

/** Whether it was, since; it is not listened for any more. */
export function wasClicked() {
  const {taken, end} = heard;
  end();
  heard = null;
  return {taken};
}

/** Scrolls through a list that draws its options only where it is scrolled to, until one is what was wished for. */
export async function seekChoice(element, wish, ceiling) {
  const first = choicesThere(element)[0];
  let scroller = first;
  while (scroller && !(scroller.nodeType === Node.ELEMENT_NODE && scrolls(scroller)))
    scroller = renderedParent(scroller);
  const missing = findChoice(element, wish);
  if (!scroller) return missing;
  const end = performance.now() + ceiling;
  scroller.scrollTop = 0;
  for (let still = 0; still < 4 && performance.now() < end; ) {
    await nextFrame();
    const inside = shownChoices(scroller);
    const drawn = inside.length ? inside : looseList(element).filter((one) => holds(scroller, one));
    const exact = drawn.find((one) =>
      [choiceLabel(one), choiceValue(one)].some(
        (said) => said && said.toLowerCase() === fold(wish).toLowerCase(),
      ),
    );
    if (exact) return foundChoice(element, exact);
    const before = scroller.scrollTop;
    scroller.scrollTop = before + scroller.clientHeight * 0.95;
    if (scroller.scrollTop !== before) still = 0;
    else {
      still++;
      await pause(100);
    } // more may be on its way
  }
  const near = findChoice(element, wish);
  return near.number ? near : missing;
}

/** In a list that takes several: which of those wished for are not chosen, and which others are. */
export function chosenBeside(element, wishes) {
  const list = roleOf(element) === 'listbox' ? element : listOf(element);
  if (!list || !isShown(list) || !isTrue(list, 'aria-multiselectable')) return {missing: [], surplus: []};
  const options = shownChoices(list);
  const wished = wishes.map((wish) => bestOption(options, wish, choiceLabel, choiceValue));
  return {
    missing: wished.filter((one) => one && !isChosen(one)).map(numberOf),
    surplus: options.filter((one) => isChosen(one) && !wished.includes(one)).map(numberOf),
  };
}

/** Things that have just appeared or changed and hold a short text: options of lists that say nothing of themselves. */
function looseChoices(element) {
  const found = [];
  for (const item of document.querySelectorAll('li, a, div, span, td')) {
    if (item === element || item.childElementCount > 1 || holds(item, element)) continue;
    const text = item.textContent;
    if (text && text.length < 200 && isRecent(item) && isShown(item) && isDrawn(item)) found.push(item);
  }
  return found;
}

function isRecent(item) {
  for (let node = item; node; node = renderedParent(node)) if (quiet.touched.has(node)) return true;
  return false;
}

/** What a control of choices shows: of a list that is always open, what is chosen in it. */
function shownChoice(element) {
  if (isField(element)) return fold(element.value) || shownAround(element);
  const chosen =
    roleOf(element) === 'listbox' || roleOf(element) === 'radiogroup'
      ? shownChoices(element).filter(isChosen)
      : [];
  return chosen.length ? chosen.map(choiceLabel).join(', ') : fold(textOf(element));
}

/** What a control says beside a field that only takes keys: the choice is drawn next to it. */
function shownAround(field) {
  for (
    let node = renderedParent(field), up = 0;
    node?.querySelectorAll && up < 4;
    node = renderedParent(node), up++
  ) {
    if (node.querySelectorAll('input:not([type=hidden]), select, textarea, label').length > 1) return '';
    if (shownChoices(node).length) return ''; // what is offered is not what is chosen
    const text = fold(textOf(node));
    if (text) return text;
  }
  return '';
}

/** What a list offers for a field that text was typed into: which of its options is chosen ("": none), and which there are. */
export function offered(element) {
  const field = fieldIn(element);
  const held = fold(field.value ?? textOf(field)).toLowerCase();
  if (field.list) {
    const options = [...field.list.options];
    const chosen = options.find((one) => one.value.toLowerCase() === held && held);
    const told = options.slice(0, MOST_TOLD).map((one) => fold(one.label || one.value));
    return {open: true, chosen: chosen ? fold(chosen.label || chosen.value) : '', options: told};
  }
  const list = listOf(field);
  const options = list ? shownChoices(list) : [];
  const there = options.length ? options : looseList(field);
  const chosen = options.find((one) => isChosen(one) && choiceLabel(one).toLowerCase() === held);
  return {
    open: isTrue(field, 'aria-expanded') || there.length > 0,
    chosen: chosen ? choiceLabel(chosen) : '',
    options: there.slice(0, MOST_TOLD).map(choiceLabel),
  };
}

/** The value of the suggestion of a native list that a wish means; {} where the field has no such list. */
export function suggestionFor(element, wish) {
  const field = fieldIn(element);
  if (!field.list) return {};
  const options = [...field.list.options].filter((one) => !one.disabled);
  const found = bestOption(
    options,
    wish,
    (one) => fold(one.label || one.value),
    (one) => one.value,
  );
  if (found) return {value: found.value};
  return {missing: wish, options: options.slice(0, MOST_TOLD).map((one) => fold(one.label || one.value))};
}

export function expanded(element) {
  const list = listOf(element);
  return {
    expanded:
      isTrue(element, 'aria-expanded') ||
      Boolean(list && list !== element && isShown(list) && rectsOf(list).length),
    listbox: roleOf(element) === 'listbox' || roleOf(element) === 'radiogroup',
    inDialog: isInDialog(element),
    what: spoken(element),
    shown: shownChoice(element),
  };
}

const DIALOGS = 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true], [popover]';

/** Whether it is in something that the Escape key closes. */
function isInDialog(element) {
  for (let node = element; node; node = renderedParent(node)) if (node.matches?.(DIALOGS)) return true;
  return false;
}
