#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

std::pair<double, double> nearest_centre(std::vector<std::pair<double, double>> points, int k) {
    auto distance = [](const std::pair<double, double>& p) {
        return abs((int)p.first) + abs((int)p.second);
    };
    std::stable_sort(points.begin(), points.end(),
                     [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
    int n = std::min<int>(k, points.size());
    if (n <= 0) return {0, 0};
    double x = 0, y = 0;
    for (int i = 0; i < n; i++) {
        x += points[i].first;
        y += points[i].second;
    }
    return {x / n, y / n};
}
