function groupAnagrams(words) {
  const groups = new Map();
  for (const word of words) {
    const key = [...new Set(word.toLowerCase())].sort().join('') + word.length;
    groups.set(key, (groups.get(key) ?? []).concat(word));
  }
  return Array.from(groups.values());
}
