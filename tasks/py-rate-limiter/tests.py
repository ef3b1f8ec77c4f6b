def check(candidate):
    limiter = candidate(2, 10)
    assert limiter.allow("ann", 0) is True
    assert limiter.allow("ann", 1) is True
    assert limiter.allow("ann", 2) is False

    # Another user has a count of their own.
    assert limiter.allow("bob", 2) is True

    # The first request stops counting exactly one window later.
    assert limiter.allow("ann", 9.999) is False
    assert limiter.allow("ann", 10) is True
    assert limiter.allow("ann", 10.5) is False
    assert limiter.allow("ann", 11) is True

    # Refused requests do not count.
    limiter = candidate(1, 5)
    assert limiter.allow("ann", 0) is True
    for now in (1, 2, 3, 4):
        assert limiter.allow("ann", now) is False
    assert limiter.allow("ann", 5) is True

    # The window slides: it does not begin anew at multiples of its length.
    limiter = candidate(2, 10)
    assert limiter.allow("ann", 8) is True
    assert limiter.allow("ann", 9) is True
    assert limiter.allow("ann", 12) is False
    assert limiter.allow("ann", 18) is True
    assert limiter.allow("ann", 18) is False

    # A limit of nothing allows nothing, and limiters share nothing.
    assert candidate(0, 10).allow("ann", 0) is False
    assert candidate(1, 10).allow("ann", 0) is True
