// How a response and its tests become source trees, and what the host is to run of them.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

/// The response cannot be built with its tests; the message says why.
internal sealed class Refused(string message) : Exception(message);

internal abstract class Sources
{
    protected readonly List<(SyntaxTree Tree, Layout Layout, string Name)> trees = [];

    public IEnumerable<SyntaxTree> Trees => trees.Select(one => one.Tree);
    public virtual string ExtraUsings => "";

    /// Statements outside a class are for programs only.
    public virtual bool NeedsProgram => Trees.Any(Rewrite.HasTopLevel);

    public virtual string Plan(Compilation compilation) => "";

    public int Rank(SyntaxTree tree) => trees.FindIndex(one => one.Tree == tree) is var at && at < 0 ? 9 : at;

    public string Place(SyntaxTree tree, int position)
    {
        int at = trees.FindIndex(one => one.Tree == tree);
        if (at < 0) return "usings";
        var (_, layout, name) = trees[at];
        return name + layout.Place(position);
    }

    protected SyntaxTree Add(Layout layout, string path, string name = "")
    {
        var tree = Compiler.Tree(layout.ToString(), path);
        trees.Add((tree, layout, name));
        return tree;
    }

    protected void AddFiles(Request request)
    {
        foreach (var (name, text) in request.Files)
            Add(new Layout().Add(SourceText.From(text), 0, text.Length), name, name + " ");
    }

    /// Tests that use Debug.Assert need somebody to hear it; that costs every start 2 ms.
    protected static string Listen(string tests) =>
        tests.Contains("Debug") || tests.Contains("Trace") ? "listen\n" : "";

    protected static Layout Whole(SourceText text, bool tests = false) =>
        new Layout().Add(text, 0, text.Length, tests);

    public static Sources Of(Request request)
    {
        var response = SourceText.From(Rewrite.WithoutLineDirectives(request.Source));
        Sources made = request.Kind switch
        {
            "program" => new ProgramSources(response),
            "call" => new CallSources(response, request),
            "main" => new MainSources(response, request),
            "facts" => new FactSources(response, request),
            _ => throw new Refused($"unknown kind {request.Kind}"),
        };
        made.AddFiles(request);
        return made;
    }

    /// The name the runtime knows a type by: Outer+Inner`1.
    protected static string NameOf(INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer) return NameOf(outer) + "+" + type.MetadataName;
        var space = type.ContainingNamespace;
        return space is null or { IsGlobalNamespace: true }
            ? type.MetadataName : $"{space.ToDisplayString()}.{type.MetadataName}";
    }
}

/// A program with a Main or top-level statements.
internal sealed class ProgramSources : Sources
{
    public ProgramSources(SourceText response) => Add(Whole(response), "main.cs");
    public override bool NeedsProgram => true;
}

/// A method to be called: bare functions are put into a class, the signature gives the types.
internal sealed class CallSources : Sources
{
    readonly string plan;

    public CallSources(SourceText response, Request request)
    {
        var tree = Add(Rewrite.InClass(response), "main.cs");
        plan = $"entry {request.EntryPoint}\n";
        if (request.Parameters is null) return;
        var root = (CompilationUnitSyntax)tree.GetRoot();
        string usings = string.Concat(root.Usings
            .Where(one => one.GlobalKeyword.IsKind(SyntaxKind.None)).Select(one => one.ToString()));
        usings += string.Concat(root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            .Select(one => $"using {one.Name};").Distinct());
        string parameters = string.Join(", ", request.Parameters.Select((one, i) => $"{Plain(one)} a{i}"));
        string text = $"{usings}\nnamespace HarnessCall {{ internal static class Signature {{ "
            + $"private static {request.Returns} Call({parameters}) => throw null; }} }}";
        Add(new Layout().Add(text), "signature.cs", "the task's signature ");
    }

    static string Plain(string parameter) =>
        parameter.Trim().StartsWith("params ") ? parameter.Trim()["params ".Length..] : parameter;

    public override string Plan(Compilation compilation) => plan;
}

/// Tests with a Main that asserts: in a file of their own, or as the rest of the response's class.
internal sealed class MainSources : Sources
{
    readonly string listen;
    readonly SyntaxTree tests;
    readonly Layout layout;

    public MainSources(SourceText response, Request request)
    {
        var text = SourceText.From(request.Tests);
        Rewrite.RefuseReserved(response, request.Tests);
        listen = Listen(request.Tests);
        if (!Rewrite.Continues(text))
        {
            Add(Whole(response), "main.cs");
            layout = Whole(text, tests: true);
            tests = Add(layout, "tests.cs");
            return;
        }
        layout = Rewrite.Joined(response, text, request.EntryPoint);
        tests = Add(layout, "main.cs");
    }

    public override string ExtraUsings =>
        "global using KellermanSoftware.CompareNetObjects; global using System.Diagnostics; ";

    /// Main of the tests, whatever else the response offers as an entry.
    public override string Plan(Compilation compilation)
    {
        var model = compilation.GetSemanticModel(tests);
        var found = tests.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(one => one.Identifier.ValueText == "Main" && layout.InTests(one.SpanStart))
            .Select(one => model.GetDeclaredSymbol(one)).FirstOrDefault(one => one.IsStatic);
        if (found is not null) return $"main {NameOf(found.ContainingType)}\n{listen}";
        var entry = compilation.GetEntryPoint(default);
        if (entry?.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree == tests
            && Rewrite.HasTopLevel(tests)) return $"main \n{listen}";
        throw new Refused("error: the tests' Main is not reached: the response's text swallows it");
    }
}

/// xUnit-style tests in a file of their own.
internal sealed class FactSources : Sources
{
    readonly SyntaxTree tests;
    readonly string listen;

    public FactSources(SourceText response, Request request)
    {
        var text = SourceText.From(request.Tests);
        var layout = Whole(text, tests: true);
        tests = Compiler.Tree(layout.ToString(), "tests.cs");
        Rewrite.RefuseReserved(response, request.Tests);
        Add(Rewrite.Without(response, tests), "main.cs");
        trees.Add((tests, layout, ""));
        listen = Listen(request.Tests);
    }

    public override string ExtraUsings => "global using Xunit; global using Xunit.Abstractions; ";

    public override string Plan(Compilation compilation)
    {
        var model = compilation.GetSemanticModel(tests);
        var names = tests.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Select(one => NameOf(model.GetDeclaredSymbol(one))).Distinct();
        return string.Concat(names.Select(one => $"facts {one}\n")) + listen;
    }
}
