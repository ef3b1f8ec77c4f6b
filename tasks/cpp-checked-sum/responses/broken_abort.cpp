#include <cassert>
#include <climits>
#include <optional>
#include <vector>

std::optional<long long> checked_sum(const std::vector<long long>& values) {
    assert(!values.empty());
    long long sum = values.front();
    for (size_t i = 1; i < values.size(); ++i) {
        assert(values[i] <= 0 || sum <= LLONG_MAX - values[i]);
        assert(values[i] >= 0 || sum >= LLONG_MIN - values[i]);
        sum += values[i];
    }
    return sum;
}
