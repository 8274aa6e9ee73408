// Pages with lists and forms: times as the reader's clock has them, copies, and the lines that do what a form does.
"use strict";

for (const time of document.querySelectorAll("time[datetime]")) {
  time.title = time.textContent;
  time.textContent = new Date(time.dateTime).toLocaleString(undefined, {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

function offerCopies() {
  if (!navigator.clipboard) return;
  for (const copies of document.querySelectorAll("button[data-copy]")) copies.hidden = false;
}
offerCopies();
document.addEventListener("click", async (event) => {
  const copies = event.target.closest("button[data-copy]");
  if (!copies) return;
  await navigator.clipboard.writeText(document.getElementById(copies.dataset.copy).textContent);
  const said = copies.textContent;
  copies.textContent = "Copied";
  setTimeout(() => (copies.textContent = said), 1500);
});

const form = document.getElementById("new-run");
let waiting = 0;
let asked = 0;
form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const answer = await fetch("/new/lines", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const lines = await answer.text();
    if (!answer.ok || mine !== asked) return;
    document.getElementById("lines").innerHTML = lines;
    offerCopies();
  }, 250);
});
