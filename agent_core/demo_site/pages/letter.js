"use strict";

const form = document.querySelector("form");
const done = document.querySelector(".done");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("/letter", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: form.elements.email.value }),
  });
  const { email, problem } = await answer.json();
  document.querySelector("#email-problem").textContent = problem || "";
  if (problem) return;
  done.textContent = `The next letter goes to ${email}.`;
  done.hidden = false;
  form.hidden = true;
});
