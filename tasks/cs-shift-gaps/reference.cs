public static class Planner
{
    public static List<(int Start, int End)> FreeSlots(List<(int Start, int End)> shifts, int open, int close)
    {
        var free = new List<(int Start, int End)>();
        int at = open;
        foreach (var (start, end) in shifts.Where(one => one.Start < one.End).OrderBy(one => one.Start))
        {
            if (start > at && at < close) free.Add((at, Math.Min(start, close)));
            at = Math.Max(at, end);
        }
        if (at < close) free.Add((at, close));
        return free;
    }
}
