// What an exception says to a reader: its message and the lines of the response it came through.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;

namespace Harness;

internal static class Faults
{
    const int MaxFrames = 12;

    /// The exception meant: not the wrapper that reflection or a static constructor adds.
    public static Exception Inner(Exception error)
    {
        while (error is TargetInvocationException or TypeInitializationException && error.InnerException is { } inner)
            error = inner;
        return error is AggregateException { InnerExceptions.Count: 1 } many ? Inner(many.InnerExceptions[0]) : error;
    }

    public static string Message(Exception error)
    {
        // Message is the response's own code: it may throw.
        try { return error.Message ?? ""; }
        catch (Exception) { return "(its message cannot be read)"; }
    }

    /// "System.FormatException: … at Solution.F(String) line 3", frames of ours left out.
    public static string Describe(Exception error)
    {
        string text = $"{error.GetType().FullName}: {Message(error)}";
        try { return text + string.Concat(Frames(error).Take(MaxFrames)); }
        catch (Exception) { return text; }
    }

    /// Whether a line of the tests itself threw it, which is how tests without a library fail.
    public static bool ThrownByTests(Exception error)
    {
        try { return new StackTrace(error, fNeedFileInfo: true).GetFrame(0)?.GetFileName() == "tests.cs"; }
        catch (Exception) { return false; }
    }

    static IEnumerable<string> Frames(Exception error)
    {
        foreach (var frame in new StackTrace(error, fNeedFileInfo: true).GetFrames())
        {
            var method = frame.GetMethod();
            if (method is null || method.Module.Assembly == typeof(Faults).Assembly) continue;
            if (method.DeclaringType?.FullName?.StartsWith("System.Reflection.") == true) continue;
            string types = string.Join(", ", method.GetParameters().Select(one => one.ParameterType.Name));
            string file = frame.GetFileName() == "tests.cs" ? " of the tests" : "";
            string line = frame.GetFileLineNumber() > 0 ? $" line {frame.GetFileLineNumber()}{file}" : "";
            yield return $"\n   at {method.DeclaringType?.Name}.{method.Name}({types}){line}";
        }
    }
}
