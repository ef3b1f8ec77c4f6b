'use strict';
// The candidate's side: load the response, answer requests on descriptors 3 and 4.
// Holds no test and no expected value.

const { Peer, CandidateEnded, readFrame, writeFrame } = require('./wire.js');
const { load, readSource } = require('./load.js');

let exit;
let source;
let peer;
let loaded = null;

function current() {
  if (loaded === null) loaded = load(source);
  return loaded;
}

function has(name) {
  try {
    return current().get(name) !== undefined;
  } catch {
    return false;
  }
}

function serveNames(message) {
  if (message.op === 'load') {
    const { error } = current();
    return { value: { error, names: error ? [] : message.names.filter(has) } };
  }
  if (message.op === 'name') return { value: peer.encode(current().get(message.name)) };
  return null;
}

// One call of a `call` task: module state is fresh for every case.
async function namedCall(message) {
  loaded = null;
  const { get, error } = current();
  if (error) return { load_error: error };
  const target = get(message.name);
  if (typeof target !== 'function') {
    const text = `the response defines no function ${message.name}`;
    return { load_error: { stage: 'name', text, type: 'ReferenceError' } };
  }
  try {
    let value = target(...message.args.map((arg) => peer.decode(arg)));
    if (value instanceof Promise) value = await value;
    if (value && typeof value === 'object' && typeof value.next === 'function') value = [...value];
    return { value: peer.encode(value) };
  } catch (raised) {
    return { error: peer.describe(raised) };
  }
}

async function answer(message) {
  if (message.op === 'named') return namedCall(message);
  if (message.op === 'await') return peer.serveAwait(message);
  return peer.serve(message);
}

async function answerAll() {
  for (;;) {
    const message = readFrame(3);
    if (message === null) exit(0);
    writeFrame(4, await answer(message));
  }
}

// Everything that belongs to one process starts here: the rest may come from a snapshot.
function main() {
  exit = process.reallyExit.bind(process);
  source = readSource();
  peer = new Peer(3, 4, false);
  peer.serveOp = serveNames;
  answerAll().catch((error) => {
    if (!(error instanceof CandidateEnded)) process.stderr.write(`${error.stack}\n`);
    exit(1);
  });
}

module.exports = { main };
