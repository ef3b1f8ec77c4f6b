#include <vector>

std::vector<int> spiral(const std::vector<std::vector<int>>& matrix) {
    std::vector<int> result;
    if (matrix.empty()) return result;
    int top = 0, bottom = static_cast<int>(matrix.size()) - 1;
    int left = 0, right = static_cast<int>(matrix[0].size()) - 1;
    while (top <= bottom && left <= right) {
        for (int c = left; c <= right; ++c) result.push_back(matrix[top][c]);
        for (int r = top + 1; r <= bottom; ++r) result.push_back(matrix[r][right]);
        if (top < bottom)
            for (int c = right - 1; c >= left; --c) result.push_back(matrix[bottom][c]);
        if (left < right)
            for (int r = bottom - 1; r > top; --r) result.push_back(matrix[r][left]);
        ++top, --bottom, ++left, --right;
    }
    return result;
}
