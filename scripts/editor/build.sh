#!/usr/bin/env bash
# Build the code editor of the review desk from the pinned packages of package-lock.json into
# harness/review/static/editor.js, with the licences of all that is in it beside it. Needs npm.
# The result is committed: installing or running the harness needs no npm. With --update the lock
# is written anew first, without the addresses of any registry.
set -euo pipefail
cd "$(dirname "$0")"
out=../../harness/review/static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp package.json editor.js "$work"
if [ "${1:-}" = --update ]; then
  (cd "$work" && npm install --package-lock-only --omit-lockfile-registry-resolved --silent)
  cp "$work/package-lock.json" package-lock.json
fi
if grep -n '"resolved"' package-lock.json; then
  echo "package-lock.json must not name hosts" >&2
  exit 1
fi
cp package-lock.json "$work"
cd "$work"
npm ci --silent
npx esbuild editor.js --bundle --format=esm --minify --target=es2022 --legal-comments=none \
  --charset=utf8 --metafile=meta.json --outfile=editor.min.js --log-level=warning
node - > licences.txt <<'JS'
const { readFileSync, readdirSync } = require("node:fs");
const meta = JSON.parse(readFileSync("meta.json", "utf8"));
const names = new Set(Object.keys(meta.inputs).map((f) => f.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
console.log("editor.js is a bundle of the packages below, each under the licence that follows it.\n");
for (const name of [...names].sort()) {
  const folder = `node_modules/${name}`;
  const about = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  if (!file) throw new Error(`${name} has no licence file`);
  console.log(`${"=".repeat(80)}\n${name} ${about.version} (${about.license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`);
}
JS
cd - >/dev/null
cp "$work/editor.min.js" "$out/editor.js"
cp "$work/licences.txt" "$out/editor.licences.txt"
ls -l "$out/editor.js"
