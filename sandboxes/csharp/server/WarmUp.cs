// One small compilation before the first request: reading the base library and starting the
// compiler's own code is most of what a first response would wait for. More would delay slots that
// serve a single job.
internal static class WarmUp
{
    const string Response = """
        using System.Text;

        public static class Solution
        {
            public static List<int> Twice(List<int> values)
            {
                var seen = new Dictionary<string, int> { ["a"] = 1 };
                foreach (var one in values) if (one > seen.Count) seen[$"{one}"] = one;
                return values.Where(one => one != 0).Select(one => 2 * one).ToList();
            }
        }
        """;

    const string Tests = """
        public class SolutionTests
        {
            [Fact]
            public void Two() => Assert.Equal(2, Solution.Twice([1])[0]);
        }
        """;

    public static void Run(Compiler compiler) =>
        compiler.Build(new Request("facts", Response, Tests, "Twice", null, "", []));
}
