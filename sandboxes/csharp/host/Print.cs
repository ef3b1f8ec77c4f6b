// How values are shown in messages.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;

namespace Harness;

internal static class Print
{
    const int MaxItems = 40, MaxText = 1500, MaxDepth = 4;

    public static string Show(object value) => Show(value, 0);

    static string Show(object value, int depth)
    {
        string text = value switch
        {
            null => "null",
            string one => $"\"{Cut(one)}\"",
            char one => $"'{one}'",
            bool one => one ? "true" : "false",
            double one => one.ToString("R", CultureInfo.InvariantCulture),
            float one => one.ToString("R", CultureInfo.InvariantCulture),
            decimal one => one.ToString(CultureInfo.InvariantCulture),
            Type one => one.FullName ?? one.Name,
            ITuple one => "(" + string.Join(", ", Enumerable.Range(0, one.Length).Select(i => Show(one[i], depth + 1))) + ")",
            IDictionary one => "{" + Join(one.Cast<object>().Select(Pair), depth) + "}",
            IEnumerable one => "[" + Join(one.Cast<object>(), depth) + "]",
            _ => value.ToString() ?? "",
        };
        return Cut(text);
    }

    static object Pair(object entry) => entry is DictionaryEntry one ? $"{one.Key}: {one.Value}" : entry;

    static string Join(IEnumerable<object> items, int depth)
    {
        if (depth > MaxDepth) return "…";
        var shown = items.Take(MaxItems + 1).Select(one => Show(one, depth + 1)).ToList();
        if (shown.Count > MaxItems) shown[MaxItems] = "…";
        return string.Join(", ", shown);
    }

    static string Cut(string text) => text.Length > MaxText ? text[..MaxText] + "…" : text;
}
