import { byValue, plain } from "./colours.js";
import { columnsOf } from "./columns.js";
import { key, swatch } from "./key.js";
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
  part(root, "bar").replaceChildren(...(bar ? key(name, colouring, model.meta.ramp) : []));
}

/** A class: its colour, name and number of rows; pressed, it selects them. */
function legendButton(model, colouring, entry) {
  const { name, count, classes } = entry;
  const button = element(
    "button",
    { type: "button", title: `Select these ${count} rows` },
    swatch(entry),
    ` ${name} `,
  );
  button.append(element("span", { className: "small", textContent: count }));
  button.addEventListener("click", () => model.state.set({ selection: rowsOf(colouring.classes, classes) }));
  return element("li", {}, button);
}

/** Rows of some classes, by their places. */
function rowsOf(classOf, classes) {
  return Uint32Array.from(classOf.keys()).filter((i) => classes.includes(classOf[i]));
}
