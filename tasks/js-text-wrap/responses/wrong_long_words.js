const lines = require('fs').readFileSync('/dev/stdin', 'utf8').split(/\r?\n/);
const width = parseInt(lines.shift(), 10);

const paragraphs = lines.map((l) => l.trim()).join('\n').split(/\n\n+/);
const output = [];
for (const paragraph of paragraphs) {
  const words = paragraph.split(/\s+/).filter((w) => w !== '');
  if (words.length === 0) continue;
  const result = [];
  let line = words[0];
  for (const word of words.slice(1)) {
    if ((line + ' ' + word).length <= width) line += ' ' + word;
    else { result.push(line); line = word; }
  }
  result.push(line);
  output.push(result.join('\n'));
}
console.log(output.join('\n\n'));
