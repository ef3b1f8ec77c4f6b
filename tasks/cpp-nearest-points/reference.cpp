#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

using Point = std::pair<double, double>;

Point nearest_centre(std::vector<Point> points, int k) {
    std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
        return a.first * a.first + a.second * a.second < b.first * b.first + b.second * b.second;
    });
    const size_t count = std::min(points.size(), static_cast<size_t>(std::max(k, 0)));
    Point sum{0, 0};
    for (size_t i = 0; i < count; ++i) {
        sum.first += points[i].first;
        sum.second += points[i].second;
    }
    if (count == 0) return sum;
    return {sum.first / count, sum.second / count};
}
