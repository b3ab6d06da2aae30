import { part } from "./parts.js";

/** Find a row by its number among the rows given: pin it, in the middle of the map. */
export function listenToSearch(root, model, map) {
  const [form, field, answer] = ["search", "search-number", "search-answer"].map((name) => part(root, name));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const i = model.numbers.indexOf(Number(field.value));
    answer.textContent = i < 0 ? `There is no row ${field.value} here.` : "";
    if (i < 0) return;
    if (!model.state.get("pins").includes(i)) model.pin(i);
    map.centre(i);
  });
}
