#include <stdexcept>
#include <vector>

class RingBuffer {
public:
    explicit RingBuffer(int capacity) : capacity(capacity) {}
    void push(int value) { items.push_back(value); }
    int pop() {
        int value = items.front();
        items.erase(items.begin());
        return value;
    }

private:
    int capacity;
    std::vector<int> items;
};
