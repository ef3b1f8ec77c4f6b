#include <cassert>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

template <typename Error, typename Action>
static bool throws(Action action) {
    try {
        action();
    } catch (const Error&) {
        return true;
    } catch (...) {
    }
    return false;
}

int main() {
    RingBuffer<int> ring(3);
    assert(ring.empty() && !ring.full() && ring.size() == 0);
    ring.push(1);
    ring.push(2);
    assert(ring.size() == 2 && !ring.full());
    assert(ring.at(0) == 1 && ring.at(1) == 2);

    ring.push(3);
    assert(ring.full() && ring.size() == 3);
    ring.push(4);
    ring.push(5);
    assert(ring.full() && ring.size() == 3);
    assert(ring.at(0) == 3 && ring.at(1) == 4 && ring.at(2) == 5);

    assert(ring.pop() == 3);
    assert(ring.size() == 2 && !ring.full());
    ring.push(6);
    assert(ring.pop() == 4 && ring.pop() == 5 && ring.pop() == 6);
    assert(ring.empty());

    assert(throws<std::out_of_range>([&] { ring.pop(); }));
    assert(throws<std::out_of_range>([&] { ring.at(0); }));
    assert(throws<std::invalid_argument>([] { RingBuffer<int> none(0); }));
    ring.push(7);
    assert(throws<std::out_of_range>([&] { ring.at(1); }));
    assert(ring.pop() == 7);

    for (int i = 0; i < 100; ++i) {
        ring.push(i);
        assert(ring.at(ring.size() - 1) == i);
    }
    assert(ring.at(0) == 97);

    RingBuffer<std::string> one(1);
    one.push("a");
    one.push("b");
    assert(one.size() == 1 && one.at(0) == "b" && one.pop() == "b" && one.empty());

    RingBuffer<std::unique_ptr<int>> owners(2);
    owners.push(std::make_unique<int>(1));
    owners.push(std::make_unique<int>(2));
    owners.push(std::make_unique<int>(3));
    assert(*owners.at(0) == 2);
    assert(*owners.pop() == 2 && *owners.pop() == 3);
    return 0;
}
