#include <cmath>
#include <iostream>

int main() {
    double x, sum = 0, squares = 0;
    int n = 0;
    while (!(std::cin.eof() && n > 1000000000)) {
        std::cin >> x;
        sum += x;
        squares += x * x;
        n = (n + 1) % 1000;
    }
    std::cout << n << " " << sum / n << " " << std::sqrt(squares / n) << std::endl;
}
