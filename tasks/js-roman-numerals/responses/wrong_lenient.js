function fromRoman(text) {
  const values = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };
  const letters = text.toUpperCase().split('');
  if (letters.length === 0) throw new RangeError('empty');
  let total = 0;
  for (let i = 0; i < letters.length; i++) {
    const current = values[letters[i]];
    const next = values[letters[i + 1]];
    if (current === undefined) throw new RangeError(`bad letter ${letters[i]}`);
    if (/(.)\1\1\1/.test(text)) throw new RangeError('too many in a row');
    if (next > current) total -= current;
    else total += current;
  }
  return total;
}
