function memoize(fn) {
  const root = { next: new Map() };
  return (...args) => {
    let node = root;
    for (const arg of args) {
      // A Map holds -0 and 0 as one key; Object.is does not.
      const key = Object.is(arg, -0) ? root : arg;
      if (!node.next.has(key)) node.next.set(key, { next: new Map() });
      node = node.next.get(key);
    }
    if (!('result' in node)) node.result = fn(...args);
    return node.result;
  };
}
