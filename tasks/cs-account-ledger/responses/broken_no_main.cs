public class Ledger
{
    private readonly Dictionary<string, decimal> accounts = new();

    public void Run()
    {
        while (Console.ReadLine() is { } line) Console.WriteLine(line);
    }
}
