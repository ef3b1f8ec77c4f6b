function longestPalindrome(text) {
  let best = text.slice(0, 1);
  for (let i = 1; i < text.length - 1; i++) {
    let radius = 0;
    while (i - radius - 1 >= 0 && i + radius + 1 < text.length &&
           text[i - radius - 1] === text[i + radius + 1]) {
      radius++;
    }
    if (2 * radius + 1 > best.length) best = text.slice(i - radius, i + radius + 1);
  }
  return best;
}
