function flatten(settings) {
  const flat = {};
  const walk = (value, path) => {
    const nested = value !== null && typeof value === 'object' && Object.keys(value).length > 0;
    if (!nested) {
      flat[path.join('.')] = value;
      return;
    }
    for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
  };
  for (const [key, item] of Object.entries(settings)) walk(item, [key]);
  return flat;
}
