const STEP = 8; // pixels
const PAGE = 60; // with Ctrl
const ZOOM = 1.3;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What keys do while the map has the focus. The page lists them. */
export function listenToKeys(target, map, model) {
  const acts = {
    "+": () => map.zoom(ZOOM),
    "=": () => map.zoom(ZOOM), // the same key without Shift
    "-": () => map.zoom(1 / ZOOM),
    0: () => map.fit(),
    Enter: () => model.pin(map.nearestToCode()),
    s: () => map.selectSeen(),
    Escape: () => model.state.set({ selection: null }),
  };
  target.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (event.altKey || event.metaKey || (event.ctrlKey && !arrow)) return;
    if (arrow) step(arrow, event);
    else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
  });

  function step([dx, dy], { shiftKey, ctrlKey }) {
    if (ctrlKey) return map.pan(-dx * PAGE, -dy * PAGE);
    const { state } = model;
    const size = shiftKey ? 4 * STEP : STEP;
    const [x, y] = state.get("plane").position(state.get("code") ?? model.mean);
    const [px, py] = map.view.toPixel(x, y ?? 0);
    model.moveTo(...map.view.toPlane(px + dx * size, py + dy * size));
  }
}
