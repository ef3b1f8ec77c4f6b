#include <cctype>
#include <map>
#include <string>

std::map<std::string, int> word_counts(const std::string& text) {
    std::map<std::string, int> counts;
    std::string current;
    for (size_t i = 0; i < text.size(); i++) {
        unsigned char c = text[i];
        bool inner = c == '\'' && !current.empty() && i + 1 < text.size() && isalnum((unsigned char)text[i + 1]);
        if (isalnum(c) || inner) {
            current += (char)tolower(c);
        } else {
            if (!current.empty()) counts[current]++;
            current = "";
        }
    }
    return counts;
}
