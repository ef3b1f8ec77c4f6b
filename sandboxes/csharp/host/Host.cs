// Runs what the compiler made: "calls" answers requests, "tests" runs trusted tests and reports.
using System;
using System.IO;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Harness;

internal static class Host
{
    static int Main(string[] args)
    {
        string[] plan = File.ReadAllLines("plan.txt");
        if (args[0] == "calls") return Calls.Serve(plan);
        // Read before anything of the response is loaded, and kept on this stack alone.
        Span<byte> nonce = stackalloc byte[Reporter.NonceSize];
        if (!Reporter.ReadNonce(nonce)) return 3;
        Tests.Run(plan, new Reporter(nonce));
        Exit(0);
        return 0;
    }

    /// The response's assembly with its symbols; a context of its own has its own statics.
    public static Assembly Load(AssemblyLoadContext context)
    {
        using var code = File.OpenRead("program.dll");
        using var symbols = File.OpenRead("program.pdb");
        return context.LoadFromStream(code, symbols);
    }

    /// Ends now: handlers and threads of the response have no say.
    [DllImport("libc", EntryPoint = "_exit")]
    public static extern void Exit(int code);
}
