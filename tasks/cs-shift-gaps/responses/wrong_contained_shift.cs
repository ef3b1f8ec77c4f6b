using System.Collections.Generic;
using System.Linq;

public static class Planner
{
    public static List<(int Start, int End)> FreeSlots(List<(int Start, int End)> shifts, int open, int close)
    {
        var free = new List<(int Start, int End)>();
        int at = open;
        foreach (var (start, end) in shifts.OrderBy(one => one.Start))
        {
            if (start > at) free.Add((at, start));
            at = end;
        }
        if (at < close) free.Add((at, close));
        return free;
    }
}
