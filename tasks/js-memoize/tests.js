const assert = require('assert');

let calls = 0;
const add = memoize((a, b) => { calls += 1; return a + b; });
assert.strictEqual(add(1, 2), 3);
assert.strictEqual(add(1, 2), 3);
assert.strictEqual(calls, 1);
assert.strictEqual(add(2, 1), 3);
assert.strictEqual(calls, 2);

// A number is not the text that looks like it.
assert.strictEqual(add('1', '2'), '12');
assert.strictEqual(calls, 3);
assert.strictEqual(add(1, '2'), '12');
assert.strictEqual(calls, 4);

// Texts that join to the same text are different arguments.
assert.strictEqual(add('a,b', 'c'), 'a,bc');
assert.strictEqual(add('a', 'b,c'), 'ab,c');
assert.strictEqual(calls, 6);
assert.strictEqual(add('a","b', 'c'), 'a","bc');
assert.strictEqual(add('a', 'b","c'), 'ab","c');
assert.strictEqual(calls, 8);
assert.strictEqual(add('a,string:b', 'c'), 'a,string:bc');
assert.strictEqual(add('a', 'b,string:c'), 'ab,string:c');
assert.strictEqual(calls, 10);

// The number of arguments matters, and so do null, undefined and NaN.
let counted = 0;
const count = memoize((...args) => { counted += 1; return args.length; });
assert.strictEqual(count(), 0);
assert.strictEqual(count(undefined), 1);
assert.strictEqual(count(undefined, undefined), 2);
assert.strictEqual(count(null), 1);
assert.strictEqual(count(NaN), 1);
assert.strictEqual(counted, 5);
count(); count(undefined); count(undefined, undefined); count(null); count(NaN);
assert.strictEqual(counted, 5);

// Object.is tells 0 from -0.
assert.strictEqual(memoize((x) => 1 / x)(-0), -Infinity);
const invert = memoize((x) => 1 / x);
assert.strictEqual(invert(0), Infinity);
assert.strictEqual(invert(-0), -Infinity);
assert.strictEqual(invert(0), Infinity);

// A falsy result is a result.
let falsy = 0;
const nothing = memoize((x) => { falsy += 1; return x ? undefined : 0; });
nothing(true); nothing(true); nothing(false); nothing(false);
assert.strictEqual(falsy, 2);

// An error is not remembered.
let attempts = 0;
const flaky = memoize(() => {
  attempts += 1;
  if (attempts === 1) throw new Error('not yet');
  return 'ok';
});
assert.throws(() => flaky(), /not yet/);
assert.strictEqual(flaky(), 'ok');
assert.strictEqual(flaky(), 'ok');
assert.strictEqual(attempts, 2);

// Each memoized function remembers on its own.
assert.strictEqual(memoize((x) => x + 1)(1), 2);
assert.strictEqual(memoize((x) => x + 2)(1), 3);
