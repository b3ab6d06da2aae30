import { Newest } from "./decoder.js";
import { numberText } from "./numbers.js";
import { element, part } from "./parts.js";

/** The row at the pointer, beside its point. */
export function showTip(root, model, rows) {
  const tip = part(root, "tip");
  const newest = new Newest(async (i) => {
    const parts = i === null ? [] : await rows.tip(i);
    if (model.state.get("hover") !== i) return;
    tip.hidden = i === null;
    if (i === null) return;
    const words = `${model.nameOf(i)}, error ${numberText(model.errors[i])}`;
    tip.replaceChildren(...parts, element("div", { textContent: words }));
    beside(tip, model, i);
  });
  model.state.on(["hover"], () => newest.ask(model.state.get("hover")));
}

/** Above or below the point, within the map. */
function beside(tip, { state }, i) {
  const { xs, ys } = state.get("positions");
  const view = state.get("view");
  const [x, y] = view.toPixel(xs[i], ys[i]);
  const left = Math.max(4, Math.min(view.width - tip.offsetWidth - 4, x - tip.offsetWidth / 2));
  const above = y - tip.offsetHeight - 14;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 4 ? y + 14 : above}px`;
}
