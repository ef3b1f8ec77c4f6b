using System.Globalization;

public static class Invoices
{
    public static Dictionary<string, decimal?> Totals(List<string> lines)
    {
        var totals = new Dictionary<string, decimal?>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Where(one => !string.IsNullOrWhiteSpace(one)))
        {
            string[] fields = line.Split(';').Select(one => one.Trim()).ToArray();
            decimal? amount = Amount(fields);
            totals[fields[0]] = totals.TryGetValue(fields[0], out var before) ? before + amount : amount;
        }
        return totals;
    }

    static decimal? Amount(string[] fields) =>
        fields.Length == 3
        && int.TryParse(fields[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int quantity)
        && decimal.TryParse(fields[2], NumberStyles.Number, CultureInfo.InvariantCulture, out decimal price)
            ? quantity * price : null;
}
