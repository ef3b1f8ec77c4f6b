const [first, ...rest] = require('fs').readFileSync(0, 'utf8').split(/\r?\n/);
const width = Number(first);

function wrap(words) {
  const lines = [];
  let line = '';
  for (let word of words) {
    if (line && line.length + 1 + word.length <= width) {
      line += ' ' + word;
      continue;
    }
    if (line) lines.push(line);
    while (word.length > width) {
      lines.push(word.slice(0, width));
      word = word.slice(width);
    }
    line = word;
  }
  if (line) lines.push(line);
  return lines.join('\n');
}

const paragraphs = rest
  .map((line) => line.trim())
  .join('\n')
  .split(/\n{2,}/)
  .map((paragraph) => paragraph.split(/\s+/).filter(Boolean))
  .filter((words) => words.length);
console.log(paragraphs.map(wrap).join('\n\n'));
