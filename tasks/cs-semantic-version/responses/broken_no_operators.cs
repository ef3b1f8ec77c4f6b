public class SemVersion : IComparable<SemVersion>
{
    public int Major, Minor, Patch;

    public static SemVersion Parse(string text)
    {
        var n = text.Split('.');
        return new SemVersion { Major = int.Parse(n[0]), Minor = int.Parse(n[1]), Patch = int.Parse(n[2]) };
    }

    public int CompareTo(SemVersion other) => Major - other.Major;
}
