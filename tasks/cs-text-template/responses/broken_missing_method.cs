public class Template
{
    private readonly string text;

    public Template(string text) => this.text = text;

    public string Render(IReadOnlyDictionary<string, string> values)
    {
        foreach (var pair in values) text = text.Replace("{" + pair.Key + "}", pair.Value);
        return text;
    }
}
