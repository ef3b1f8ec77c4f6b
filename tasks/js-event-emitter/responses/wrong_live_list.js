class Emitter {
  constructor() {
    this.events = new Map();
  }

  on(name, listener) {
    if (!this.events.has(name)) this.events.set(name, []);
    const entry = { listener };
    this.events.get(name).push(entry);
    return () => {
      const list = this.events.get(name);
      const index = list.indexOf(entry);
      if (index >= 0) list.splice(index, 1);
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
    const list = this.events.get(name) || [];
    let called = 0;
    for (const entry of list) {
      entry.listener(...args);
      called++;
    }
    return called;
  }

  count(name) {
    return (this.events.get(name) || []).length;
  }
}
