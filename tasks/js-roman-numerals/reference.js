const PARTS = [
  [1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'],
  [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I'],
];

function toRoman(number) {
  let text = '';
  for (const [value, letters] of PARTS) {
    while (number >= value) {
      text += letters;
      number -= value;
    }
  }
  return text;
}

function fromRoman(text) {
  let rest = text.toUpperCase();
  let number = 0;
  for (const [value, letters] of PARTS) {
    while (rest.startsWith(letters)) {
      number += value;
      rest = rest.slice(letters.length);
    }
  }
  // Writing the number again is the simplest proof that it was written the standard way.
  if (number < 1 || number > 3999 || toRoman(number) !== text.toUpperCase()) {
    throw new RangeError(`not a Roman numeral: ${text}`);
  }
  return number;
}
