import { element, part } from "./parts.js";
import { Plane } from "./plane.js";

/** Which plane of the codes the map shows: two components, or the one in which codes vary most. */
export function choosePlane(root, model) {
  const { components, principal } = model.meta;
  part(root, "planes").hidden = components.length < 3;
  if (components.length < 3) return;
  const [kind, x, y] = ["plane-kind", "plane-x", "plane-y"].map((name) => part(root, name));
  for (const menu of [x, y]) {
    menu.append(...components.map((name, c) => element("option", { value: c, textContent: name })));
  }
  y.value = 1;
  const choose = () => {
    part(root, "plane-pair").hidden = kind.value === "principal";
    for (const option of y.options) option.disabled = option.value === x.value;
    for (const option of x.options) option.disabled = option.value === y.value;
    model.state.set({ plane: kind.value === "principal" ? principalPlane(principal) : ofPair(x, y) });
  };
  const ofPair = (...menus) =>
    Plane.ofComponents(
      menus.map((menu) => Number(menu.value)),
      components,
    );
  for (const menu of [kind, x, y]) menu.addEventListener("change", choose);
}

function principalPlane({ directions, origin, shares }) {
  const axes = shares.map(
    (share, i) => `principal direction ${i + 1} (${Math.round(100 * share)} % of the variance)`,
  );
  return new Plane(
    "the principal plane",
    axes,
    directions.map((d) => Float32Array.from(d)),
    Float32Array.from(origin),
  );
}
