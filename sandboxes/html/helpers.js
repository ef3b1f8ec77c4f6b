// What in-page tests expect around them: `assert`, `code` and `__helpers`. They run in the page's
// own world and share it with the response (trust: shared).
(() => {
  'use strict';
  const { apply } = Reflect;
  const AsyncFunction = (async () => {}).constructor;
  const normal = (text) => text.replace(/\s+/g, ' ').trim();

  // Rules of the sheet under test: the linked styles file, else the first style element.
  class CSSHelp {
    constructor(doc) { this.doc = doc; }
    getStyleSheet() {
      const linked = this.doc.querySelector("link[href*='styles']");
      if (linked?.sheet?.cssRules?.length) return linked.sheet;
      const injected = this.doc.querySelector('style.fcc-injected-styles');
      return (injected ?? this.doc.querySelector('style'))?.sheet ?? null;
    }
    styleSheetToCssRulesArray(sheet) { return sheet ? Array.from(sheet.cssRules) : []; }
    rules() { return this.styleSheetToCssRulesArray(this.getStyleSheet()); }
    styleRules() { return this.rules().filter((rule) => rule instanceof CSSStyleRule); }
    withHelp(style) {
      if (style && !style.getPropVal) {
        style.getPropVal = (name, strip = false) => {
          const value = style.getPropertyValue(name);
          return strip ? value.replace(/\s+/g, '') : value;
        };
      }
      return style ?? null;
    }
    getStyleDeclarations(selector) {
      return this.styleRules().filter((rule) => rule.selectorText === selector)
        .map((rule) => this.withHelp(rule.style));
    }
    getStyleDeclaration(selector) { return this.getStyle(selector); }
    getStyle(selector) {
      const found = this.styleRules().find((rule) => normal(rule.selectorText) === normal(selector));
      return this.withHelp(found?.style);
    }
    getStyleRule(selector) {
      const found = this.styleRules().find((rule) => rule.selectorText === selector);
      if (found) {
        found.isDeclaredAfter = (other) => {
          const names = this.styleRules().map((rule) => rule.selectorText);
          return names.indexOf(selector) > names.indexOf(other);
        };
      }
      return found ?? null;
    }
    isPropertyUsed(name) {
      return this.styleRules().some((rule) => rule.style.getPropertyValue(name) !== '');
    }
    getCSSRules(kind) {
      const types = { media: CSSMediaRule, fontface: CSSFontFaceRule, import: CSSImportRule,
                      keyframes: CSSKeyframesRule };
      const rules = this.rules();
      return kind in types ? rules.filter((rule) => rule instanceof types[kind]) : rules;
    }
    getRuleListsWithinMedia(text) {
      const squeeze = (value) => value.replace(/\s/g, '');
      const media = this.getCSSRules('media').find(
        (rule) => squeeze(rule.media.mediaText) === squeeze(text));
      return media ? Array.from(media.cssRules) : [];
    }
    getStyleFromRuleList(selector, list) {
      return list.find((rule) => rule.selectorText === selector)?.style ?? null;
    }
  }

  const helpers = {
    CSSHelp,
    removeCssComments: (text) => text.replace(/\/\*[\s\S]*?\*\//g, ''),
    removeHtmlComments: (text) => text.replace(/<!--[\s\S]*?-->/g, ''),
    removeJSComments: (text) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
    removeWhiteSpace: (text) => text.replace(/\s/g, ''),
  };
  const assert = window.chai.assert;
  const $ = window.jQuery;

  // What the script threw, as text; null when it did not. An async wrapper's own throw counts
  // even where the script does not wait for it.
  window.__harnessTest = async (script, code) => {
    const late = [];
    const onLate = (event) => { late.push(event.reason); event.preventDefault(); };
    addEventListener('unhandledrejection', onLate);
    try {
      // The value of the script's last expression may be a promise: eval gives it, return would not.
      const scope = new AsyncFunction('code', 'assert', '$', 'jQuery', '__helpers', 'script',
        'await eval(script);');
      await apply(scope, window, [code, assert, $, $, helpers, script]);
      await new Promise((resolve) => setTimeout(resolve, 0));
    } catch (error) {
      late.push(error);
    } finally {
      removeEventListener('unhandledrejection', onLate);
    }
    if (!late.length) return null;
    return String(late[0]?.message || late[0]) || 'threw';
  };
})();
