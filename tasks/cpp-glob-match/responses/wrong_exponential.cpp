#include <string>

static bool match(const char* p, const char* s) {
    if (*p == '\0') return *s == '\0';
    if (*p == '*') return match(p + 1, s) || (*s != '\0' && match(p, s + 1));
    if (*s == '\0') return false;
    if (*p == '[') {
        ++p;
        bool negated = *p == '!';
        if (negated) ++p;
        bool found = false;
        while (*p != ']') {
            if (p[1] == '-' && p[2] != ']') {
                if (*p <= *s && *s <= p[2]) found = true;
                p += 3;
            } else {
                if (*p == *s) found = true;
                ++p;
            }
        }
        return found != negated && match(p + 1, s + 1);
    }
    return (*p == '?' || *p == *s) && match(p + 1, s + 1);
}

bool glob_match(const std::string& pattern, const std::string& name) {
    return match(pattern.c_str(), name.c_str());
}
