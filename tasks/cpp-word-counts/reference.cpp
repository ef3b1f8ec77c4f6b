#include <map>
#include <string>

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::map<std::string, int> word_counts(const std::string& text) {
    std::map<std::string, int> counts;
    std::string word;
    for (size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ' ';
        const bool joins = c == '\'' && !word.empty() && i + 1 < text.size() && is_word(text[i + 1]);
        if (is_word(c) || joins) {
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!word.empty()) {
            ++counts[word];
            word.clear();
        }
    }
    return counts;
}
