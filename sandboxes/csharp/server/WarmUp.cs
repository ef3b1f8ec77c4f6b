// Compiles one request of each kind, so that the first response does not pay for the compiler's
// own start.
internal static class WarmUp
{
    const string Response = """
        using System.Text;
        using System.Text.RegularExpressions;

        public record Point(int X, int Y);

        public class Solution
        {
            private readonly Dictionary<string, List<int>> seen = new();

            public static int Sum(IEnumerable<int> values)
            {
                var total = 0;
                foreach (var one in values.Where(x => x > 0).Select(x => x * 2)) total += one;
                for (int i = 0; i < 3; i++) { if (i % 2 == 0) continue; total += i; }
                var text = new StringBuilder($"{total:N2}").Append('x').ToString();
                int[] more = [1, 2, .. values];
                return total switch { < 0 => throw new ArgumentException("no"), 0 => text.Length, _ => total + more.Length };
            }

            public async Task<(int, string)> Pair(string a, int? b = null)
            {
                await Task.Yield();
                try { return (Regex.Matches(a ?? "", "x").Count + (b ?? 0), a); }
                catch (FormatException error) when (error.Message != "") { return (0, null); }
                finally { seen["a"] = a.Split(' ').GroupBy(w => w.Length).Select(g => g.Count()).ToList(); }
            }
        }
        """;

    const string Facts = """
        public class SolutionTests
        {
            [Fact]
            public void Sums() => Assert.Equal(5, Solution.Sum(new[] { 1 }));
        }
        """;

    const string Main = """
        public class Tests { public static void Main() { if (Solution.Sum(new[] { 1 }) != 5) throw new Exception("x"); } }
        """;

    public static void Run(Compiler compiler)
    {
        for (int round = 0; round < 3; round++)
        {
            compiler.Build(Of("facts", Response, Facts));
            compiler.Build(Of("main", Response, Main));
            compiler.Build(Of("call", Response, "") with { Parameters = ["int[]"], Returns = "int" });
            compiler.Build(Of("program", "Console.WriteLine(Undefined);\n" + Response, ""));
        }
    }

    static Request Of(string kind, string source, string tests) =>
        new(kind, source, tests, "Sum", null, "", []);
}
