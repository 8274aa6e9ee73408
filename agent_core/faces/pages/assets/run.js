// The page of a run: the viewer shows the picture that a step or a value names, with the place drawn in.
"use strict";

const by = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const viewer = {
  picture: by("viewer-picture"),
  marks: by("viewer-marks"),
  video: by("viewer-video"),
  empty: by("viewer-empty"),
  caption: by("viewer-caption"),
  swap: by("viewer-swap"),
  play: by("viewer-play"),
};
const ASKING = "Choose a step, or a value, to see the page as it was.";
let chosen = null;

// Where a file is: at an address of the server, or in a block of this page.
function addressOf(name, src) {
  if (src) return src;
  const block = document.querySelector(`script[data-file="${CSS.escape(name)}"]`);
  return block ? `data:${block.dataset.kind};base64,${block.textContent}` : "";
}

function say(text) {
  viewer.empty.textContent = text;
  viewer.empty.hidden = !text;
}

function drawn(name, attributes) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  return one;
}

function draw(view = "1280,720", boxes = "") {
  const [width, height] = view.split(",").map(Number);
  viewer.marks.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const shapes = [];
  let holes = "";
  for (const box of boxes ? boxes.split(";") : []) {
    const [x, y, w, h] = box.split(",").map(Number);
    if (w || h) {
      const [left, top, right, bottom] = [x - 4, y - 4, x + w + 4, y + h + 4];
      holes += `M${left} ${top}H${right}V${bottom}H${left}Z`;
      shapes.push(drawn("rect", { x: left, y: top, width: w + 8, height: h + 8, rx: 5, class: "box" }));
    } else {
      shapes.push(drawn("circle", { cx: x, cy: y, r: 14, class: "box" }));
      shapes.push(drawn("circle", { cx: x, cy: y, r: 3, class: "point" }));
    }
  }
  if (holes) {
    const around = `M0 0H${width}V${height}H0Z${holes}`;
    shapes.unshift(drawn("path", { d: around, "fill-rule": "evenodd", class: "shade" }));
  }
  viewer.marks.replaceChildren(...shapes);
}

function showVideo(shown) {
  viewer.video.hidden = !shown;
  viewer.play?.setAttribute("aria-pressed", String(shown));
  if (!shown) viewer.video.pause();
}

function showPicture(name, src, view, boxes, caption) {
  showVideo(false);
  const address = addressOf(name, src);
  viewer.picture.hidden = !address;
  say(address ? "" : "The picture is not there any more.");
  draw(view, address ? boxes : "");
  if (address) viewer.picture.src = address;
  viewer.picture.alt = caption;
  viewer.caption.textContent = caption;
}

function choose(element, after = false) {
  chosen?.removeAttribute("aria-current");
  chosen = element;
  element.setAttribute("aria-current", "true");
  const data = element.dataset;
  viewer.swap.hidden = !data.after;
  viewer.swap.setAttribute("aria-pressed", String(after));
  if (!data.picture) {
    showVideo(false);
    viewer.picture.hidden = true;
    draw();
    say("No picture was kept of this step.");
    viewer.caption.textContent = "";
  } else if (after) {
    showPicture(data.after, data.afterSrc, data.view, "", data.caption.replace("Before", "After"));
  } else {
    showPicture(data.picture, data.src, data.view, data.boxes, data.caption);
  }
  const at = data.at ?? element.parentElement.querySelector(".step-url").textContent;
  if (at && !after) {
    const where = document.createElement("span");
    where.className = "where";
    where.textContent = data.said ? `“${data.said}” at ${at}` : at;
    viewer.caption.append(where);
  }
}

viewer.picture.addEventListener("error", () => {
  viewer.picture.hidden = true;
  draw();
  say("The picture is not there any more.");
});

const summaries = () => [...document.querySelectorAll(".step > details > summary")];

function go(by) {
  const all = summaries();
  const at = all.indexOf(chosen);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  choose(next);
}

document.addEventListener("click", (event) => {
  const shows = event.target.closest(".step summary, button[data-picture]");
  if (shows) choose(shows);
  const copies = event.target.closest("button[data-copy]");
  if (copies) {
    navigator.clipboard.writeText(by(copies.dataset.copy).textContent).then(() => {
      const said = copies.textContent;
      copies.textContent = "Copied";
      setTimeout(() => (copies.textContent = said), 1500);
    });
  }
});
by("viewer-back").addEventListener("click", () => go(-1));
by("viewer-on").addEventListener("click", () => go(1));
viewer.swap.addEventListener("click", () =>
  choose(chosen, viewer.swap.getAttribute("aria-pressed") !== "true"),
);
viewer.play?.addEventListener("click", () => {
  const on = viewer.video.hidden;
  if (on && !viewer.video.src) viewer.video.src = videoAddress(viewer.play.dataset);
  say("");
  viewer.picture.hidden = true;
  draw();
  showVideo(on);
  if (on) {
    viewer.caption.textContent = "Recording of the run";
    viewer.video.play();
  } else if (chosen) choose(chosen);
  else say(ASKING);
});

// A block of the page as an address that a video can seek in.
function videoAddress(data) {
  const block = document.querySelector(`script[data-file="${CSS.escape(data.file)}"]`);
  if (!block) return data.src;
  const bytes = Uint8Array.from(atob(block.textContent), (char) => char.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: block.dataset.kind }));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, video, [contenteditable]")) return;
  if (event.key === "j") go(1);
  if (event.key === "k") go(-1);
});

// Times as the reader's own clock has them.
function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, {
      dateStyle: "medium",
      timeStyle: "medium",
    });
  }
}

// How the time of a step was spent, as a bar.
function bars(root) {
  for (const told of root.querySelectorAll("[data-ms]")) {
    const bar = document.createElement("span");
    bar.className = "phases";
    for (const phase of told.dataset.ms.split(",").filter(Boolean)) {
      const at = phase.lastIndexOf(" ");
      const part = document.createElement("i");
      part.className = `phase-${phase.slice(0, at)}`;
      part.style.flexGrow = phase.slice(at);
      bar.append(part);
    }
    told.append(bar);
  }
}

function begin() {
  localTimes(document);
  bars(document);
  if (navigator.clipboard) {
    for (const copies of document.querySelectorAll("button[data-copy]")) copies.hidden = false;
  }
  const last = summaries().findLast((one) => one.dataset.picture);
  if (document.body.dataset.live) return;
  say(summaries().length ? ASKING : "There is no picture yet.");
  if (last) choose(last);
}
// The blocks with the pictures stand behind this script.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
