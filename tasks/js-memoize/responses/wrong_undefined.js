function memoize(fn) {
  const cache = {};
  return function memoized(...args) {
    const key = JSON.stringify(args.map((a) => [typeof a, Object.is(a, -0) ? '-0' : String(a)]));
    if (cache[key] !== undefined) return cache[key];
    return (cache[key] = fn(...args));
  };
}
