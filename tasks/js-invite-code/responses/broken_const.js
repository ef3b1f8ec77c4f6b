const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

function inviteCode(seed, groups) {
  const code = '';
  for (let i = 0; i < groups; i++) {
    for (let j = 0; j < 4; j++) code += alphabet[(seed * 31 + i + j) % alphabet.length];
  }
  return code;
}
