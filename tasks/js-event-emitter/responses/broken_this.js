class Emitter {
  listeners = new Map();

  on(name, listener) {
    this.add(name, listener);
    return function () {
      this.listeners.get(name).delete(listener);
    };
  }

  once(name, listener) {
    return this.on(name, listener);
  }

  emit(name, ...args) {
    this.listeners.get(name).forEach((listener) => listener(...args));
  }
}
