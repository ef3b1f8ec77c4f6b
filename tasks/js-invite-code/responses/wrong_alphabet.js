function inviteCode(seed, groups) {
  const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  let x = (seed % 1000003) + 17;
  const parts = [];
  for (let g = 0; g < groups; g++) {
    let part = '';
    for (let i = 0; i < 4; i++) {
      x = (x * 1103 + 12345) % 1000003;
      part += alphabet[x % alphabet.length];
    }
    parts.push(part);
  }
  return parts.join('-');
}
