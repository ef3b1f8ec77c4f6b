#include <map>
#include <string>

std::map<std::string, int> word_counts(const std::string& text) {
    std::map<std::string, int> counts;
    const std::string word;
    for (char c : text) {
        if (c == ' ') {
            counts[word]++;
            word.clear();
        } else {
            word += tolower(c);
        }
    }
    return counts;
}
