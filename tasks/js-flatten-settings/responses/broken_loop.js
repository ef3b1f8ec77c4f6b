function flatten(settings) {
  let current = { ...settings };
  let changed = true;
  while (changed) {
    changed = false;
    const next = {};
    for (const [key, value] of Object.entries(current)) {
      if (typeof value === 'object') {
        changed = true;
        for (const inner in value) next[`${key}.${inner}`] = value[inner];
        if (value === null || Object.keys(value).length === 0) next[key] = value;
      } else {
        next[key] = value;
      }
    }
    current = next;
  }
  return current;
}
