// Lists of choices: native selects, and whatever looks like one.

const CHOICES = '[role=option], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], [role=treeitem], [role=radio], option';

/** Chooses options of a native select; gives what it shows then, or what there is to choose from. */
function chooseNative(element, wanted) {
  const select = fieldIn(element);
  const chosen = [];
  for (const wish of wanted) {
    const option = bestOption([...select.options], wish, (one) => fold(one.label), (one) => one.value);
    if (!option) return {missing: wish, options: [...select.options].slice(0, 40).map((one) => fold(one.label))};
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
  return {shown: valueOf(select, 'combobox')};
}

function plain(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** By what it shows, then by its value, then ignoring case and signs, then the only one that holds the words. */
function bestOption(options, wish, labelOf, valueOf) {
  const want = fold(wish), small = want.toLowerCase(), bare = plain(want);
  const tests = [
    (option) => labelOf(option) === want,
    (option) => valueOf(option) === wish,
    (option) => labelOf(option).toLowerCase() === small,
    (option) => valueOf(option).toLowerCase() === small,
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

/** Finds the shown option that a wish means, near the control first: its number, or what there is. */
function findChoice(element, wish) {
  const list = listOf(element);
  const labelOf = (one) => fold(attribute(one, 'aria-label') || textOf(one));
  const valueOf = (one) => attribute(one, 'data-value') || attribute(one, 'value');
  for (const options of [list ? shownChoices(list) : [], shownChoices(document), looseChoices(element)]) {
    const found = bestOption(options.filter((one) => one !== element), wish, labelOf, valueOf);
    if (found) return {number: numberOf(found), label: labelOf(found), chosen: isTrue(found, 'aria-selected') || isTrue(found, 'aria-checked')};
  }
  const there = (list ? shownChoices(list) : shownChoices(document)).slice(0, 40).map(labelOf);
  return {missing: wish, options: there};
}

/** Things that have just appeared or changed and hold a short text: options of lists that say nothing of themselves. */
function looseChoices(element) {
  const found = [];
  for (const item of document.querySelectorAll('li, a, div, span, td')) {
    if (item === element || item.childElementCount > 1 || holds(item, element)) continue;
    const text = item.textContent;
    if (text && text.length < 200 && isRecent(item) && isShown(item) && rectsOf(item).length) found.push(item);
  }
  return found;
}

function isRecent(item) {
  for (let node = item; node; node = renderedParent(node)) if (quiet.touched.has(node)) return true;
  return false;
}

function expanded(element) {
  const list = listOf(element);
  return {expanded: isTrue(element, 'aria-expanded') || Boolean(list && list !== element && isShown(list) && rectsOf(list).length), listbox: roleOf(element) === 'listbox' || roleOf(element) === 'radiogroup', what: spoken(element), shown: fold(isField(element) ? element.value : textOf(element))};
}

Object.assign(ACTS, {chooseNative, findChoice, expanded});
