using System;

public sealed class SemVersion : IComparable<SemVersion>, IEquatable<SemVersion>
{
    public int Major { get; set; }
    public int Minor { get; set; }
    public int Patch { get; set; }
    public string PreRelease { get; set; } = "";
    public string Build { get; set; } = "";

    public static SemVersion Parse(string text)
    {
        if (text is null) throw new ArgumentNullException(nameof(text));
        var result = new SemVersion();
        var plus = text.Split('+', 2);
        if (plus.Length == 2) result.Build = plus[1];
        var dash = plus[0].Split('-', 2);
        if (dash.Length == 2) result.PreRelease = dash[1];
        var n = dash[0].Split('.');
        if (n.Length != 3) throw new FormatException();
        result.Major = int.Parse(n[0]);
        result.Minor = int.Parse(n[1]);
        result.Patch = int.Parse(n[2]);
        return result;
    }

    public int CompareTo(SemVersion other)
    {
        if (other is null) return 1;
        var numbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (numbers != 0) return numbers;
        if (PreRelease == other.PreRelease) return 0;
        if (PreRelease == "") return 1;
        if (other.PreRelease == "") return -1;
        return string.CompareOrdinal(PreRelease, other.PreRelease);
    }

    public bool Equals(SemVersion other) => other is not null && CompareTo(other) == 0;
    public override bool Equals(object obj) => Equals(obj as SemVersion);
    public override int GetHashCode() => (Major, Minor, Patch, PreRelease).GetHashCode();
    public static bool operator ==(SemVersion a, SemVersion b) => a is null ? b is null : a.Equals(b);
    public static bool operator !=(SemVersion a, SemVersion b) => !(a == b);
    public static bool operator <(SemVersion a, SemVersion b) => a.CompareTo(b) < 0;
    public static bool operator >(SemVersion a, SemVersion b) => a.CompareTo(b) > 0;
    public override string ToString() => $"{Major}.{Minor}.{Patch}" + (PreRelease != "" ? $"-{PreRelease}" : "") + (Build != "" ? $"+{Build}" : "");
}
