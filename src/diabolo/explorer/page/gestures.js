const STILL = 4; // pixels that a click may move

/**
 * What fingers, a mouse and its wheel do on the map, as calls with places in pixels of the map.
 *
 * `act` has: press, drag, click, release (the main button or one finger), pan, zoom, hover, leave.
 */
export function listenToPointers(target, act) {
  const down = new Map(); // pointer -> where it is
  let start = null;
  let moved = false;

  const place = (event) => {
    const box = target.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  target.addEventListener("pointerdown", (event) => {
    target.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    [start, moved] = [place(event), false];
    if (down.size === 1 && event.button === 0) act.press(...start);
  });

  target.addEventListener("pointermove", (event) => {
    const [to, from] = [place(event), down.get(event.pointerId)];
    if (!from) return act.hover(...to);
    moved ||= Math.hypot(to[0] - start[0], to[1] - start[1]) > STILL;
    if (down.size === 2) pinch(event.pointerId, from, to);
    else if (event.buttons & 6)
      act.pan(to[0] - from[0], to[1] - from[1]); // the other buttons
    else if (moved) act.drag(from, to);
    down.set(event.pointerId, to);
  });

  const lift = (event) => {
    if (!down.delete(event.pointerId) || down.size) return;
    if (event.type === "pointerup" && !moved && event.button === 0) act.click(...place(event));
    act.release();
  };
  target.addEventListener("pointerup", lift);
  target.addEventListener("pointercancel", lift);
  target.addEventListener("pointerleave", () => act.leave());
  target.addEventListener("contextmenu", (event) => event.preventDefault());

  target.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      act.zoom(1.0015 ** -event.deltaY, ...place(event));
    },
    { passive: false },
  );

  function pinch(id, from, to) {
    moved = true;
    const [, other] = [...down].find(([each]) => each !== id);
    const distance = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
    act.zoom(distance(to) / Math.max(1, distance(from)), ...other);
  }
}
