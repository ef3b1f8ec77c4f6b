const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

function inviteCode(seed, groups) {
  let state = seed % 2147483647 || 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return ALPHABET[state % ALPHABET.length];
  };
  const group = () => next() + next() + next() + next();
  return Array.from({ length: groups }, group).join('-');
}
