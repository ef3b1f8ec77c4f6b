#include <limits>
#include <numeric>
#include <optional>
#include <vector>

std::optional<long long> checked_sum(const std::vector<long long>& values) {
    double total = std::accumulate(values.begin(), values.end(), 0.0);
    if (total > static_cast<double>(std::numeric_limits<long long>::max())) return std::nullopt;
    if (total < static_cast<double>(std::numeric_limits<long long>::min())) return std::nullopt;
    unsigned long long sum = 0;
    for (long long v : values) sum += static_cast<unsigned long long>(v);
    return static_cast<long long>(sum);
}
