#include <functional>
#include <iostream>
#include <queue>
#include <utility>
#include <vector>

int main() {
    int towns, roads, start;
    std::cin >> towns >> roads >> start;
    std::vector<std::vector<std::pair<int, long long>>> next(towns + 1);
    while (roads--) {
        int from, to;
        long long cost;
        std::cin >> from >> to >> cost;
        next[from].push_back({to, cost});
    }
    std::vector<long long> best(towns + 1, -1);
    using State = std::pair<long long, int>;
    std::priority_queue<State, std::vector<State>, std::greater<State>> open;
    open.push({0, start});
    while (!open.empty()) {
        auto [cost, town] = open.top();
        open.pop();
        if (best[town] >= 0) continue;
        best[town] = cost;
        for (auto [to, extra] : next[town]) open.push({cost + extra, to});
    }
    for (int town = 1; town <= towns; ++town) std::cout << best[town] << ' ';
    std::cout << '\n';
}
