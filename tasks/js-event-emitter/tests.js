const test = require('node:test');
const assert = require('node:assert');

test('listeners get the arguments in order', () => {
  const emitter = new Emitter();
  const calls = [];
  emitter.on('save', (...args) => calls.push(['first', ...args]));
  emitter.on('save', (...args) => calls.push(['second', ...args]));
  assert.strictEqual(emitter.emit('save', 1, 'x'), 2);
  assert.deepStrictEqual(calls, [['first', 1, 'x'], ['second', 1, 'x']]);
});

test('an event nobody listens to calls nobody', () => {
  const emitter = new Emitter();
  assert.strictEqual(emitter.emit('nothing'), 0);
  assert.strictEqual(emitter.emit('constructor'), 0);
  assert.strictEqual(emitter.count('toString'), 0);
});

test('the returned function removes the listener, twice is harmless', () => {
  const emitter = new Emitter();
  let calls = 0;
  const off = emitter.on('tick', () => { calls += 1; });
  emitter.emit('tick');
  off();
  off();
  emitter.emit('tick');
  assert.strictEqual(calls, 1);
  assert.strictEqual(emitter.count('tick'), 0);
});

test('a listener added twice has two registrations', () => {
  const emitter = new Emitter();
  let calls = 0;
  const listener = () => { calls += 1; };
  const off = emitter.on('tick', listener);
  emitter.on('tick', listener);
  emitter.emit('tick');
  assert.strictEqual(calls, 2);
  off();
  off();
  emitter.emit('tick');
  assert.strictEqual(calls, 3);
});

test('once is called once', () => {
  const emitter = new Emitter();
  let calls = 0;
  emitter.once('load', () => { calls += 1; });
  assert.strictEqual(emitter.emit('load'), 1);
  assert.strictEqual(emitter.emit('load'), 0);
  assert.strictEqual(calls, 1);
});

test('once is removed before its call', () => {
  const emitter = new Emitter();
  let calls = 0;
  emitter.once('load', () => {
    calls += 1;
    if (calls < 5) emitter.emit('load');
  });
  emitter.emit('load');
  assert.strictEqual(calls, 1);
});

test('once can be removed before it happens', () => {
  const emitter = new Emitter();
  let calls = 0;
  const off = emitter.once('load', () => { calls += 1; });
  off();
  emitter.emit('load');
  assert.strictEqual(calls, 0);
});

test('a listener removed during an emit is still called by that emit', () => {
  const emitter = new Emitter();
  const calls = [];
  let off = null;
  emitter.on('x', () => { calls.push('a'); off(); });
  off = emitter.on('x', () => { calls.push('b'); });
  emitter.on('x', () => { calls.push('c'); });
  emitter.emit('x');
  emitter.emit('x');
  assert.deepStrictEqual(calls, ['a', 'b', 'c', 'a', 'c']);
});

test('a listener added during an emit waits for the next', () => {
  const emitter = new Emitter();
  let late = 0;
  let added = false;
  emitter.on('x', () => {
    if (!added) emitter.on('x', () => { late += 1; });
    added = true;
  });
  emitter.emit('x');
  assert.strictEqual(late, 0);
  emitter.emit('x');
  assert.strictEqual(late, 1);
});

test('emitters are independent', () => {
  const first = new Emitter();
  const second = new Emitter();
  first.on('x', () => {});
  assert.strictEqual(second.count('x'), 0);
});
