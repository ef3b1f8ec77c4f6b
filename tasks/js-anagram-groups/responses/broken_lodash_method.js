const _ = require('lodash');

function groupAnagrams(words) {
  return _.values(_.groupByKey(words, (word) => _.sortBy(word.toLowerCase()).join('')));
}

module.exports = groupAnagrams;
