function longestPalindrome(text) {
  const expand = (l, r) => {
    while (text[l] === text[r]) { l--; r++; }
    return text.slice(l + 1, r);
  };
  return text.split('').map((_, i) => expand(i, i)).sort((a, b) => b.length - a.length)[0].trimEnd();
}
