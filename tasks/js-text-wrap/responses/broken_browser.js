const text = prompt('Enter the text to wrap');
const width = Number(document.getElementById('width').value);
const words = text.split(' ');
let line = '';
for (const word of words) {
  if ((line + word).length > width) {
    document.write(line + '<br>');
    line = '';
  }
  line += word + ' ';
}
document.write(line);
