using System.Text;

public sealed class Template
{
    readonly List<(bool IsName, string Text)> parts = [];

    public Template(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var literal = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool doubled = i + 1 < text.Length && text[i + 1] == c;
            if (c is not ('{' or '}')) literal.Append(c);
            else if (doubled) literal.Append(text[i++]);
            else if (c == '}') throw new FormatException($"a single }} at {i}");
            else i = Name(text, i, literal);
        }
        parts.Add((false, literal.ToString()));
    }

    int Name(string text, int start, StringBuilder literal)
    {
        int end = text.IndexOf('}', start);
        string name = end < 0 ? "" : text[(start + 1)..end];
        if (name == "" || !name.All(c => char.IsLetterOrDigit(c) || c == '_'))
            throw new FormatException($"no name at {start}");
        parts.Add((false, literal.ToString()));
        parts.Add((true, name));
        literal.Clear();
        return end;
    }

    public IReadOnlyList<string> Names => parts.Where(one => one.IsName).Select(one => one.Text).Distinct().ToList();

    public string Render(IReadOnlyDictionary<string, string> values)
    {
        var result = new StringBuilder();
        foreach (var (isName, text) in parts)
            result.Append(!isName ? text : values.TryGetValue(text, out var value)
                ? value : throw new KeyNotFoundException($"no value for {text}"));
        return result.ToString();
    }

    public bool TryRender(IReadOnlyDictionary<string, string> values, out string result)
    {
        bool complete = Names.All(values.ContainsKey);
        result = complete ? Render(values) : "";
        return complete;
    }
}
