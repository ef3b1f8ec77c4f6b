#include <string>

static bool in_set(const std::string& pattern, size_t& p, char c) {
    bool negated = pattern[++p] == '!';
    if (negated) ++p;
    bool found = false;
    for (; pattern[p] != ']'; ++p) {
        if (pattern[p + 1] == '-' && pattern[p + 2] != ']') {
            found = found || (pattern[p] <= c && c <= pattern[p + 2]);
            p += 2;
        } else {
            found = found || pattern[p] == c;
        }
    }
    ++p;
    return found != negated;
}

bool glob_match(const std::string& pattern, const std::string& name) {
    size_t p = 0, n = 0, star = std::string::npos, mark = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            mark = n;
            continue;
        }
        bool one = false;
        if (p < pattern.size() && pattern[p] == '[') {
            one = in_set(pattern, p, name[n]);
        } else if (p < pattern.size()) {
            one = pattern[p] == '?' || pattern[p] == name[n];
            ++p;
        }
        if (one) {
            ++n;
        } else if (star != std::string::npos) {
            p = star;
            n = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}
