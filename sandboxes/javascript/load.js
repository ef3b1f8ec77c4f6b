'use strict';
// Loads a response as a CommonJS module, with access to every top-level name it declares.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { createRequire } = require('node:module');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname', '__capture'];
// A direct eval inside the module's scope reaches const, let and class declarations too.
const TRAILER = '\n;__capture((__name) => eval(__name));';

// ES module syntax in a response is common and harmless: rewrite it to CommonJS.
function withoutModuleSyntax(source) {
  return source
    .replace(/^\s*import\s+(\w+)\s+from\s+(['"][^'"]+['"]);?/gm, 'const $1 = require($2);')
    .replace(/^\s*import\s+\*\s+as\s+(\w+)\s+from\s+(['"][^'"]+['"]);?/gm, 'const $1 = require($2);')
    .replace(/^\s*import\s+(\{[^}]*\})\s+from\s+(['"][^'"]+['"]);?/gm,
      (_all, names, from) => `const ${names.replace(/\bas\b/g, ':')} = require(${from});`)
    .replace(/^\s*export\s*\{[^}]*\}\s*;?/gm, '')
    .replace(/^(\s*)export\s+default\s+(?=(async\s+)?(function|class)\b)/gm, '$1')
    .replace(/^(\s*)export\s+default\s+/gm, '$1module.exports = ')
    .replace(/^(\s*)export\s+/gm, '$1');
}

function compile(source) {
  const options = { filename: 'solution.js' };
  try {
    return vm.compileFunction(source + TRAILER, PARAMETERS, options);
  } catch (error) {
    if (!/\b(import|export)\b/.test(source)) throw error;
    return vm.compileFunction(withoutModuleSyntax(source) + TRAILER, PARAMETERS, options);
  }
}

class Loaded {
  constructor(run) {
    this.module = { exports: {} };
    this.lookup = null;
    const file = path.join(process.cwd(), 'solution.js');
    const capture = (lookup) => { this.lookup = lookup; };
    run.call(this.module.exports, this.module.exports, createRequire(file), this.module, file,
      process.cwd(), capture);
  }

  get(name) {
    if (this.lookup && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
      try {
        return this.lookup(name);
      } catch (error) {
        if (error.name !== 'ReferenceError') throw error;
      }
    }
    const { exports } = this.module;
    if (exports !== null && exports !== undefined && exports[name] !== undefined) {
      return exports[name];
    }
    if (typeof exports === 'function') return exports;
    return globalThis[name];
  }
}

// Returns { get, error }: error = { stage, text, type } if the response cannot be loaded.
function load(source) {
  let run;
  try {
    run = compile(source);
  } catch (error) {
    return { error: describe('build', error) };
  }
  try {
    const loaded = new Loaded(run);
    return { get: (name) => loaded.get(name), error: null };
  } catch (error) {
    return { error: describe('load', error) };
  }
}

function describe(stage, error) {
  let text = '';
  let type = 'Error';
  try {
    type = String((error && error.name) || typeof error);
    text = String((error && error.stack) || error).slice(0, 8000);
  } catch {
    text = '(its message cannot be shown)';
  }
  return { stage, text, type };
}

const readSource = () => fs.readFileSync(path.join(process.cwd(), 'solution.js'), 'utf8');

module.exports = { load, readSource, describe };
