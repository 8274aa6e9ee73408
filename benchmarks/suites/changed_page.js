// Changes a page as a redesign does: ids and classes renamed, siblings shuffled, wrappers added, labels reworded.
// Called with {seed}; elements stay themselves, so that what is found can be held against what was meant.
// Each page has random numbers of its own for a seed. Gives how many labels there were, and how many were reworded.
({seed}) => {
  const WORDS = {
    name: 'called', 'e-mail': 'contact address', email: 'contact address', phone: 'telephone', search: 'look up', submit: 'done',
    send: 'dispatch', continue: 'go on', next: 'forward', back: 'return', previous: 'earlier', cancel: 'discard', delete: 'throw away',
    remove: 'take out', add: 'put in', edit: 'change', save: 'store', close: 'dismiss', open: 'show', login: 'enter', sign: 'let me',
    log: 'let me', register: 'enrol', order: 'purchase', buy: 'purchase', cart: 'basket', checkout: 'pay now', password: 'pass phrase',
    user: 'account', username: 'account', date: 'when', day: 'when', time: 'hour', city: 'town', country: 'nation', street: 'road',
    address: 'place', message: 'note', subject: 'about', title: 'heading', description: 'details', price: 'cost', quantity: 'how many',
    size: 'dimension', color: 'shade', colour: 'shade', home: 'start', help: 'support', settings: 'preferences', profile: 'my page',
    posts: 'entries', post: 'entry', comments: 'replies', reply: 'respond', more: 'further', all: 'every', new: 'fresh', first: 'initial',
    last: 'final', accept: 'agree to', reject: 'refuse', yes: 'sure', no: 'never', letter: 'bulletin', workshops: 'courses',
    workshop: 'course', tide: 'sea', table: 'chart', subscribe: 'join', download: 'fetch', upload: 'hand in', filter: 'narrow',
    sort: 'arrange', menu: 'navigation', options: 'choices', select: 'pick', choose: 'pick', share: 'pass on', print: 'on paper',
  };
  const PHRASES = ['Proceed', 'Particulars', 'Entry', 'Take me there', 'Your wish', 'Overview', 'Everything else', 'Begin here',
    'Something else', 'Item', 'Reference', 'To do', 'Go ahead', 'Contents', 'Preference', 'This one', 'Remarks', 'Section', 'Value', 'Choice'];
  let state = seed * 2654435761 >>> 0 || 1;
  for (const sign of location.pathname) state = (state ^ sign.charCodeAt(0)) * 16777619 % 4294967296 >>> 0 || 1;
  const random = () => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state / 4294967296;
  };
  const pick = (list) => list[Math.floor(random() * list.length)];

  const reword = (text) => {
    const words = text.split(/(\s+)/);
    let changed = false;
    const said = words.map((word) => {
      const found = WORDS[word.toLowerCase().replace(/[:*.!?,]+$/, '')];
      if (!found) return word;
      changed = true;
      return /^[A-Z]/.test(word) ? found[0].toUpperCase() + found.slice(1) : found;
    }).join('');
    return changed ? said : pick(PHRASES);
  };
  const CARRIERS = 'button, a, label, legend, summary, th, h1, h2, h3, h4, option, [role=button], [role=tab], [role=menuitem], ' +
    '[role=option], [role=link], [role=checkbox], [role=radio], [role=switch], [role=treeitem], [aria-label], [placeholder], [title], input[type=submit], input[type=button]';
  const texts = (element) => {
    const found = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.data.trim()) found.push(walker.currentNode);
    return found;
  };
  const roots = () => {
    const found = [document];
    for (const frame of document.querySelectorAll('iframe')) { try { if (frame.contentDocument) found.push(frame.contentDocument); } catch { /* another origin's */ } }
    return found;
  };

  let labels = 0, reworded = 0;
  for (const doc of roots()) {
    for (const element of doc.querySelectorAll(CARRIERS)) {
      labels++;
      if (random() >= 0.3) continue;
      reworded++;
      for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
        if (element.getAttribute(name)) element.setAttribute(name, reword(element.getAttribute(name)));
      }
      if (element.matches('input')) { if (element.value) element.value = reword(element.value); continue; }
      const parts = texts(element);
      if (parts.length) {
        parts[0].data = reword(parts[0].data.trim());
      }
    }

    const named = new Map();
    const rename = (word) => {
      if (!named.has(word)) named.set(word, `x${Math.floor(random() * 1e9).toString(36)}`);
      return named.get(word);
    };
    for (const sheet of [...doc.styleSheets]) {
      let css = '';
      try { css = [...sheet.cssRules].map((rule) => rule.cssText).join('\n'); } catch { continue; }
      const style = doc.createElement('style');
      style.textContent = css.replace(/([.#])(-?[_a-zA-Z][\w-]*)(?=[^{}]*\{)/g, (_, sign, word) => sign + rename(word));
      sheet.ownerNode.replaceWith(style);
    }
    for (const element of doc.querySelectorAll('*')) {
      if (element.id) element.id = rename(element.id);
      if (element.classList.length) element.setAttribute('class', [...element.classList].map(rename).join(' '));
      for (const name of ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'list', 'headers', 'aria-activedescendant']) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.split(/\s+/).map(rename).join(' '));
      }
    }

    const ORDERED = new Set(['tr', 'thead', 'table', 'dl', 'details', 'head', 'html', 'select', 'optgroup', 'ruby', 'map', 'colgroup', 'svg', 'picture', 'video']);
    for (const parent of [...doc.body.querySelectorAll('*'), doc.body]) {
      if (ORDERED.has(parent.localName) || parent.closest('svg')) continue;
      if ([...parent.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
      const children = [...parent.children].filter((child) => !['legend', 'caption', 'summary', 'script', 'style', 'template'].includes(child.localName));
      if (children.length < 2) continue;
      for (let at = children.length - 1; at > 0; at--) {
        const other = Math.floor(random() * (at + 1));
        [children[at], children[other]] = [children[other], children[at]];
      }
      for (const child of children) parent.append(child);
    }

    const HELD = new Set(['li', 'tr', 'td', 'th', 'option', 'optgroup', 'legend', 'summary', 'dt', 'dd', 'tbody', 'thead', 'tfoot', 'caption', 'col',
      'colgroup', 'source', 'script', 'style', 'template', 'iframe', 'area', 'map', 'param', 'track']);
    for (const element of [...doc.body.querySelectorAll('*')]) {
      if (HELD.has(element.localName) || element.closest('svg, template') || random() >= 0.25) continue;
      if (element.matches('[role=row], [role=gridcell], [role=cell], [role=option], [role=tab], [role=menuitem], [role=treeitem], [role=listitem]')) continue;
      const inline = getComputedStyle(element).display.startsWith('inline');
      const wrapper = doc.createElement(inline ? 'span' : 'div');
      wrapper.className = rename(`w${Math.floor(random() * 40)}`);
      element.replaceWith(wrapper);
      wrapper.append(element);
    }
  }
  return {labels, reworded};
}
