using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

public class Template
{
    private readonly string text;

    public Template(string text)
    {
        this.text = text ?? throw new ArgumentNullException(nameof(text));
        string rest = Regex.Replace(text.Replace("{{", "").Replace("}}", ""), @"\{\w+\}", "");
        if (rest.Contains('{') || rest.Contains('}')) throw new FormatException("unbalanced braces");
        Names = Regex.Matches(text.Replace("{{", ""), @"\{(\w+)\}").Select(m => m.Groups[1].Value).Distinct().ToList();
    }

    public IReadOnlyList<string> Names { get; }

    public string Render(IReadOnlyDictionary<string, string> values)
    {
        string result = text;
        foreach (var name in Names)
        {
            if (!values.TryGetValue(name, out var value)) throw new KeyNotFoundException($"no value for {name}");
            result = result.Replace("{" + name + "}", value);
        }
        return result.Replace("{{", "{").Replace("}}", "}");
    }

    public bool TryRender(IReadOnlyDictionary<string, string> values, out string result)
    {
        result = "";
        if (Names.Any(n => !values.ContainsKey(n))) return false;
        result = Render(values);
        return true;
    }
}
