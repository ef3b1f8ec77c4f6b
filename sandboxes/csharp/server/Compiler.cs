// From a request to an assembly: sources laid out, compiled, diagnostics in the response's lines.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

internal sealed class Compiler
{
    const int MaxDiagnostics = 20, MaxMessage = 600;
    const string HostLibrary = "/opt/harness/csharp/host/Harness.Host.dll";
    // What `dotnet new console` gives a project.
    const string ImplicitUsings =
        "global using System; global using System.IO; global using System.Linq; "
        + "global using System.Collections.Generic; global using System.Net.Http; "
        + "global using System.Threading; global using System.Threading.Tasks; ";
    // Code shaped for debugging, so that an exception knows its line, and optimised all the same.
    const string Optimised =
        "[assembly: System.Diagnostics.Debuggable((System.Diagnostics.DebuggableAttribute.DebuggingModes)2)]";

    public static readonly CSharpParseOptions Parse =
        new(LanguageVersion.Latest, DocumentationMode.None, preprocessorSymbols: ["DEBUG", "TRACE", "NET", "NET8_0",
            "NET8_0_OR_GREATER", "NET7_0_OR_GREATER", "NET6_0_OR_GREATER", "NETCOREAPP"]);
    static readonly EmitOptions Symbols =
        new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    // Compilations that start from one of these share what was read of the libraries.
    readonly Dictionary<(bool Program, bool Tests), CSharpCompilation> empty = [];

    public Compiler()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location);
        var libraries = Directory.GetFiles(framework, "*.dll")
            .Select(path => MetadataReference.CreateFromFile(path)).ToList();
        var host = MetadataReference.CreateFromFile(HostLibrary);
        foreach (bool tests in new[] { false, true })
        {
            var program = Empty(tests ? [.. libraries, host] : libraries);
            var options = program.Options.WithOutputKind(OutputKind.DynamicallyLinkedLibrary);
            empty[(true, tests)] = program;
            empty[(false, tests)] = program.WithOptions(options);
        }
    }

    static CSharpCompilation Empty(IEnumerable<MetadataReference> references)
    {
        return CSharpCompilation.Create("program", null, references, new CSharpCompilationOptions(
            OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Debug, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Disable, concurrentBuild: false,
            warningLevel: 0, generalDiagnosticOption: ReportDiagnostic.Suppress));
    }

    public static SyntaxTree Tree(string text, string path) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), Parse, path);

    public Built Build(Request request)
    {
        Sources sources;
        try { sources = Sources.Of(request); }
        catch (Refused refused) { return new Built(refused.Message); }
        return Emit(sources, ImplicitUsings);
    }

    Built Emit(Sources sources, string implicitUsings)
    {
        string usings = implicitUsings + sources.ExtraUsings + Optimised;
        var trees = sources.Trees.Append(Tree(usings, "usings.cs"));
        var compilation = empty[(sources.NeedsProgram, sources.ExtraUsings != "")].AddSyntaxTrees(trees);
        using MemoryStream code = new(), symbols = new();
        var result = compilation.Emit(code, symbols, options: Symbols);
        // A program that names all it needs must not stumble over what is given to it unasked.
        if (implicitUsings != "" && result.Diagnostics.Any(one => one.Id == "CS0104")
            && Emit(sources, "") is { Program: not null } built) return built;
        if (!result.Success) return new Built(Log(result.Diagnostics, sources));
        try
        {
            return new Built("", code.ToArray(), symbols.ToArray(), sources.Plan(compilation));
        }
        catch (Refused refused) { return new Built(refused.Message); }
    }

    static string Log(IEnumerable<Diagnostic> diagnostics, Sources sources)
    {
        var errors = diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)
            .OrderBy(one => one.Location.SourceTree is { } tree ? sources.Rank(tree) : 9)
            .ThenBy(one => one.Location.SourceSpan.Start).ToList();
        var lines = errors.Take(MaxDiagnostics).Select(one => Line(one, sources)).ToList();
        if (errors.Count > MaxDiagnostics)
            lines.Add($"… and {errors.Count - MaxDiagnostics} more errors");
        return string.Join("\n", lines);
    }

    static string Line(Diagnostic one, Sources sources)
    {
        string message = one.GetMessage();
        if (message.Length > MaxMessage) message = message[..MaxMessage] + "…";
        string place = one.Location.SourceTree is { } tree
            ? sources.Place(tree, one.Location.SourceSpan.Start) + ": " : "";
        return $"{place}error {one.Id}: {message}";
    }
}
