using System.Collections.Generic;
using System.Globalization;
using System.Linq;

public static class Invoices
{
    public static Dictionary<string, decimal?> Totals(List<string> lines)
    {
        var totals = new Dictionary<string, decimal?>(System.StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Where(l => l.Trim() != ""))
        {
            var f = line.Split(';').Select(x => x.Trim()).ToArray();
            bool ok = int.TryParse(f[1], out int n) & double.TryParse(f[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double p);
            decimal? amount = ok ? (decimal)(n * p) : null;
            totals[f[0]] = totals.TryGetValue(f[0], out var old) ? old + amount : amount;
        }
        return totals;
    }
}
