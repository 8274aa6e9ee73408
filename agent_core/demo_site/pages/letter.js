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
  const { email, date, problem } = await answer.json();
  document.querySelector("#email-problem").textContent = problem || "";
  if (problem) return;
  document.querySelector("#goes-to").textContent = email;
  document.querySelector("#next-letter").textContent = date;
  done.hidden = false;
  form.hidden = true;
});
