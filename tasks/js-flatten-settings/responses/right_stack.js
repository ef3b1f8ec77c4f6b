'use strict';

exports.flatten = function flatten(settings) {
  const result = {};
  const stack = Object.keys(settings).map((key) => ({ path: key, value: settings[key] }));
  while (stack.length) {
    const { path, value } = stack.pop();
    const keys = value && typeof value === 'object' ? Object.keys(value) : [];
    if (keys.length === 0) {
      result[path] = value;
    } else {
      keys.forEach((key) => stack.push({ path: `${path}.${key}`, value: value[key] }));
    }
  }
  return result;
};
