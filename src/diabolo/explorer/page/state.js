/** What the page shows now: named values, and who is told when they change. */
export class State {
  #values;
  #listeners = [];

  constructor(values) {
    this.#values = values;
  }

  get(name) {
    return this.#values[name];
  }

  set(changes) {
    const changed = Object.keys(changes).filter((name) => this.#values[name] !== changes[name]);
    Object.assign(this.#values, changes);
    for (const { names, tell } of this.#listeners) {
      if (names.some((name) => changed.includes(name))) tell();
    }
  }

  /** Call `tell` whenever one of these values has changed. */
  on(names, tell) {
    this.#listeners.push({ names, tell });
  }
}
