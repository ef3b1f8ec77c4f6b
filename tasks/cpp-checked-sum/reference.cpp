#include <limits>
#include <optional>
#include <vector>

std::optional<long long> checked_sum(const std::vector<long long>& values) {
    __int128 total = 0;
    for (long long value : values) total += value;
    if (total > std::numeric_limits<long long>::max()) return std::nullopt;
    if (total < std::numeric_limits<long long>::min()) return std::nullopt;
    return static_cast<long long>(total);
}
