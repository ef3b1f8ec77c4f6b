# Proves the finished image works; each line printed becomes a label.
cd /tmp
node -e '
const assert = require("assert");
assert.strictEqual(require("lodash").sum([1, 2]), 3);
assert.strictEqual(require("js-md5")("").length, 32);
console.log("node=" + process.versions.node);
console.log("lodash=" + require("lodash/package.json").version);
console.log("js-md5=" + require("js-md5/package.json").version);
'
