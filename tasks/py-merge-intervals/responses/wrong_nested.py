def merge_slots(slots):
    """Merge overlapping or touching slots."""
    ordered = sorted(slot for slot in slots if slot[0] < slot[1])
    if not ordered:
        return []
    merged = [list(ordered[0])]
    for start, end in ordered[1:]:
        if start <= merged[-1][1]:
            merged[-1][1] = end
        else:
            merged.append([start, end])
    return merged
