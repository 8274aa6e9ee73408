"use strict";

fetch("/tides.json").then((answer) => answer.json()).then((tides) => {
  const rows = tides.map((tide) => {
    const row = document.createElement("tr");
    Object.values(tide).forEach((value, index) => {
      const cell = document.createElement(index === 0 ? "th" : "td");
      if (index === 0) cell.scope = "row";
      cell.textContent = value;
      row.append(cell);
    });
    return row;
  });
  document.querySelector("tbody").replaceChildren(...rows);
});
