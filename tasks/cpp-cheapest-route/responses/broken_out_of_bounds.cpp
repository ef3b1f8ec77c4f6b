#include <iostream>
#include <stdexcept>
#include <vector>

int main() {
    int n, m, s;
    std::cin >> n >> m >> s;
    std::vector<std::vector<long long>> cost(n, std::vector<long long>(n, 1LL << 60));
    for (int i = 0; i < m; i++) {
        int a, b;
        long long c;
        std::cin >> a >> b >> c;
        cost.at(a).at(b) = std::min(cost.at(a).at(b), c);
    }
    for (int k = 0; k < n; k++)
        for (int j = 0; j < n; j++)
            cost.at(s).at(j) = std::min(cost.at(s).at(j), cost.at(s).at(k) + cost.at(k).at(j));
    for (int j = 1; j <= n; j++) std::cout << cost.at(s).at(j) << " ";
}
