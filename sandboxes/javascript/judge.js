'use strict';
// The judge: runs a task's tests against a candidate that lives in another process.
// judge.json (written for this process's uid only) says what to run. Reports go to fd 5: one
// frame a case, then {"done": n}. Only a report says passed; an exit code says nothing.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const util = require('node:util');
const { AssertionError } = require('node:assert');
const Module = require('node:module');
const { Peer, CandidateEnded, CannotCross, writeFrame } = require('./wire.js');
const { load } = require('./load.js');

const { createRequire } = Module;
const CAP = 4000;
const REPORT_FD = 5;
let config;
let shared;
let peer;
const last = { input: '', actual: '' };
let reported = 0;

function show(value) {
  const text = util.inspect(value, { depth: 6, maxArrayLength: 200, breakLength: Infinity });
  return text.length > CAP ? `${text.slice(0, CAP)}…` : text;
}

function note(name, args, ...value) {
  if (value.length) {
    last.actual = show(value[0]);
    return;
  }
  last.input = `${name}(${args.map(show).join(', ')})`.slice(0, CAP);
  last.actual = '';
}

function report(message) {
  writeFrame(REPORT_FD, message);
  reported += 1;
}

function end() {
  writeFrame(REPORT_FD, { done: reported });
  process.reallyExit(0);
}

// The text after the last comparison in the failing line: what the test wanted.
function expectedOf(error, line) {
  if (error instanceof AssertionError && error.expected !== undefined) return show(error.expected);
  const found = /(?:===?)\s*(.+?)\s*\)?\s*;?\s*$/.exec(line);
  return found ? found[1].slice(0, CAP) : '';
}

function failingLine(error) {
  const place = /tests\.js:(\d+)/.exec(String(error && error.stack));
  if (!place) return { line: '', text: '' };
  const number = Number(place[1]);
  const line = (config.tests.split('\n')[number - 1] || '').trim();
  return { line, text: `\n  tests.js:${number}: ${line}` };
}

function describeFailure(name, error) {
  if (error instanceof CandidateEnded || (peer && peer.ended)) {
    return { case: name, verdict: 'runtime_error', ended: true, ...last,
      message: 'the program ended in this call' };
  }
  if (error instanceof CannotCross || (peer && peer.crossedBadly)) {
    return { case: name, verdict: 'failed', cannot_cross: true, ...last,
      message: String((peer && peer.crossedBadly) || error.message) };
  }
  const mine = error !== null && typeof error === 'object' && error.fromCandidate !== undefined;
  const { line, text } = failingLine(error);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : show(error);
  return { case: name, verdict: mine ? 'runtime_error' : 'failed', ...last,
    expected: expectedOf(error, line), message: (message + text).slice(0, CAP) };
}

function finishCase(name, error) {
  const bad = error || (peer && (peer.ended || peer.crossedBadly));
  report(bad ? describeFailure(name, error) : { case: name, verdict: 'passed' });
}

function candidate() {
  if (shared) {
    const loaded = load(config.source);
    const get = (name) => recorded(loaded.get(name));
    const names = loaded.error ? [] : config.names.filter((n) => loaded.get(n) !== undefined);
    return { error: loaded.error, names, get };
  }
  peer.onCall = note;
  const { error, names } = peer.remote({ op: 'load', names: config.names });
  return { error, names, get: (name) => peer.remote({ op: 'name', name }) };
}

function recorded(value) {
  if (typeof value !== 'function' || /^class\b/.test(Function.prototype.toString.call(value))) {
    return value;
  }
  return new Proxy(value, {
    apply(target, self, args) {
      note(target.name, args);
      const result = Reflect.apply(target, self, args);
      note(target.name, args, result);
      return result;
    },
  });
}

function moduleProxy(found) {
  return new Proxy(function solution() {}, {
    get: (_target, name) => (typeof name === 'string' && name !== 'then' ? found.get(name) : undefined),
    apply: (_target, _self, args) => found.get(config.entry_point)(...args),
    has: (_target, name) => found.names.includes(name),
  });
}

function testRequire(found) {
  const real = createRequire(path.join(process.cwd(), 'tests.js'));
  const solution = moduleProxy(found);
  return (name) => (/^(\.\/)?solution(\.js)?$/.test(name) ? solution : real(name));
}

// console.assert only prints; a test that relies on it must be able to fail.
function throwingConsole() {
  const asserting = Object.create(console);
  asserting.assert = (condition, ...message) => {
    if (condition) return;
    const error = new AssertionError({ message: util.format(...message) || 'console.assert failed' });
    throw error;
  };
  return asserting;
}

function runTests(found) {
  const required = testRequire(found);
  const fixed = { require: required, module: { exports: {} }, exports: {}, console: throwingConsole() };
  const names = [...Object.keys(fixed), ...found.names];
  const values = [...Object.values(fixed), ...found.names.map((name) => found.get(name))];
  if (config.preamble) {
    const helpers = vm.compileFunction(
      `${config.preamble}\n;return (n) => { try { return eval(n); } catch { return undefined; } };`,
      Object.keys(fixed), { filename: 'prompt.js' })(...Object.values(fixed));
    for (const name of config.helpers || []) {
      const value = helpers(name);
      if (value !== undefined && !names.includes(name)) { names.push(name); values.push(value); }
    }
  }
  last.input = last.actual = '';
  return compileTests(names)(...values);
}

function compileTests(names) {
  const options = { filename: 'tests.js' };
  try {
    return vm.compileFunction(config.tests, names, options);
  } catch (error) {
    if (!/await/.test(String(error.message))) throw error;
    const body = `return (async () => {${config.tests}\n})();`;
    return vm.compileFunction(body, names, options);
  }
}

// Everything that belongs to one process starts here: the rest may come from a snapshot.
function main() {
  // Packages come from the image only: a candidate can write to parents of this folder.
  Module._nodeModulePaths = () => ['/opt/harness/node_modules'];
  config = JSON.parse(fs.readFileSync(path.join(process.cwd(), 'judge.json'), 'utf8'));
  shared = config.source !== undefined;
  peer = shared ? null : new Peer(3, 4, true);
  let found;
  try {
    found = candidate();
  } catch (error) {
    report({ case: 'load', verdict: 'runtime_error', ended: true,
      message: 'the program ended while it was being loaded' });
    return end();
  }
  if (found.error) {
    const verdict = found.error.stage === 'build' ? 'build_failed' : 'runtime_error';
    report({ case: 'load', verdict, message: String(found.error.text).slice(0, CAP) });
    return end();
  }
  if (config.entry_point && !found.names.includes(config.entry_point)) {
    report({ case: 'tests', verdict: 'failed',
      message: `the response defines no ${config.entry_point}` });
    return end();
  }
  return config.style === 'node_test' ? runNodeTest(found) : runScript(found);
}

function runScript(found) {
  let failure;
  const settle = (error) => { failure = failure || { error }; };
  process.on('unhandledRejection', settle);
  process.on('uncaughtException', settle);
  process.on('beforeExit', () => {
    finishCase('tests', failure && (failure.error || new Error('the tests threw nothing')));
    end();
  });
  try {
    const value = runTests(found);
    if (value instanceof Promise) value.catch(settle);
  } catch (error) {
    settle(error);
  }
}

// Real node:test; its events are taken by a reporter in this process (reporter.js).
function runNodeTest(found) {
  globalThis[Symbol.for('harness.case')] = (name, error) => {
    const cause = error && error.cause !== undefined ? error.cause : error;
    finishCase(name, cause);
    last.input = last.actual = '';
  };
  globalThis[Symbol.for('harness.end')] = end;
  try {
    runTests(found);
  } catch (error) {
    finishCase('tests', error);
    end();
  }
}

module.exports = { main };

// node:test is not part of the snapshot: such tests start this file itself.
if (require.main === module) main();
