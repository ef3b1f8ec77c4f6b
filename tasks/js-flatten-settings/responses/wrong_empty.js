const flatten = (obj, prefix) => {
  const out = {};
  for (const key in obj) {
    const path = prefix === undefined ? key : prefix + '.' + key;
    if (obj[key] !== null && typeof obj[key] === 'object') {
      Object.assign(out, flatten(obj[key], path));
    } else {
      out[path] = obj[key];
    }
  }
  return out;
};
