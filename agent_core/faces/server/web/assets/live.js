// A run that goes on: its page changes with it, and the viewer shows its browser until a step is chosen.
"use strict";

const where = document.body.dataset.live;
const said = document.createElement("p");
said.className = "now";
said.setAttribute("role", "status");
document.getElementById("steps").before(said);
const back = document.createElement("button");
back.type = "button";
back.className = "button small";
back.textContent = "Live";
back.setAttribute("aria-pressed", "true");
viewer.swap.before(back);

let following = true;
let over = false;
let shown = "";
// Whether pictures come by the WebSocket of hand.js; else they are asked for one by one.
let streaming = false;

function follow(on) {
  following = on;
  document.dispatchEvent(new Event("follow"));
  back.setAttribute("aria-pressed", String(on));
  if (!on) return;
  chosen?.removeAttribute("aria-current");
  chosen = null;
  viewer.swap.hidden = true;
  showVideo(false);
  draw();
  viewer.caption.textContent = "The browser as it is now";
}

function showNow(address) {
  viewer.picture.src = address;
  viewer.picture.alt = "The browser as it is now";
  viewer.picture.hidden = false;
  say("");
}
back.addEventListener("click", () => follow(true));
document.addEventListener("click", (event) => {
  if (event.target.closest(".step summary, button[data-picture], #viewer-back, #viewer-on, #viewer-play")) follow(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "j" || event.key === "k") follow(chosen === null);
});

async function look() {
  let wait = 1000;
  if (following && !streaming && !document.hidden) {
    try {
      const answer = await fetch(`${where}/now`);
      if (answer.status === 200) {
        const picture = URL.createObjectURL(await answer.blob());
        if (following && !streaming) showNow(picture);
        if (shown) URL.revokeObjectURL(shown);
        shown = picture;
        wait = 250;
      }
    } catch {
      wait = 3000;
    }
  }
  if (!over) setTimeout(look, wait);
}

function put(parts) {
  for (const part of parts) {
    const place = document.getElementById(part.id);
    place.innerHTML = part.html;
    localTimes(place);
    for (const copies of place.querySelectorAll("button[data-copy]")) copies.hidden = !navigator.clipboard;
  }
}

const events = new EventSource(`${where}/live?after=${document.body.dataset.after}`);
events.addEventListener("parts", (event) => put(JSON.parse(event.data)));
events.addEventListener("now", (event) => {
  said.textContent = JSON.parse(event.data).text;
});
events.addEventListener("step", (event) => {
  const step = JSON.parse(event.data);
  if (document.getElementById(`step-${step.number}`)) return;
  const steps = document.getElementById("steps");
  steps.insertAdjacentHTML("beforeend", step.html);
  bars(steps.lastElementChild);
  document.getElementById("step-count").textContent = steps.children.length;
  document.getElementById("no-steps")?.remove();
});
events.addEventListener("ended", () => {
  events.close();
  over = true;
  document.dispatchEvent(new Event("follow"));
  document.getElementById("hand-bar")?.remove();
  document.getElementById("hand-area")?.remove();
  said.remove();
  back.remove();
  const last = summaries().findLast((one) => one.dataset.picture);
  if (following && last) choose(last);
  following = false;
});
follow(true);
say("The picture of the browser shows here as soon as it is open.");
look();
