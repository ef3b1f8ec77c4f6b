#include <cmath>
#include <iostream>
#include <vector>

int main() {
    std::vector<double> v;
    double x;
    while (std::cin >> x) v.push_back(x);
    double mean = 0, var = 0;
    for (double a : v) mean += a / v.size();
    for (double a : v) var += (a - mean) * (a - mean) / v.size();
    std::cout.precision(12);
    std::cout << v.size() << " " << mean << " " << std::sqrt(var) << std::endl;
}
