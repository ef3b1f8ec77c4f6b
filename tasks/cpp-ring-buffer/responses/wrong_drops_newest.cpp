#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

template <typename T>
class RingBuffer {
public:
    explicit RingBuffer(std::size_t capacity) : data(capacity), head(0), count(0) {
        if (capacity == 0) throw std::invalid_argument("capacity");
    }
    void push(T value) {
        if (full()) return;
        data[(head + count) % data.size()] = std::move(value);
        ++count;
    }
    T pop() {
        if (empty()) throw std::out_of_range("empty");
        T value = std::move(data[head]);
        head = (head + 1) % data.size();
        --count;
        return value;
    }
    const T& at(std::size_t i) const {
        if (i >= count) throw std::out_of_range("index");
        return data[(head + i) % data.size()];
    }
    std::size_t size() const { return count; }
    bool empty() const { return count == 0; }
    bool full() const { return count == data.size(); }

private:
    std::vector<T> data;
    std::size_t head, count;
};
