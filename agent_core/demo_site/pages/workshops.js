"use strict";

const form = document.querySelector("form");
const sections = [...form.querySelectorAll("section")];
const marks = [...form.querySelectorAll(".steps li")];
const back = document.querySelector("#back");
const next = document.querySelector("#next");
const field = form.elements;
let step = 0;

const checks = [
  {
    name: () => (field.name.value.trim() ? "" : "Please tell us your name."),
    email: () => (/^\S+@\S+\.\S+$/.test(field.email.value) ? "" : "That does not look like an e-mail address."),
  },
  {
    workshop: () => (field.workshop.value ? "" : "Please choose a workshop."),
    level: () => (field.level.value ? "" : "Please say how experienced you are."),
    day: () => (field.day.value ? "" : "Please choose a day."),
  },
  {
    rules: () => (field.rules.checked ? "" : "Please accept the house rules."),
  },
];

function show() {
  sections.forEach((section, index) => { section.hidden = index !== step; });
  marks.forEach((mark, index) => {
    if (index === step) mark.setAttribute("aria-current", "step");
    else mark.removeAttribute("aria-current");
  });
  back.hidden = step === 0;
  next.textContent = step === 2 ? "Send registration" : "Continue";
}

function complain(name, problem) {
  document.querySelector(`#${name}-problem`).textContent = problem;
  const control = field[name];
  if (control instanceof Element) control.setAttribute("aria-invalid", String(Boolean(problem)));
}

function stepIsGood() {
  const problems = Object.entries(checks[step]).map(([name, check]) => [name, check()]);
  problems.forEach(([name, problem]) => complain(name, problem));
  return problems.every(([, problem]) => !problem);
}

function answers() {
  return {
    name: field.name.value.trim(),
    email: field.email.value,
    workshop: field.workshop.value,
    level: field.level.value,
    day: field.day.value,
    lunch: field.lunch.checked,
    rules: field.rules.checked,
  };
}

function summarise() {
  const given = answers();
  const rows = [
    ["Name", given.name], ["E-mail", given.email], ["Workshop", given.workshop],
    ["Experience", given.level], ["Day", given.day], ["Lunch", given.lunch ? "yes" : "no"],
  ];
  const parts = rows.flatMap(([term, value]) => {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    dt.textContent = term;
    dd.textContent = value;
    return [dt, dd];
  });
  document.querySelector(".summary").replaceChildren(...parts);
}

async function send() {
  next.disabled = true;
  const answer = await fetch("/workshops", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(answers()),
  });
  const { number, problem } = await answer.json();
  next.disabled = false;
  if (problem) {
    complain("rules", problem);
    return;
  }
  document.querySelector(".number").textContent = number;
  document.querySelector(".done").hidden = false;
  form.hidden = true;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!stepIsGood()) return;
  if (step === 2) {
    send();
    return;
  }
  step += 1;
  if (step === 2) summarise();
  show();
});
back.addEventListener("click", () => {
  step -= 1;
  show();
});
show();
