#include <algorithm>
#include <climits>
#include <optional>
#include <vector>

// Positive and negative values in turn keep the running sum in range whenever that is possible.
std::optional<long long> checked_sum(const std::vector<long long>& values) {
    std::vector<long long> plus, minus;
    for (long long v : values) (v >= 0 ? plus : minus).push_back(v);
    long long sum = 0;
    while (!plus.empty() || !minus.empty()) {
        bool take_plus = !plus.empty() && (sum < 0 || minus.empty());
        std::vector<long long>& from = take_plus || minus.empty() ? plus : minus;
        long long v = from.back();
        from.pop_back();
        if (v > 0 && sum > LLONG_MAX - v) return std::nullopt;
        if (v < 0 && sum < LLONG_MIN - v) return std::nullopt;
        sum += v;
    }
    return sum;
}
