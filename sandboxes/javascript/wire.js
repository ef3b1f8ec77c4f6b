'use strict';
// Values and calls between a judge and a candidate: tagged JSON over two blocking pipes.
// Only plain data is rebuilt; functions, classes and instances stay where they are and are
// reached through proxies that refuse to be compared.

// Taken before any response code runs in this process, so that a patched builtin cannot
// change what is sent about plain values by accident.
const fs = require('node:fs');
const { stringify, parse } = JSON;
const { readSync, writeSync } = fs;
const MAX_DEPTH = 200;
const ERRORS = { Error, TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError };

class CandidateEnded extends Error {}
class CannotCross extends Error {}

function readExactly(fd, size) {
  const buffer = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    let count;
    try {
      count = readSync(fd, buffer, done, size - done, null);
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      return null;
    }
    if (count === 0) return null;
    done += count;
  }
  return buffer;
}

function writeFrame(fd, message) {
  const body = Buffer.from(stringify(message), 'utf8');
  const data = Buffer.allocUnsafe(4 + body.length);
  data.writeUInt32BE(body.length, 0);
  body.copy(data, 4);
  let done = 0;
  while (done < data.length) {
    try {
      done += writeSync(fd, data, done);
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      throw new CandidateEnded('the other process ended');
    }
  }
}

function readFrame(fd) {
  const head = readExactly(fd, 4);
  if (head === null) return null;
  const body = readExactly(fd, head.readUInt32BE(0));
  return body === null ? null : parse(body.toString('utf8'));
}

function encodeNumber(value) {
  if (Number.isNaN(value)) return { $float: 'nan' };
  if (value === Infinity) return { $float: 'inf' };
  if (value === -Infinity) return { $float: '-inf' };
  if (Object.is(value, -0)) return { $float: '-0' };
  return value;
}

const NUMBERS = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 };

class Peer {
  // guarded: the judge's side, whose functions may be called but not looked into.
  constructor(readFd, writeFd, guarded) {
    this.readFd = readFd;
    this.writeFd = writeFd;
    this.guarded = guarded;
    this.objects = new Map();
    this.refs = new Map();
    this.proxies = new Map();
    this.onCall = null;
    this.serveOp = null;
    this.ended = false;
    this.crossedBadly = null;
  }

  // -- asking ------------------------------------------------------------------------------
  next() {
    const answer = readFrame(this.readFd);
    if (answer === null || typeof answer !== 'object') {
      this.ended = true;
      throw new CandidateEnded('the program ended in this call');
    }
    return answer;
  }

  finish(answer) {
    if (answer.error) throw this.rebuildError(answer.error);
    return this.decode(answer.value);
  }

  remote(message, args) {
    this.post(message);
    for (;;) {
      const answer = this.next();
      if (answer.op) {
        this.post(this.serve(answer));
        continue;
      }
      if (args) this.copyBack(args, answer.args);
      return this.finish(answer);
    }
  }

  async remoteAsync(message) {
    this.post(message);
    for (;;) {
      const answer = this.next();
      if (!answer.op) return this.finish(answer);
      this.post(answer.op === 'await' ? await this.serveAwait(answer) : this.serve(answer));
    }
  }

  post(message) {
    try {
      writeFrame(this.writeFd, message);
    } catch (error) {
      this.ended = true;
      throw error;
    }
  }

  call(ref, name, args, construct) {
    const message = { op: construct ? 'new' : 'call', ref, args: args.map((a) => this.encode(a)) };
    if (this.onCall) this.onCall(name, args);
    const value = this.remote(message, args);
    if (this.onCall) this.onCall(name, args, value);
    return value;
  }

  copyBack(args, encoded) {
    if (!Array.isArray(encoded) || encoded.length !== args.length) return;
    args.forEach((arg, index) => this.replace(arg, encoded[index]));
  }

  replace(target, encoded) {
    if (Array.isArray(target)) {
      const value = this.decode(encoded);
      if (Array.isArray(value)) target.splice(0, target.length, ...value);
    } else if (target instanceof Map || target instanceof Set) {
      const value = this.decode(encoded);
      target.clear();
      for (const item of value) target instanceof Map ? target.set(...item) : target.add(item);
    } else if (isPlain(target)) {
      const value = this.decode(encoded);
      for (const key of Object.keys(target)) delete target[key];
      Object.assign(target, value);
    }
  }

  // -- serving -----------------------------------------------------------------------------
  serve(message) {
    try {
      const special = this.serveOp && this.serveOp(message);
      return special || this.serveTarget(message);
    } catch (error) {
      return { error: this.describe(error) };
    }
  }

  async serveAwait(message) {
    try {
      return { value: this.encode(await this.objects.get(message.ref)) };
    } catch (error) {
      return { error: this.describe(error) };
    }
  }

  serveTarget(message) {
    const target = this.objects.get(message.ref);
    if (message.op === 'call' || message.op === 'new') return this.serveCall(target, message);
    if (message.op === 'await') throw new CannotCross('a promise awaited inside a callback');
    if (this.guarded && typeof target === 'function') throw new TypeError('not open');
    const key = message.symbol ? Symbol[message.symbol] : message.name;
    if (message.op === 'get') {
      const value = target[key];
      return { value: this.encode(typeof value === 'function' ? value.bind(target) : value) };
    }
    if (message.op === 'set') {
      target[key] = this.decode(message.value);
      return { value: true };
    }
    if (message.op === 'has') return { value: key in target };
    throw new TypeError(`unknown request ${message.op}`);
  }

  serveCall(target, message) {
    const args = message.args.map((arg) => this.decode(arg));
    const answer = {};
    try {
      const value = message.op === 'new' ? Reflect.construct(target, args) : target(...args);
      answer.value = this.encode(value);
    } catch (error) {
      if (error instanceof CandidateEnded) throw error;
      answer.error = this.describe(error);
    }
    const after = args.map((arg) => this.encode(arg));
    if (stringify(after) !== stringify(message.args)) answer.args = after;
    return answer;
  }

  // -- values ------------------------------------------------------------------------------
  encode(value, depth = 0) {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return encodeNumber(value);
      case 'undefined':
        return { $undefined: 1 };
      case 'bigint':
        return { $int: value.toString() };
      case 'symbol':
        return { $other: 'symbol', repr: String(value) };
      case 'function':
        return this.reference(value);
      default:
        return value === null ? null : this.encodeObject(value, depth);
    }
  }

  encodeObject(value, depth) {
    if (depth > MAX_DEPTH) throw new CannotCross('a value nested more than 200 deep, or circular');
    const own = this.proxies.get(value);
    if (own !== undefined) return { $own: own };
    const each = (item) => this.encode(item, depth + 1);
    if (Array.isArray(value)) {
      const items = [];
      for (let i = 0; i < value.length; i += 1) items.push(each(value[i]));
      return items;
    }
    if (value instanceof Promise) return { $promise: this.reference(value).$ref };
    const builtin = encodeBuiltin(value, each);
    if (builtin !== null) return builtin;
    if (!isPlain(value)) return this.reference(value);
    const entries = Object.keys(value).map((key) => [key, each(value[key])]);
    if (entries.some(([key]) => key.startsWith('$') || key === '__proto__')) {
      return { $dict: entries };
    }
    return Object.fromEntries(entries);
  }

  reference(value) {
    let ref = this.refs.get(value);
    if (ref === undefined) {
      ref = this.objects.size + 1;
      this.objects.set(ref, value);
      this.refs.set(value, ref);
    }
    const kind = typeof value === 'function' ? 'function' : 'object';
    const named = kind === 'function' ? value.name : value.constructor && value.constructor.name;
    const length = kind === 'function' ? value.length : 0;
    return { $ref: ref, kind, name: String(named || kind).slice(0, 100), length };
  }

  decode(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item) => this.decode(item));
    const keys = Object.keys(value);
    const tag = keys[0];
    if (tag === undefined || !tag.startsWith('$')) {
      return Object.fromEntries(keys.map((key) => [key, this.decode(value[key])]));
    }
    return this.decodeTag(tag, value);
  }

  decodeTag(tag, value) {
    const body = value[tag];
    const each = (item) => this.decode(item);
    switch (tag) {
      case '$undefined': return undefined;
      case '$float': return NUMBERS[body];
      case '$int': return BigInt(body);
      case '$dict': return Object.fromEntries(body.map(([k, v]) => [k, each(v)]));
      case '$tuple': return body.map(each);
      case '$map': return new Map(body.map(([k, v]) => [each(k), each(v)]));
      case '$set': return new Set(body.map(each));
      case '$date': return new Date(body === null ? NaN : body);
      case '$regexp': return new RegExp(body[0], body[1]);
      case '$error': return this.rebuildError(body);
      case '$typed': return new globalThis[TYPED.includes(body[0]) ? body[0] : 'Array'](body[1]);
      case '$boxed': return Object(body);
      case '$own': return this.objects.get(body);
      case '$promise': return this.promise(body);
      case '$ref': return this.proxy(value);
      default: throw new CannotCross(`a value of type ${String(body)} cannot leave its process`);
    }
  }

  promise(ref) {
    return new Promise((resolve, reject) => {
      setImmediate(() => this.remoteAsync({ op: 'await', ref }).then(resolve, reject));
    });
  }

  proxy({ $ref: ref, kind, name, length }) {
    const known = this.remoteProxies && this.remoteProxies.get(ref);
    if (known) return known;
    const callable = kind === 'function';
    const base = callable ? function proxied() {} : {};
    // What any function has is answered here: call, apply and bind lead back to the proxy.
    const local = callable ? { __proto__: Function.prototype, name, length } : null;
    const proxy = new Proxy(base, this.traps(ref, name, local));
    this.proxies.set(proxy, ref);
    this.remoteProxies = this.remoteProxies || new Map();
    this.remoteProxies.set(ref, proxy);
    return proxy;
  }

  traps(ref, name, local) {
    const refuse = () => {
      const error = new CannotCross(`a ${name} object cannot leave its process to be compared`);
      this.crossedBadly = error.message;
      throw error;
    };
    return {
      apply: (_target, _self, args) => this.call(ref, name, args, false),
      construct: (_target, args) => Object(this.call(ref, name, args, true)),
      get: (_target, key) => {
        if (typeof key === 'symbol') {
          const symbol = WELL_KNOWN.get(key);
          return symbol ? this.remote({ op: 'get', ref, symbol }) : undefined;
        }
        if (key === 'then') return undefined;
        if (local && LOCAL.has(key)) return local[key];
        return this.remote({ op: 'get', ref, name: key });
      },
      set: (_target, key, value) =>
        this.remote({ op: 'set', ref, name: String(key), value: this.encode(value) }),
      has: (_target, key) => this.remote({ op: 'has', ref, name: String(key) }),
      ownKeys: refuse,
      getPrototypeOf: refuse,
    };
  }

  // -- errors ------------------------------------------------------------------------------
  describe(error) {
    const described = { type: 'Error', message: '', stack: '' };
    try {
      described.thrown = error instanceof Error ? undefined : this.encode(error);
      described.type = String(error && error.name ? error.name : typeof error).slice(0, 100);
      described.message = String(error && error.message !== undefined ? error.message : error);
      described.message = described.message.slice(0, 2000);
      described.stack = String((error && error.stack) || '').slice(0, 4000);
      described.cannotCross = error instanceof CannotCross;
    } catch {
      described.message = '(its message cannot be shown)';
    }
    return described;
  }

  rebuildError(data) {
    if (data.cannotCross) {
      this.crossedBadly = String(data.message);
      return new CannotCross(data.message);
    }
    if (data.thrown !== undefined) return this.decode(data.thrown);
    const Kind = ERRORS[data.type] || Error;
    const error = new Kind(data.message);
    error.name = data.type;
    Object.defineProperty(error, 'fromCandidate', { value: String(data.stack), enumerable: false });
    return error;
  }
}

const TYPED = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array',
  'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array'];
const LOCAL = new Set(['call', 'apply', 'bind', 'name', 'length']);
const WELL_KNOWN = new Map([[Symbol.iterator, 'iterator'], [Symbol.asyncIterator, 'asyncIterator'],
  [Symbol.toPrimitive, 'toPrimitive']]);

function encodeBuiltin(value, each) {
  if (value instanceof Map) return { $map: Array.from(value, ([k, v]) => [each(k), each(v)]) };
  if (value instanceof Set) return { $set: Array.from(value, each) };
  if (value instanceof Date) {
    const time = Date.prototype.getTime.call(value);
    return { $date: Number.isNaN(time) ? null : time };
  }
  if (value instanceof RegExp) return { $regexp: [value.source, value.flags] };
  if (value instanceof Error) {
    return { $error: { type: String(value.name), message: String(value.message), stack: '' } };
  }
  if (ArrayBuffer.isView(value) && TYPED.includes(value.constructor.name)) {
    return { $typed: [value.constructor.name, Array.from(value, encodeNumber)] };
  }
  if (value instanceof Number) return { $boxed: Number(value) };
  if (value instanceof String) return { $boxed: String(value) };
  if (value instanceof Boolean) return { $boxed: Boolean.prototype.valueOf.call(value) };
  return null;
}

function isPlain(value) {
  if (value === null || typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

module.exports = { Peer, CandidateEnded, CannotCross, readFrame, writeFrame };
