// Runs trusted tests against the response in one process: a Main that asserts, or facts one by one.
using System;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Sdk;

namespace Harness;

internal static class Tests
{
    public static void Run(string[] plan, Reporter report)
    {
        var listener = plan.Contains("listen") ? AssertListener.Installed() : null;
        var assembly = Host.Load(AssemblyLoadContext.Default);
        if (plan[0].StartsWith("main ")) RunMain(assembly, plan[0]["main ".Length..], report);
        else
            foreach (string line in plan.Where(one => one.StartsWith("facts "))) Facts.Run(assembly.GetType(line["facts ".Length..]), report);
        if (listener is not null && !listener.IsThere)
            report.Case("tests", "failed", "the response took away the listener that hears failed assertions");
        report.Done();
    }

    /// typeName is empty for tests of top-level statements.
    static void RunMain(Assembly assembly, string typeName, Reporter report)
    {
        const BindingFlags any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var main = typeName == "" ? assembly.EntryPoint
            : assembly.GetType(typeName).GetMethods(any).First(one => one.Name == "Main");
        report.Start("tests");
        try
        {
            object[] given = main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()];
            object result = Target.Finished(main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, given, null));
            int code = result is int number ? number : Environment.ExitCode;
            if (code == 0) report.Case("tests", "passed");
            else report.Case("tests", "failed", $"the tests ended with exit code {code}");
        }
        catch (Exception error)
        {
            var inner = Faults.Inner(error);
            // Tests that end the prompt's class are no file of their own: there Main says it.
            bool inMain = inner.TargetSite?.DeclaringType is { } type
                && (type == main.DeclaringType || type.DeclaringType == main.DeclaringType)
                && inner.TargetSite.Name.Contains("Main");
            bool asserted = inner is XunitException || inMain || Faults.ThrownByTests(inner);
            Report(report, "tests", inner, asserted);
        }
    }

    /// An assertion that does not hold is a failure; anything else thrown is an error.
    public static void Report(Reporter report, string name, Exception error, bool asserted, string input = "")
    {
        error = Faults.Inner(error);
        if (error is XunitException failed)
            report.Case(name, "failed", Faults.Message(error), failed.Expected, failed.Actual, input);
        else
            report.Case(name, asserted ? "failed" : "runtime_error", asserted ? Faults.Message(error) : Faults.Describe(error), input: input);
    }
}

/// Turns a failed Debug.Assert into an exception; the default listener would end the process.
internal sealed class AssertListener : TraceListener
{
    public static AssertListener Installed()
    {
        var listener = new AssertListener();
        Trace.Listeners.Clear();
        Trace.Listeners.Add(listener);
        return listener;
    }

    public bool IsThere => Trace.Listeners.Contains(this);

    public override void Fail(string message, string detail) =>
        throw new XunitException($"Debug.Assert failed: {message} {detail}".Trim());

    public override void Fail(string message) => Fail(message, "");

    public override void Write(string message) { }

    public override void WriteLine(string message) { }
}
