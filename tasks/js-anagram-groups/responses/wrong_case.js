const groupAnagrams = (words) => {
  const map = {};
  words.forEach((word) => {
    const key = word.split('').sort().join('');
    map[key] = map[key] ? [...map[key], word] : [word];
  });
  return Object.values(map);
};
