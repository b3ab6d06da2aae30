import { byValue, plain } from "./colours.js";
import { columnsOf } from "./columns.js";
import { element, part } from "./parts.js";

/** What colours can mean: the menu, and the legend below it. */
export function chooseColours(root, model) {
  const menu = part(root, "colour");
  const choices = colourings(model);
  menu.append(...choices.map(({ name }, place) => element("option", { value: place, textContent: name })));
  const choose = async () => {
    const { name, make } = choices[menu.value];
    const colouring = { name, ...(await make()) };
    if (choices[menu.value].name !== name) return; // another was chosen meanwhile
    model.state.set({ colouring });
    showLegend(root, model, colouring);
  };
  menu.addEventListener("change", choose);
  return choose();
}

function colourings({ n, k, codes, errors, labels, meta, source }) {
  const value = (values) => byValue(values, meta.ramp);
  const component = (c) => Float32Array.from({ length: n }, (_, i) => codes[i * k + c]);
  return [
    ...(labels ? [{ name: labels.name, make: () => labels.colouring(meta) }] : []),
    { name: "reconstruction error", make: () => value(errors) },
    ...columnsOf(meta.rows).map((column, j) => ({
      name: column.name,
      make: async () => column.colouring(await source.column(j), meta),
    })),
    ...meta.components.map((name, c) => ({ name, make: () => value(component(c)) })),
    { name: "nothing", make: () => plain(n, meta.palette) },
  ];
}

function showLegend(root, model, colouring) {
  const { legend, bar, name } = colouring;
  part(root, "legend").replaceChildren(...legend.map((entry) => legendButton(model, colouring, entry)));
  part(root, "bar").hidden = !bar;
  if (!bar) return;
  part(root, "bar-low").textContent = bar.low;
  part(root, "bar-high").textContent = bar.high;
  const strip = part(root, "bar-ramp");
  strip.setAttribute("aria-label", `${name}, from ${bar.low} to ${bar.high}`);
  strip.style.background = `linear-gradient(to right, ${model.meta.ramp.filter((_, i) => i % 16 === 0).join()})`;
}

/** A class: its colour, name and number of rows; pressed, it selects them. */
function legendButton(model, colouring, { name, colour, ring, count, classes }) {
  const swatch = element("span", { className: ring ? "swatch ring" : "swatch" });
  swatch.style.setProperty("--of", colour);
  const button = element("button", { type: "button", title: `Select these ${count} rows` }, swatch, ` ${name} `);
  button.append(element("span", { className: "small", textContent: count }));
  button.addEventListener("click", () => model.state.set({ selection: rowsOf(colouring.classes, classes) }));
  return element("li", {}, button);
}

/** Rows of some classes, by their places. */
function rowsOf(classOf, classes) {
  return Uint32Array.from(classOf.keys()).filter((i) => classes.includes(classOf[i]));
}
