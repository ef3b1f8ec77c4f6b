// What ESLint itself recommends, for plain scripts with the names that Node and browsers know.
import js from "@eslint/js";

const names = [
  "console", "require", "module", "exports", "process", "Buffer", "setTimeout", "clearTimeout",
  "setInterval", "clearInterval", "setImmediate", "queueMicrotask", "structuredClone", "URL",
  "URLSearchParams", "TextEncoder", "TextDecoder", "fetch", "performance", "crypto", "global",
  "window", "document", "alert", "prompt", "navigator", "localStorage",
];

export default [
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: "latest",
      sourceType: "script",
      globals: Object.fromEntries(names.map((name) => [name, "readonly"])),
    },
    // The function a task asks for is called from elsewhere.
    rules: { "no-unused-vars": ["error", { vars: "local" }] },
    linterOptions: { reportUnusedDisableDirectives: "off" },
  },
];
