import { numberText, ticks } from "./numbers.js";
import { oncePerFrame } from "./parts.js";
import { pointRadius } from "./points.js";

const TICK = 70; // pixels between ticks, at least

/** The upper canvas of the map: scales, the place that is decoded, pins, and the line of the lasso. */
export class MarksLayer {
  #context;
  #model;
  #lasso = null;
  #redraw;

  constructor(canvas, model) {
    this.#context = canvas.getContext("2d");
    this.#model = model;
    this.#redraw = oncePerFrame(() => this.#draw());
    model.state.on(["view", "plane", "pins", "hover", "code"], this.#redraw);
  }

  /** The line drawn so far, in pixels; null for none. */
  showLasso(line) {
    this.#lasso = line;
    this.#redraw();
  }

  #draw() {
    const { state, k, codes } = this.#model;
    const view = state.get("view");
    if (!view) return;
    const context = this.#context;
    const ratio = context.canvas.width / view.width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    this.#scales(view);
    const { xs, ys } = state.get("positions");
    const at = (i) => view.toPixel(xs[i], ys[i]);
    const pins = state.get("pins");
    if (!pins.includes(null)) this.#line(at(pins[0]), at(pins[1]));
    const hover = state.get("hover");
    if (hover !== null) this.#circle(at(hover), pointRadius(this.#model.n) + 3);
    const code = state.get("code");
    if (code) {
      const [x, y] = state.get("plane").position(code);
      this.#cross(view.toPixel(x, y ?? view.top - view.height / view.perY / 2));
    }
    pins.forEach((i, slot) => i !== null && this.#pin(at(i), "AB"[slot]));
    if (this.#lasso) this.#path(this.#lasso);
  }

  #scales(view) {
    const context = this.#context;
    const [right, bottom] = [view.toPlane(view.width, 0)[0], view.toPlane(0, view.height)[1]];
    const { axes } = this.#model.state.get("plane");
    context.font = "12px system-ui, sans-serif";
    context.fillStyle = context.strokeStyle = "#3d4657";
    context.lineWidth = 1;
    context.textBaseline = "alphabetic";
    const free = view.width - context.measureText(axes[0]).width - 40; // the name of the axis follows
    for (const tick of ticks(view.left, right, view.width / TICK)) {
      const [x] = view.toPixel(tick, 0);
      this.#segment(x, view.height, x, view.height - 5);
      if (x > 30 && x < free) this.#text(numberText(tick), x, view.height - 9, "center");
    }
    this.#text(axes[0], view.width - 8, view.height - 9, "right");
    if (axes.length < 2) return this.#text("height has no meaning", 8, 16, "left");
    for (const tick of ticks(bottom, view.top, view.height / TICK)) {
      const [, y] = view.toPixel(0, tick);
      this.#segment(0, y, 5, y);
      if (y > 40 && y < view.height - 36) this.#text(numberText(tick), 9, y + 4, "left");
    }
    this.#text(axes[1], 8, 16, "left");
  }

  #text(text, x, y, align) {
    const context = this.#context;
    context.textAlign = align;
    context.save();
    context.strokeStyle = "rgb(255 255 255 / 85%)"; // so that it is read above points
    context.lineWidth = 3;
    context.strokeText(text, x, y);
    context.restore();
    context.fillText(text, x, y);
  }

  #segment(x0, y0, x1, y1) {
    this.#context.beginPath();
    this.#context.moveTo(x0, y0);
    this.#context.lineTo(x1, y1);
    this.#context.stroke();
  }

  #circle([x, y], radius) {
    const context = this.#context;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#outlined(2);
  }

  #cross([x, y]) {
    const context = this.#context;
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(x + 4 * dx, y + 4 * dy);
      context.lineTo(x + 13 * dx, y + 13 * dy);
    }
    this.#outlined(2);
  }

  #line(from, to) {
    this.#context.beginPath();
    this.#context.moveTo(...from);
    this.#context.lineTo(...to);
    this.#outlined(1.5);
  }

  #path(line) {
    const context = this.#context;
    context.beginPath();
    line.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.fillStyle = "rgb(30 57 163 / 12%)";
    context.fill();
    this.#outlined(1.5);
  }

  #pin([x, y], letter) {
    const context = this.#context;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.fillStyle = "#1d2433";
    context.fill();
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = "#fff";
    context.font = "bold 12px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(letter, x, y + 0.5);
  }

  /** Dark within white, to be seen on points of any colour. */
  #outlined(width) {
    const context = this.#context;
    for (const [colour, extra] of [
      ["#fff", 3],
      ["#1d2433", 0],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width + extra;
      context.stroke();
    }
  }
}
