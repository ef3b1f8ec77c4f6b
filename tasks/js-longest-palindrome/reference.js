function longestPalindrome(text) {
  let best = '';
  for (let centre = 0; centre < text.length; centre++) {
    for (const gap of [0, 1]) {
      let left = centre;
      let right = centre + gap;
      while (left >= 0 && right < text.length && text[left] === text[right]) {
        left--;
        right++;
      }
      if (right - left - 1 > best.length) best = text.slice(left + 1, right);
    }
  }
  return best;
}
