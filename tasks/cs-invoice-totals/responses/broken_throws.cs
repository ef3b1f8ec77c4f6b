public static class Invoices
{
    public static Dictionary<string, decimal?> Totals(List<string> lines)
    {
        return lines.Select(l => l.Split(';'))
            .GroupBy(f => f[0])
            .ToDictionary(g => g.Key, g => (decimal?)g.Sum(f => int.Parse(f[1]) * decimal.Parse(f[2])));
    }
}
