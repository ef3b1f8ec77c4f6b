using System.Globalization;

var accounts = new Dictionary<string, decimal>();
string line;
while ((line = Console.ReadLine()) != null)
{
    var p = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    if (p.Length == 0) continue;
    try
    {
        switch (p[0])
        {
            case "open": if (!accounts.TryAdd(p[1], 0)) Console.WriteLine("exists"); break;
            case "balance": Console.WriteLine(Get(p[1]).ToString("F2", CultureInfo.InvariantCulture)); break;
            case "deposit": Get(p[1]); accounts[p[1]] += Amount(p[2]); break;
            case "withdraw": Take(p[1], p[2]); break;
            case "transfer": Take(p[1], p[3]); Get(p[2]); accounts[p[2]] += Amount(p[3]); break;
            default: Console.WriteLine("unknown command"); break;
        }
    }
    catch (InvalidOperationException e) { Console.WriteLine(e.Message); }
}

decimal Get(string name) => accounts.TryGetValue(name, out var v) ? v : throw new InvalidOperationException($"no account {name}");
decimal Amount(string s) => decimal.TryParse(s, NumberStyles.Number, CultureInfo.InvariantCulture, out var a) && a > 0 ? a : throw new InvalidOperationException("bad amount");
void Take(string name, string s)
{
    var held = Get(name);
    var amount = Amount(s);
    if (held < amount) throw new InvalidOperationException("insufficient");
    accounts[name] = held - amount;
}
