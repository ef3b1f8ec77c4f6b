#include <cmath>
#include <iomanip>
#include <iostream>

int main() {
    long count = 0;
    double mean = 0, squares = 0, value;
    while (std::cin >> value) {
        ++count;
        const double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
    }
    const double deviation = count > 1 ? std::sqrt(squares / (count - 1)) : 0;
    std::cout << std::setprecision(12) << count << ' ' << mean << ' ' << deviation << '\n';
}
