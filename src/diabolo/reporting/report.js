"use strict";

// Tables sort by a click, or Enter, on a heading: first as it is most often wanted, then the other way.
for (const heading of document.querySelectorAll("table.sortable thead th")) {
  if (!heading.textContent) continue;
  const button = document.createElement("button");
  button.append(...heading.childNodes);
  heading.append(button);
  button.addEventListener("click", () => sortBy(heading));
}

function sortBy(heading) {
  const order = heading.ariaSort === "descending" ? "ascending" : "descending";
  for (const other of heading.parentElement.children) other.ariaSort = null;
  heading.ariaSort = order;
  const body = heading.closest("table").tBodies[0];
  const sign = order === "ascending" ? 1 : -1;
  const rows = [...body.rows].sort((a, b) => sign * compare(a.cells[heading.cellIndex], b.cells[heading.cellIndex]));
  body.append(...rows);
}

// Numbers by their value, words by the alphabet; a dash, which has no number, is less than all numbers.
function compare(a, b) {
  const [x, y] = [a, b].map((cell) => ("number" in cell.dataset ? Number(cell.dataset.number) : -Infinity));
  if (x === y) return a.textContent.localeCompare(b.textContent);
  return x < y ? -1 : 1;
}

// Pictures enlarge; the browser's own dialog closes by Escape and gives the focus back.
const dialog = document.getElementById("enlarged");
const enlarged = dialog.querySelector("img");
for (const image of document.querySelectorAll("figure img")) {
  const button = document.createElement("button");
  button.className = "enlarge";
  button.ariaLabel = `Enlarge: ${image.alt}`;
  image.replaceWith(button);
  button.append(image);
  button.addEventListener("click", () => {
    enlarged.src = image.src;
    enlarged.alt = image.alt;
    dialog.showModal();
  });
}
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
