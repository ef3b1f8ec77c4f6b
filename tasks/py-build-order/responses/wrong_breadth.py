def build_order(needs):
    order = []
    names = list(needs) + [n for wanted in needs.values() for n in wanted]

    def reaches(start, goal, seen):
        for other in needs.get(start, []):
            if other == goal:
                return True
            if other not in seen and reaches(other, goal, seen | {other}):
                return True
        return False

    if any(reaches(name, name, set()) for name in names):
        return None
    for name in names:
        for other in needs.get(name, []):
            if other not in order:
                order.append(other)
        if name not in order:
            order.append(name)
    return order
