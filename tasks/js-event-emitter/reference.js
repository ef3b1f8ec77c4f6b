class Emitter {
  #listeners = new Map();

  on(name, listener) {
    const entry = { listener };
    this.#listeners.set(name, [...this.#entries(name), entry]);
    return () => {
      this.#listeners.set(name, this.#entries(name).filter((other) => other !== entry));
    };
  }

  once(name, listener) {
    const off = this.on(name, (...args) => {
      off();
      listener(...args);
    });
    return off;
  }

  emit(name, ...args) {
    const entries = this.#entries(name);
    for (const { listener } of entries) listener(...args);
    return entries.length;
  }

  count(name) {
    return this.#entries(name).length;
  }

  #entries(name) {
    return this.#listeners.get(name) ?? [];
  }
}
