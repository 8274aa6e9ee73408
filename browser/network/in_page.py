"""What a page may not do by itself under a network policy: load ahead, and use what no request shows.

Chromium makes some requests where DevTools cannot hold them: what speculation rules load ahead, WebSockets,
WebRTC, WebTransport, payment handlers. So the rules are taken out of pages before they take effect. In a
browser that runs already, pages also lose what could reach a blocked host that way; one of ours is started
with arguments that hold it (`NetworkPolicy.launch_arguments`).
"""

from __future__ import annotations

import json

from browser.network.policy import NetworkPolicy

_NO_SPECULATION = """
  const seen = new MutationObserver((records) => {
    for (const {addedNodes} of records)
      for (const node of addedNodes) {
        if (node.nodeType !== 1) continue;
        if (node.matches(rules)) node.remove();
        for (const each of node.querySelectorAll(rules)) each.remove();
        if (node.shadowRoot) watch(node.shadowRoot);
      }
  });
  const rules = 'script[type="speculationrules" i]';
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
"""
_NO_SIDE_WAYS = """
  const blocked = %s;
  const ports = {'ws:': 80, 'http:': 80, 'wss:': 443, 'https:': 443};
  const forbidden = (address) => {
    let url;
    try { url = new URL(address, document.baseURI); } catch { return false; }
    const host = url.hostname.replace(/^\\[|\\]$|\\.$/g, ''), port = Number(url.port || ports[url.protocol]);
    return blocked.some(
      ({host: name, below, port: only}) =>
        (host === name || (below && host.endsWith('.' + name))) && (!only || only === port),
    );
  };
  for (const name of ['WebSocket', 'WebTransport'])
    if (self[name])
      self[name] = new Proxy(self[name], {
        construct(made, given, as) {
          if (forbidden(given[0])) throw new DOMException('This host is blocked.', 'SecurityError');
          return Reflect.construct(made, given, as);
        },
      });
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'PaymentRequest', 'IdentityCredential'])
    delete self[name];
  const {get} = self.CredentialsContainer?.prototype ?? {};
  if (get)
    CredentialsContainer.prototype.get = function (asked) {
      if (asked?.identity) return Promise.reject(new DOMException('It is not allowed.', 'NotAllowedError'));
      return get.call(this, asked);
    };
"""


def script(policy: NetworkPolicy, *, runs_already: bool) -> str:
    """JavaScript to run in each document before its own scripts.

    Args:
        policy: Which hosts the pages may use.
        runs_already: Whether the browser was started without `NetworkPolicy.launch_arguments`.
    """
    blocked = [
        {"host": host.strip("[]"), "below": rule.below, "port": rule.port}
        for rule in policy.blocked
        for host in rule.spellings
    ]
    more = _NO_SIDE_WAYS % json.dumps(blocked) if runs_already and blocked else ""
    return f"(() => {{{_NO_SPECULATION}{more}}})()"
