"""What a page may not do by itself under a network policy, where nothing below the page can keep it from it.

DevTools is not asked about what speculation rules load ahead, so that rules are taken out of pages before
they take effect. In a browser that somebody else has started, it is not asked about WebSockets, WebTransport,
WebRTC and background fetches either, so that they are taken out, too. A sandboxed frame without an address
has a process of its own, which begins before any script of ours is there. It has the content security policy
of the document around it, and that is how its WebSockets are held. A browser that a run launches is held by
its arguments instead, and one that stays by its host (`browser.network.gate`).
"""

from __future__ import annotations

import json
from typing import Literal

from browser.network.policy import NetworkPolicy

Kind = Literal["launched", "persistent", "joined"]
"""What a browser is: started for a run, started to stay, or somebody's."""
RUN_FIRST = "AgentCore.runFirst"
"""A command to `browser.cdp.attached.proxy`, sent in a session with somebody's browser: the `script` is to
run first in each document and worker of our tabs, and in shared workers and service workers."""

_NO_SPECULATION = """
  if (self.document) {
    const rules = 'script[type="speculationrules" i]';
    const seen = new MutationObserver((records) => {
      for (const {addedNodes} of records)
        for (const node of addedNodes) {
          if (node.nodeType !== 1) continue;
          if (node.matches(rules)) node.remove();
          for (const each of node.querySelectorAll(rules)) each.remove();
          if (node.shadowRoot) watch(node.shadowRoot);
        }
    });
    const watch = (root) => {
      for (const each of root.querySelectorAll(rules)) each.remove();
      seen.observe(root, {childList: true, subtree: true});
    };
    watch(document);
    const {attachShadow} = Element.prototype;
    Element.prototype.attachShadow = function (...given) {
      const root = attachShadow.apply(this, given);
      watch(root);
      return root;
    };
  }
"""
_NO_SIDE_WAYS = """
  const blocked = %s;
  const ports = {'ws:': 80, 'http:': 80, 'wss:': 443, 'https:': 443};
  const forbidden = (address) => {
    let url;
    try { url = new URL(address, self.document?.baseURI ?? location.href); } catch { return false; }
    const host = url.hostname.replace(/^\\[|\\]$|\\.$/g, ''), port = Number(url.port || ports[url.protocol]);
    return blocked.some(
      ({host: name, below, port: only}) =>
        (host === name || (below && host.endsWith('.' + name))) && (!only || only === port),
    );
  };
  const guard = (realm) => {
    for (const name of ['WebSocket', 'WebSocketStream', 'WebTransport'])
      if (realm[name]) {
        const construct = (made, given, as) => {
          const address = String(given[0]);
          if (forbidden(address)) throw new DOMException('This host is blocked.', 'SecurityError');
          return Reflect.construct(made, [address, ...given.slice(1)], as);
        };
        realm[name].prototype.constructor = realm[name] = new Proxy(realm[name], {construct});
      }
    for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection'])
      delete realm[name];
    delete realm.ServiceWorkerRegistration?.prototype.backgroundFetch;
  };
  guard(self);
  if (self.document) {
    const apply = (open, from, given) => {
      const opened = Reflect.apply(open, from, given);
      try { if (opened) guard(opened); } catch { /* it shows another origin */ }
      return opened;
    };
    self.open = new Proxy(self.open, {apply});
  }
  if (self.document && ['http:', 'https:', 'file:'].includes(location.protocol)) {
    // A policy names what may be connected to: not "all but these", but endings below which none is blocked.
    const labels = location.hostname.split('.'), name = /^[\\w.-]*[a-z][\\w-]*$/;
    const free = labels.map((_, at) => labels.slice(at).join('.')).filter((ending) =>
      name.test(ending) && !blocked.some(({host}) => host === ending || host.endsWith('.' + ending)));
    const sockets = free.flatMap((ending) => ['ws:', 'wss:'].flatMap((way) =>
      [`${way}//${ending}:*`, `${way}//*.${ending}:*`]));
    const [root, head, meta] = ['html', 'head', 'meta'].map((tag) =>
      document.createElementNS('http://www.w3.org/1999/xhtml', tag));
    meta.httpEquiv = 'Content-Security-Policy';
    meta.content = [
      "connect-src http: https: data: blob: filesystem: about: chrome-extension: 'self'", ...sockets,
    ].join(' ');
    head.append(meta);
    root.append(head);
    const html = document.documentElement;
    const [into, part] = html ? (document.head ? [document.head, meta] : [html, head]) : [document, root];
    into.append(part);  // the policy holds from here on, also once this is gone
    part.remove();
  }
"""


def in_page(policy: NetworkPolicy, kind: Kind) -> str:
    """JavaScript to run in each document before its own scripts; "" where none is needed."""
    if not policy or kind == "persistent":
        return ""
    blocked = [
        {"host": host.strip("[]"), "below": rule.below, "port": rule.port}
        for rule in policy.blocked
        for host in rule.spellings
    ]
    more = _NO_SIDE_WAYS % json.dumps(blocked) if kind == "joined" and blocked else ""
    return f"(() => {{{_NO_SPECULATION}{more}}})()"
