#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

template <typename T>
class RingBuffer {
public:
    explicit RingBuffer(std::size_t capacity) : items_(capacity) {
        if (capacity == 0) throw std::invalid_argument("capacity must not be 0");
    }

    void push(T value) {
        items_[(first_ + size_) % items_.size()] = std::move(value);
        if (full())
            first_ = (first_ + 1) % items_.size();
        else
            ++size_;
    }

    T pop() {
        if (empty()) throw std::out_of_range("empty");
        T value = std::move(items_[first_]);
        first_ = (first_ + 1) % items_.size();
        --size_;
        return value;
    }

    const T& at(std::size_t i) const {
        if (i >= size_) throw std::out_of_range("no such item");
        return items_[(first_ + i) % items_.size()];
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    bool full() const { return size_ == items_.size(); }

private:
    std::vector<T> items_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};
