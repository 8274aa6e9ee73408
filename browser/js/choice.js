// Lists of choices: native selects, and whatever looks like one.

import {isShown, spoken, textOf} from './aim.js';
import {attribute, fold, holds, referenced, renderedParent} from './dom.js';
import {fieldIn} from './fields.js';
import {nextFrame, pause, quiet} from './quiet.js';
import {numberOf} from './refs.js';
import {roleOf} from './roles.js';
import {scrolls} from './scroll.js';
import {fieldValue, isField, isTrue} from './states.js';
import {rectsOf} from './visible.js';

const CHOICES =
  '[role=option], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=treeitem], [role=radio], option';

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
  const near = options.filter((option) => small && labelOf(option).toLowerCase().includes(small));
  return near.length === 1 ? near[0] : null;
}

/** The list that a control opens, as far as it says so. */
function listOf(element) {
  const named = [...referenced(element, 'aria-controls'), ...referenced(element, 'aria-owns')];
  const inside = element.querySelector('[role=listbox], [role=menu], [role=tree], [role=combobox]');
  return named.find((one) => isShown(one)) || (element.querySelector(CHOICES) ? element : inside) || null;
}

function shownChoices(within) {
  return [...within.querySelectorAll(CHOICES)].filter((one) => isShown(one) && rectsOf(one).length);
}

/** The list that an option is in; what is none stands for itself. */
export function choicesAround(element) {
  const list =
    element.matches(CHOICES) &&
    element.closest('[role=listbox], [role=radiogroup], [role=menu], [role=tree]');
  return {number: numberOf(list || element)};
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
    if (found) return foundChoice(found);
  }
  const there = (list ? shownChoices(list) : shownChoices(document)).slice(0, 40).map(choiceLabel);
  return {missing: wish, options: there};
}

function foundChoice(found) {
  return {number: numberOf(found), label: choiceLabel(found), chosen: isChosen(found)};
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
  const first = shownChoices(listOf(element) || element.getRootNode())[0];
  let scroller = first;
  while (scroller && !(scroller.nodeType === Node.ELEMENT_NODE && scrolls(scroller)))
    scroller = renderedParent(scroller);
  const missing = findChoice(element, wish);
  if (!scroller) return missing;
  const end = performance.now() + ceiling;
  scroller.scrollTop = 0;
  for (let still = 0; still < 4 && performance.now() < end; ) {
    await nextFrame();
    const exact = shownChoices(scroller).find((one) =>
      [choiceLabel(one), choiceValue(one)].some(
        (said) => said && said.toLowerCase() === fold(wish).toLowerCase(),
      ),
    );
    if (exact) return foundChoice(exact);
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
    if (text && text.length < 200 && isRecent(item) && isShown(item) && rectsOf(item).length)
      found.push(item);
  }
  return found;
}

function isRecent(item) {
  for (let node = item; node; node = renderedParent(node)) if (quiet.touched.has(node)) return true;
  return false;
}

/** What a control of choices shows: of a list that is always open, what is chosen in it. */
function shownChoice(element) {
  if (isField(element)) return fold(element.value);
  const chosen =
    roleOf(element) === 'listbox' || roleOf(element) === 'radiogroup'
      ? shownChoices(element).filter(isChosen)
      : [];
  return chosen.length ? chosen.map(choiceLabel).join(', ') : fold(textOf(element));
}

export function expanded(element) {
  const list = listOf(element);
  return {
    expanded:
      isTrue(element, 'aria-expanded') ||
      Boolean(list && list !== element && isShown(list) && rectsOf(list).length),
    listbox: roleOf(element) === 'listbox' || roleOf(element) === 'radiogroup',
    what: spoken(element),
    shown: shownChoice(element),
  };
}
