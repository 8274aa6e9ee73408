// What acting needs to know of an element, and what cannot be done by real input.

function gone(number) {
  return {gone: true};
}

/** Scrolls an element into view and finds a point that a click would reach. */
function aim(number) {
  const element = elementOf(number);
  if (!element) return {gone: true};
  let target = element;
  let what = spoken(element);
  if (!element.checkVisibility({visibilityProperty: true})) return {what, why: 'it is hidden'};
  if (!rectsOf(element).length) {
    const label = element.labels && [...element.labels].find((one) => rectsOf(one).length);
    if (!label) return {what, why: 'it takes no space on the page'};
    target = label;
  }
  let found = visiblePoint(target);
  if (found.x === undefined) {
    target.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    found = visiblePoint(target);
  }
  const disabled = isDisabled(element);
  const inert = Boolean(element.closest('[inert]'));
  if (found.x === undefined && element.labels && target === element) {
    const label = [...element.labels].find((one) => visiblePoint(one).x !== undefined);
    if (label) found = visiblePoint(label);
  }
  const answer = {what, disabled, inert, tag: element.localName, role: roleOf(element), type: element.type || ''};
  if (found.x === undefined) {
    answer.why = found.by ? `it is covered by ${describe(found.by)}` : 'no point of it can be scrolled into view';
    return answer;
  }
  return {...answer, x: found.x, y: found.y};
}

/** `button 'Send'` */
function spoken(element) {
  const role = roleOf(element);
  const name = cut(ownName(element, false, role) || fold(element.innerText || ''), 60);
  const kind = TRANSPARENT.has(role) ? element.localName : role;
  return name ? `${kind} '${name}'` : `${kind}`;
}

function spokenOf(number) {
  const element = elementOf(number);
  return element ? {what: spoken(element), tag: element.localName, type: element.type || '', role: roleOf(element)} : {gone: true};
}

/** Where a frame element's content begins, and its scale: [left, top, scale]. */
function frameBox(number) {
  const element = elementOf(number);
  if (!element) return null;
  return contentBox(element, element.getBoundingClientRect(), getComputedStyle(element));
}

function refOf(node) {
  return numberOf(node);
}

/** Chooses options of a native select; gives what it shows then, or what there is to choose from. */
function chooseOptions(number, wanted) {
  const select = elementOf(number);
  if (!select) return {gone: true};
  const chosen = [];
  for (const wish of wanted) {
    const option = findOption([...select.options], wish);
    if (!option) return {missing: wish, options: [...select.options].slice(0, 30).map((one) => fold(one.label))};
    if (option.disabled) return {disabled: fold(option.label)};
    chosen.push(option);
  }
  if (select.multiple) for (const option of select.options) option.selected = chosen.includes(option);
  else if (chosen.length) chosen[chosen.length - 1].selected = true;
  select.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
  select.dispatchEvent(new Event('change', {bubbles: true}));
  return {shown: valueOf(select, 'combobox')};
}

/** By what it shows, then by its value, then by what it shows in any case or with anything after it. */
function findOption(options, wish) {
  const want = fold(wish), small = want.toLowerCase();
  const label = (option) => fold(option.label);
  const tests = [
    (option) => label(option) === want, (option) => option.value === wish,
    (option) => label(option).toLowerCase() === small, (option) => option.value.toLowerCase() === small,
    (option) => label(option).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '') === small.replace(/[^\p{L}\p{N}]+/gu, '') && small !== '',
  ];
  for (const test of tests) {
    const found = options.find(test);
    if (found) return found;
  }
  const near = options.filter((option) => small && label(option).toLowerCase().includes(small));
  return near.length === 1 ? near[0] : null;
}

/** Puts the keyboard into an element. */
function focusOn(number, all) {
  const element = elementOf(number);
  if (!element) return {gone: true};
  const field = textFieldOf(element);
  field.focus({preventScroll: true});
  if (all && typeof field.select === 'function') field.select();
  else if (all && field.isContentEditable) getSelection().selectAllChildren(field);
  return {what: spoken(element), focused: deepActive() === field, value: shownBy(field)};
}

/** The field itself, or the only one inside it. */
function textFieldOf(element) {
  if (isEditable(element) || isField(element) || element.isContentEditable) return element;
  const inside = element.querySelectorAll('input:not([type=hidden]), textarea, [contenteditable]:not([contenteditable=false])');
  return inside.length === 1 ? inside[0] : element.localName === 'label' && element.control ? element.control : element;
}

function shownBy(element) {
  if ('value' in element && typeof element.value === 'string') return element.value;
  return element.isContentEditable ? (element.innerText || '').replace(/\n$/, '') : null;
}

function fieldOf(number) {
  const element = elementOf(number);
  if (!element) return {gone: true};
  const field = textFieldOf(element);
  return {
    what: spoken(element), tag: field.localName, type: field.type || '', role: roleOf(field), value: shownBy(field),
    editable: isEditable(field) || field.isContentEditable, readonly: field.readOnly === true, disabled: isDisabled(field),
    checked: checkedState(field, roleOf(field)), limits: limitsOf(field),
  };
}

/** Sets a field that has a picker, as picking would: by value, with its events. */
function setValue(number, value) {
  const element = elementOf(number);
  if (!element) return {gone: true};
  const field = textFieldOf(element);
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set;
  field.focus({preventScroll: true});
  setter.call(field, value);
  field.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
  field.dispatchEvent(new Event('change', {bubbles: true}));
  return {value: field.value};
}

function scrollBy(number, dx, dy, to) {
  const element = number ? elementOf(number) : null;
  if (number && !element) return {gone: true};
  if (to === 'target' && element) {
    element.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    return {moved: true, what: spoken(element)};
  }
  const scroller = scrollerOf(element, dx, dy, to);
  const [left, top] = [scroller.scrollLeft, scroller.scrollTop];
  if (to === 'top') scroller.scrollTo({top: 0, behavior: 'instant'});
  else if (to === 'bottom') scroller.scrollTo({top: scroller.scrollHeight, behavior: 'instant'});
  else scroller.scrollBy({left: dx, top: dy, behavior: 'instant'});
  return {moved: scroller.scrollLeft !== left || scroller.scrollTop !== top, what: element ? spoken(element) : 'the page'};
}

function scrollerOf(element, dx, dy, to) {
  const root = document.scrollingElement || document.documentElement;
  for (let node = element; node && node !== document.body && node !== root; node = renderedParent(node)) {
    if (node.nodeType === Node.ELEMENT_NODE && (isScroller(node, getComputedStyle(node)))) return node;
  }
  return root;
}

const ACTS = {chooseOptions, focusOn, fieldOf, setValue, scrollBy};

function act(number, name, ...rest) {
  return ACTS[name](number, ...rest);
}
