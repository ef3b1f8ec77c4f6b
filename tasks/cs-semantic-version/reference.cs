using System;
using System.Linq;
using System.Text.RegularExpressions;

public sealed class SemVersion : IComparable<SemVersion>, IEquatable<SemVersion>
{
    static readonly Regex Pattern = new(
        @"\A(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?\z");

    public int Major { get; private init; }
    public int Minor { get; private init; }
    public int Patch { get; private init; }
    public string PreRelease { get; private init; } = "";
    public string Build { get; private init; } = "";

    public static SemVersion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Pattern.Match(text);
        if (!match.Success || match.Groups[4].Value.Split('.').Any(BadNumber))
            throw new FormatException($"not a version: {text}");
        int Number(int group) => int.TryParse(match.Groups[group].Value, out int value)
            ? value : throw new FormatException($"not a version: {text}");
        return new SemVersion
        {
            Major = Number(1), Minor = Number(2), Patch = Number(3),
            PreRelease = match.Groups[4].Value, Build = match.Groups[5].Value,
        };
    }

    static bool IsNumber(string one) => one.Length > 0 && one.All(char.IsAsciiDigit);

    static bool BadNumber(string one) => IsNumber(one) && one.Length > 1 && one[0] == '0';

    public int CompareTo(SemVersion? other)
    {
        if (other is null) return 1;
        int order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0) return order;
        if (PreRelease == "" || other.PreRelease == "")
            return (PreRelease == "").CompareTo(other.PreRelease == "");
        string[] left = PreRelease.Split('.'), right = other.PreRelease.Split('.');
        foreach (var (one, two) in left.Zip(right))
            if (Compare(one, two) is var found && found != 0) return found;
        return left.Length.CompareTo(right.Length);
    }

    static int Compare(string one, string two)
    {
        if (IsNumber(one) != IsNumber(two)) return IsNumber(one) ? -1 : 1;
        if (IsNumber(one) && one.Length != two.Length) return one.Length.CompareTo(two.Length);
        return string.CompareOrdinal(one, two);
    }

    public bool Equals(SemVersion? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? other) => Equals(other as SemVersion);

    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch, PreRelease);

    public static bool operator ==(SemVersion? left, SemVersion? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(SemVersion? left, SemVersion? right) => !(left == right);

    public static bool operator <(SemVersion left, SemVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(SemVersion left, SemVersion right) => left.CompareTo(right) > 0;

    public override string ToString() =>
        $"{Major}.{Minor}.{Patch}" + (PreRelease == "" ? "" : "-" + PreRelease) + (Build == "" ? "" : "+" + Build);
}
