from solution import LRUCache


def test_a_value_comes_back():
    cache = LRUCache(2)
    cache.put("a", 1)
    assert cache.get("a") == 1


def test_a_missing_key_gives_the_default():
    cache = LRUCache(2)
    assert cache.get("nope") is None
    assert cache.get("nope", 7) == 7
    assert len(cache) == 0


def test_the_least_recently_used_goes_first():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("c", 3)
    assert cache.get("a") is None
    assert cache.get("b") == 2
    assert cache.get("c") == 3


def test_get_counts_as_a_use():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert cache.get("a") == 1
    assert cache.get("b") is None


def test_overwriting_counts_as_a_use_and_evicts_nothing():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 10)
    assert len(cache) == 2
    cache.put("c", 3)
    assert cache.get("a") == 10
    assert cache.get("b") is None


def test_overwriting_the_newest_evicts_nothing():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("b", 3)
    assert cache.get("a") == 1
    assert cache.get("b") == 3


def test_membership_is_not_a_use():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert "a" in cache
    cache.put("c", 3)
    assert "a" not in cache


def test_a_stored_none_is_not_a_missing_key():
    cache = LRUCache(2)
    cache.put("a", None)
    assert cache.get("a", "default") is None
    assert "a" in cache


def test_two_caches_share_nothing():
    first, second = LRUCache(1), LRUCache(1)
    first.put("a", 1)
    assert "a" not in second


def test_capacity_must_be_positive():
    for capacity in (0, -3):
        try:
            LRUCache(capacity)
        except ValueError:
            continue
        raise AssertionError(f"capacity {capacity} was accepted")
