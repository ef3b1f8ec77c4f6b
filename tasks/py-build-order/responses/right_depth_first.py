def build_order(needs):
    order, state = [], {}

    def visit(name):
        if state.get(name) == "done":
            return True
        if state.get(name) == "open":
            return False
        state[name] = "open"
        if not all(visit(other) for other in needs.get(name, [])):
            return False
        state[name] = "done"
        order.append(name)
        return True

    # Start from the names in reverse alphabet: any order of starting is fine.
    for name in sorted(needs, reverse=True):
        if not visit(name):
            return None
    return order
