#include <cmath>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <numeric>
#include <vector>

int main() {
    std::vector<double> values{std::istream_iterator<double>(std::cin), {}};
    const size_t n = values.size();
    if (n == 0) {
        std::puts("0 0 0");
        return 0;
    }
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (double v : values) squares += (v - mean) * (v - mean);
    std::printf("%zu %.12g %.12g\n", n, mean, n > 1 ? std::sqrt(squares / (n - 1)) : 0.0);
}
