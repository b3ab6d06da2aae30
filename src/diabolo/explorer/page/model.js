import { Newest } from "./decoder.js";
import { Plane } from "./plane.js";
import { State } from "./state.js";

/** The data of the page, what is shown of it now, and what can be done. */
export class Model {
  constructor(source, codes, errors, numbers, labels, density) {
    Object.assign(this, { source, codes, errors, numbers, labels, density, meta: source.meta });
    this.n = this.meta.n;
    this.k = this.meta.components.length;
    this.mean = meanCode(codes, this.n, this.k);
    const plane = Plane.ofComponents(this.k === 1 ? [0] : [0, 1], this.meta.components);
    this.state = new State({
      plane,
      positions: plane.positions(codes, this.n),
      view: null, // set when the map has a size
      moving: false, // whether the view is being moved
      colouring: null,
      background: "none",
      mode: "decode",
      hover: null, // rows by their place, here and below
      pins: [null, null],
      selection: null,
      base: this.mean, // the code that the map's plane goes through
      baseRow: null, // the row whose code that is, but for what sliders have set; null for the mean
      slid: new Set(), // components of it that a slider has set
      code: null, // what is decoded
      codeRow: null, // the row whose code that is
      decoded: null,
    });
    this.state.on(["plane"], () => this.#changePlane());
    const newest = new Newest((code) => this.#decode(code));
    this.state.on(
      ["code"],
      () => this.decoder && this.state.get("code") && newest.ask(this.state.get("code")),
    );
  }

  /** Take the decoder, once it runs. */
  useDecoder(decoder) {
    this.decoder = decoder;
    const code = this.state.get("code") ?? this.mean;
    this.state.set({ code: code.slice() });
  }

  codeOf(i) {
    return this.codes.slice(i * this.k, (i + 1) * this.k);
  }

  /** What row i is called: its number among the rows given, and its label. */
  nameOf(i) {
    const label = this.labels && this.labels.text(i);
    return label ? `row ${this.numbers[i]}, ${this.labels.name} ${label}` : `row ${this.numbers[i]}`;
  }

  /** Decode what stands at this place of the map. */
  moveTo(x, y) {
    const { state } = this;
    state.set({ codeRow: null, code: state.get("plane").moved(state.get("base"), x, y) });
  }

  /** Decode the same code with another value of one component. */
  slide(component, value) {
    const { state } = this;
    const code = state.get("code").slice();
    code[component] = value;
    const row = state.get("codeRow");
    const from = row === null ? { slid: new Set(state.get("slid")) } : { slid: new Set(), baseRow: row };
    from.slid.add(component);
    state.set({ ...from, base: code, codeRow: null, code });
  }

  /** Pin a row, or take the pin away that it has; A is the first, and stays. */
  pin(i) {
    const pins = [...this.state.get("pins")];
    if (pins.includes(i)) return this.unpin(pins.indexOf(i));
    pins[pins[0] === null ? 0 : 1] = i;
    this.state.set({ pins });
    this.#throughPin();
    this.state.set({ codeRow: i, code: this.codeOf(i) });
  }

  unpin(slot) {
    const pins = [...this.state.get("pins")];
    pins[slot] = null;
    this.state.set({ pins });
    this.#throughPin();
    this.moveTo(...this.state.get("plane").position(this.state.get("code")));
  }

  /** Another plane through the pinned row. */
  #changePlane() {
    this.state.set({ positions: this.state.get("plane").positions(this.codes, this.n) });
    this.#throughPin();
    this.state.set({ code: this.state.get("base").slice(), codeRow: this.state.get("pins")[0] });
  }

  #throughPin() {
    const [anchor] = this.state.get("pins");
    const base = anchor === null ? this.mean : this.codeOf(anchor);
    this.state.set({ base, baseRow: anchor, slid: new Set() });
  }

  async #decode(code) {
    const started = performance.now();
    const row = await this.decoder.decode(code, 1);
    this.state.set({ decoded: { row, code, milliseconds: performance.now() - started } });
  }
}

function meanCode(codes, n, k) {
  const sums = new Float64Array(k);
  for (let i = 0; i < codes.length; i++) sums[i % k] += codes[i];
  return Float32Array.from(sums, (sum) => sum / n);
}
