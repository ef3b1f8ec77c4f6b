using System;
using System.Collections.Generic;
using System.Linq;

public static class SemVersionTests
{
    static void Check(bool holds, string what)
    {
        if (!holds) throw new Exception("failed: " + what);
    }

    static bool Throws<T>(Action action) where T : Exception
    {
        try { action(); }
        catch (T) { return true; }
        return false;
    }

    public static void Main()
    {
        var one = SemVersion.Parse("1.20.3-beta.2+build.7");
        Check(one.Major == 1 && one.Minor == 20 && one.Patch == 3, "numbers");
        Check(one.PreRelease == "beta.2" && one.Build == "build.7", "labels");
        Check(one.ToString() == "1.20.3-beta.2+build.7", "text");
        var plain = SemVersion.Parse("0.0.4");
        Check(plain.PreRelease == "" && plain.Build == "" && plain.ToString() == "0.0.4", "plain");

        string[] ordered = [
            "0.9.10", "1.0.0-0", "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
            "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
        ];
        var versions = ordered.Select(SemVersion.Parse).ToList();
        for (int i = 0; i < versions.Count; i++)
            for (int j = 0; j < versions.Count; j++)
            {
                Check(Math.Sign(versions[i].CompareTo(versions[j])) == i.CompareTo(j), $"{ordered[i]} and {ordered[j]}");
                Check(versions[i] < versions[j] == i < j && versions[i] > versions[j] == i > j, "operators");
                Check((versions[i] == versions[j]) == (i == j), "equality");
            }
        Check(Enumerable.Reverse(versions).Order().SequenceEqual(versions), "sorting");

        var (left, right) = (SemVersion.Parse("1.0.0+a"), SemVersion.Parse("1.0.0+b"));
        Check(left == right && left.CompareTo(right) == 0 && left.Equals((object)right), "build does not count");
        Check(left.GetHashCode() == right.GetHashCode(), "hash");
        Check(new HashSet<SemVersion> { left, right }.Count == 1, "set");
        Check(left.CompareTo(null) > 0 && !left.Equals(null) && left != null, "null");

        string[] bad = ["", "1", "1.2", "1.2.3.4", "01.2.3", "1.02.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "v1.2.3", "1.2.x", "1.-2.3", " 1.2.3", "1.2.3\n"];
        foreach (string text in bad) Check(Throws<FormatException>(() => SemVersion.Parse(text)), $"'{text}' is no version");
        Check(Throws<ArgumentNullException>(() => SemVersion.Parse(null)), "null is no version");
        Check(SemVersion.Parse("1.2.3-0a.-").PreRelease == "0a.-", "hyphens and letters");
    }
}
