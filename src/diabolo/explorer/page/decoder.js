import { likeliest } from "./likeliest.js";

/** The model's decoder, run in the page by ONNX Runtime. */
export class Decoder {
  #session;
  #parts;
  #last = Promise.resolve();

  constructor(session, parts) {
    this.#session = session;
    this.#parts = parts;
  }

  /** From the bytes of the runtime's WebAssembly and of the model; `parts` where it decodes mixed columns. */
  static async open(wasm, model, parts) {
    const { env, InferenceSession } = globalThis.onnxruntime;
    env.wasm.wasmBinary = wasm;
    env.wasm.numThreads = 1; // others need headers that no file has
    env.wasm.proxy = false;
    return new Decoder(await InferenceSession.create(model, { executionProviders: ["wasm"] }), parts);
  }

  /** Rows that codes stand for: (n, k), one after the other, to (n, size). */
  decode(codes, n) {
    const run = this.#last.then(() => this.#run(codes, n)); // one at a time
    this.#last = run.catch(() => {});
    return run;
  }

  async #run(codes, n) {
    const { Tensor } = globalThis.onnxruntime;
    const [input, output] = [this.#session.inputNames[0], this.#session.outputNames[0]];
    const code = new Tensor("float32", Float32Array.from(codes), [n, codes.length / n]);
    const result = await this.#session.run({ [input]: code });
    const { data } = result[output];
    return this.#parts ? likeliest(data, n, this.#parts) : data;
  }
}

/** Runs work for the newest of what is asked; what came in between is left out. */
export class Newest {
  #work;
  #waiting = null;
  #busy = false;

  constructor(work) {
    this.#work = work;
  }

  async ask(...what) {
    this.#waiting = what;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#waiting) {
        const next = this.#waiting;
        this.#waiting = null;
        await this.#work(...next);
      }
    } finally {
      this.#busy = false;
    }
  }
}
