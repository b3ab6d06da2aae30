import { numberText } from "./numbers.js";
import { element, part } from "./parts.js";

/** A slider for each component, where there are more than the map shows. */
export function showSliders(root, model) {
  const { components } = model.meta;
  part(root, "sliders").hidden = components.length < 3;
  if (components.length < 3) return;
  const sliders = components.map((name, c) => slider(model, name, c));
  part(root, "slider-list").append(...sliders.map(({ line }) => line));
  model.state.on(["code"], () => {
    const code = model.state.get("code");
    sliders.forEach(({ show }, c) => show(code[c]));
  });
}

function slider(model, name, component) {
  const [low, high] = extent(model, component);
  const input = element("input", { type: "range", min: low, max: high, step: "any" });
  const value = element("output");
  input.addEventListener("input", () => model.slide(component, Number(input.value)));
  return {
    line: element("label", {}, element("span", { textContent: name }), input, value),
    show: (number) => {
      input.value = number;
      value.textContent = numberText(number);
    },
  };
}

/** The least and the largest that the rows have. */
function extent({ codes, n, k }, component) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    const value = codes[i * k + component];
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return [low, high];
}
