/** The element of the page that is called so. */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** A new element with properties and children; text is never read as HTML. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A function that calls another once in the next frame, however often it is called. */
export function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/** A function that calls another when it has not been called for a while. */
export function afterRest(milliseconds, act) {
  let timer = 0;
  return (...what) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds, ...what);
  };
}
