/** Tell the notebook around the page, if there is one, the numbers of the rows pinned and selected. */
export function tellOutside({ state, numbers }) {
  if (window.parent === window) return;
  state.on(["pins", "selection"], () => {
    const pinned = state.get("pins").filter((i) => i !== null);
    const named = (rows) => Array.from(rows, (i) => numbers[i]);
    window.parent.postMessage({ pinned: named(pinned), selected: named(state.get("selection") ?? []) }, "*");
  });
}
