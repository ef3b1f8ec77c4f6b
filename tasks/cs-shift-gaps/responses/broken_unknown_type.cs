public static class Planner
{
    public static List<Slot> FreeSlots(List<Slot> shifts, int open, int close)
    {
        return shifts.Select(s => new Slot(s.End, close)).ToList();
    }
}
