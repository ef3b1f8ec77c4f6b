using System.Globalization;

var accounts = new Dictionary<string, decimal>();
while (Console.ReadLine() is { } line)
{
    string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    if (words.Length == 0) continue;
    if (Run(words) is { } said) Console.WriteLine(said);
}

string? Run(string[] words) => words switch
{
    ["open", var name] => accounts.TryAdd(name, 0) ? null : "exists",
    ["balance", var name] => Missing(name) ?? accounts[name].ToString("F2", CultureInfo.InvariantCulture),
    ["deposit", var name, var text] => Missing(name) ?? Move(null, name, text),
    ["withdraw", var name, var text] => Missing(name) ?? Move(name, null, text),
    ["transfer", var from, var to, var text] => Missing(from) ?? Missing(to) ?? Move(from, to, text),
    _ => "unknown command",
};

string? Missing(string name) => accounts.ContainsKey(name) ? null : $"no account {name}";

string? Move(string? from, string? to, string text)
{
    if (!decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal amount) || amount <= 0)
        return "bad amount";
    if (from is not null && accounts[from] < amount) return "insufficient";
    if (from is not null) accounts[from] -= amount;
    if (to is not null) accounts[to] += amount;
    return null;
}
