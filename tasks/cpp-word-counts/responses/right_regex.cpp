#include <map>
#include <regex>
#include <string>

std::map<std::string, int> word_counts(const std::string& text) {
    static const std::regex word("[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*");
    std::map<std::string, int> counts;
    for (std::sregex_iterator it(text.begin(), text.end(), word), end; it != end; ++it) {
        std::string found = it->str();
        for (char& c : found)
            if (c >= 'A' && c <= 'Z') c |= 0x20;
        counts[found] += 1;
    }
    return counts;
}
