// The browser of the run by a WebSocket: its pictures, and what a person does in it who took it over.
"use strict";

const HAND = {
  bar: document.getElementById("hand-bar"),
  area: document.getElementById("hand-area"),
  take: document.getElementById("hand-take"),
  give: document.getElementById("hand-give"),
  held: document.getElementById("hand-held"),
  tabs: document.getElementById("hand-tabs"),
  dialog: document.getElementById("hand-dialog"),
  text: document.getElementById("hand-text"),
  said: document.getElementById("hand-said"),
};
const ALIVE_MS = 5000;
const AGAIN_MS = 1500;
const LINE_PX = 40;
const onMac = /Mac|iP(hone|ad)/.test(navigator.platform);
let socket = null;
let held = false;
let holdName = "";
let pictureShown = "";
let refusedHere = false;

document.querySelector(".stage").append(HAND.area);
document.getElementById("viewer").append(HAND.bar);
HAND.bar.hidden = false;

function tell(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function does(...inputs) {
  if (held) tell({ type: "input", inputs });
}

// Connected while somebody looks at the live picture, or holds the page. A socket that still connects is
// closed once it is open: a browser writes an error on its console where it is closed before.
function connect() {
  const wanted = !over && !refusedHere && (held || (following && !document.hidden));
  if (!wanted && socket?.readyState === WebSocket.OPEN) socket.close(1000);
  if (!wanted || socket) return;
  const one = new WebSocket(`${location.origin.replace(/^http/, "ws")}${where}/hand`);
  one.binaryType = "blob";
  socket = one;
  one.addEventListener("open", () => {
    tell({ type: "hello", token: document.body.dataset.token });
    if (holdName) tell({ type: "resume", hold: holdName });
    connect();
  });
  one.addEventListener("message", (event) => {
    if (typeof event.data === "string") hear(JSON.parse(event.data));
    else picture(event.data);
  });
  one.addEventListener("close", (event) => {
    socket = null;
    streaming = false;
    if (event.code === 4403) refusedHere = true;
    if (HAND.take.disabled) refused(event.reason || "the connection broke; try again");
    if (!over) setTimeout(connect, AGAIN_MS);
  });
}

function picture(blob) {
  streaming = true;
  if (!following) return;
  const address = URL.createObjectURL(blob);
  showNow(address);
  if (pictureShown) URL.revokeObjectURL(pictureShown);
  pictureShown = address;
}

function hear(message) {
  if (message.type === "held") {
    holdName = message.hold ?? holdName;
    hold(true);
    HAND.said.textContent = "You have the page. The agent waits.";
  } else if (message.type === "free") {
    holdName = "";
    hold(false);
    HAND.said.textContent = message.why ? `The agent has the page again: ${message.why}.` : "";
  } else if (message.type === "page") {
    showTabs(message.tabs);
    showDialog(message.dialog);
  } else if (message.type === "refused") {
    refused(message.why);
  }
}

function refused(why) {
  HAND.said.textContent = sentence(why);
  HAND.take.disabled = false;
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function hold(on) {
  held = on;
  HAND.take.hidden = on;
  HAND.take.disabled = false;
  HAND.held.hidden = !on;
  HAND.area.hidden = !on;
  document.querySelector(".stage").classList.toggle("held", on);
  document.getElementById("run-hold").hidden = on; // who holds it knows, and the picture must not move under their hand
  if (on) {
    follow(true);
    HAND.area.focus();
  } else {
    HAND.dialog.hidden = true;
    connect();
  }
}

HAND.take.addEventListener("click", () => {
  if (refusedHere) {
    HAND.said.textContent = "This page is too old; load it again.";
    return;
  }
  HAND.take.disabled = true;
  HAND.said.textContent = "The agent ends what it does now …";
  follow(true);
  connect();
  if (socket?.readyState === WebSocket.OPEN) tell({ type: "take" });
  else socket?.addEventListener("open", () => tell({ type: "take" }));
});
HAND.give.addEventListener("click", () => tell({ type: "release" }));
setInterval(() => held && tell({ type: "alive" }), ALIVE_MS);
document.addEventListener("visibilitychange", connect);
document.addEventListener("follow", connect);

// The mouse and the finger.

function place(event) {
  const seen = viewer.picture.getBoundingClientRect();
  const share = (at, from, size) => Math.min(1, Math.max(0, (at - from) / size));
  return { x: share(event.clientX, seen.left, seen.width), y: share(event.clientY, seen.top, seen.height) };
}

function modifiers(event) {
  if (event.getModifierState?.("AltGraph")) return [];
  const keys = [];
  if (event.shiftKey) keys.push("Shift");
  if (event.ctrlKey || (onMac && event.metaKey)) keys.push("Control");
  if (event.altKey && !onMac) keys.push("Alt");
  return keys;
}

const BUTTONS = ["left", "middle", "right"];
let moved = null;
let press = { at: 0, x: 0, y: 0, clicks: 0 };
let finger = null;

function clicksAt(event) {
  const near = Math.hypot(event.clientX - press.x, event.clientY - press.y) < 5;
  const clicks = near && event.timeStamp - press.at < 500 ? (press.clicks % 3) + 1 : 1;
  press = { at: event.timeStamp, x: event.clientX, y: event.clientY, clicks };
  return clicks;
}

HAND.area.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  HAND.area.focus({ preventScroll: true });
  HAND.area.setPointerCapture(event.pointerId);
  if (event.pointerType === "touch") {
    finger = { x: event.clientX, y: event.clientY, wheeled: false };
    return;
  }
  const button = BUTTONS[event.button];
  if (button) does({ type: "down", ...place(event), button, clicks: clicksAt(event), modifiers: modifiers(event) });
});
HAND.area.addEventListener("pointermove", (event) => {
  if (finger && event.pointerType === "touch") {
    const [right, down] = [finger.x - event.clientX, finger.y - event.clientY];
    if (!finger.wheeled && Math.hypot(right, down) < 10) return;
    finger = { x: event.clientX, y: event.clientY, wheeled: true };
    does({ type: "wheel", ...place(event), right: right * 2, down: down * 2 });
    return;
  }
  if (!moved) requestAnimationFrame(goThere);
  moved = { type: "move", ...place(event), modifiers: modifiers(event) };
});
function goThere() {
  if (moved) does(moved);
  moved = null;
}
HAND.area.addEventListener("pointerup", (event) => {
  if (finger && event.pointerType === "touch") {
    if (!finger.wheeled) does({ type: "click", ...place(event), clicks: 1 });
    finger = null;
    return;
  }
  goThere();
  const button = BUTTONS[event.button];
  if (button) does({ type: "up", ...place(event), button, clicks: press.clicks || 1, modifiers: modifiers(event) });
});
HAND.area.addEventListener("pointercancel", () => {
  finger = null;
});
HAND.area.addEventListener("contextmenu", (event) => event.preventDefault());
HAND.area.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? 600 : 1;
    const [right, down] = [event.deltaX * unit, event.deltaY * unit];
    does({ type: "wheel", ...place(event), right, down, modifiers: modifiers(event) });
  },
  { passive: false },
);

// The keyboard. Shift+Escape leaves the picture; what is pasted comes in as a text.

const MODIFIER_KEYS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process"]);

function key(type, event) {
  if (event.isComposing || MODIFIER_KEYS.has(event.key) || event.key === "Unidentified") return;
  const pastes = event.key.toLowerCase() === "v" && (event.ctrlKey || event.metaKey);
  if (pastes) return;
  if (event.key === "Escape" && event.shiftKey) {
    if (type === "key_down") HAND.give.focus();
    event.preventDefault();
    return;
  }
  event.preventDefault();
  does({ type, key: event.key, modifiers: modifiers(event) });
}
HAND.area.addEventListener("keydown", (event) => {
  event.stopPropagation();
  key("key_down", event);
});
HAND.area.addEventListener("keyup", (event) => {
  event.stopPropagation();
  key("key_up", event);
});
HAND.area.addEventListener("paste", (event) => {
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain");
  if (text) does({ type: "text", text });
});
document.getElementById("hand-type").addEventListener("submit", (event) => {
  event.preventDefault();
  if (HAND.text.value) does({ type: "text", text: HAND.text.value });
  HAND.text.value = "";
});
HAND.held.addEventListener("click", (event) => {
  const { keys, go, tab, close } = event.target.closest("button")?.dataset ?? {};
  if (keys) does({ type: "press", keys });
  if (go) does({ type: go });
  if (tab) does({ type: "tab", tab });
  if (close) does({ type: "close_tab", tab: close });
});

// What stands beside the picture: tabs, and the dialog that is open.

function button(text, data, label) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "button small";
  one.textContent = text;
  Object.assign(one.dataset, data);
  if (label) one.setAttribute("aria-label", label);
  return one;
}

function showTabs(tabs) {
  HAND.tabs.replaceChildren(
    ...tabs.map((tab) => {
      const name = tab.title || tab.url;
      const item = document.createElement("li");
      const shows = button(name, { tab: tab.id });
      shows.setAttribute("aria-pressed", String(tab.active));
      shows.title = tab.url;
      item.append(shows);
      if (tabs.length > 1) item.append(button("×", { close: tab.id }, `Close ${name}`));
      return item;
    }),
  );
}

function showDialog(dialog) {
  const was = HAND.dialog.hidden;
  HAND.dialog.hidden = !dialog;
  if (!dialog) return;
  document.getElementById("hand-dialog-text").textContent = dialog.message || `The page asks (${dialog.kind}).`;
  const field = document.getElementById("hand-dialog-field");
  field.parentElement.hidden = dialog.kind !== "prompt";
  document.getElementById("hand-dialog-no").hidden = dialog.kind === "alert";
  if (was) {
    field.value = dialog.default;
    document.getElementById(dialog.kind === "prompt" ? "hand-dialog-field" : "hand-dialog-yes").focus();
  }
}
HAND.dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = document.getElementById("hand-dialog-field").value;
  does({ type: "dialog", accept: event.submitter?.id !== "hand-dialog-no", text });
  HAND.area.focus();
});

connect();
