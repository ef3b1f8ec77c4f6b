#include <string>
#include <stdexcept>

bool glob_match(const std::string& pattern, const std::string& name) {
    if (pattern.at(0) == '*') {
        return glob_match(pattern.substr(1), name) || glob_match(pattern, name.substr(1));
    }
    return pattern.at(0) == name.at(0) && glob_match(pattern.substr(1), name.substr(1));
}
