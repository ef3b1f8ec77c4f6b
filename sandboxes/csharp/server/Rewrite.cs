// Source text questions and changes that keep every place traceable.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

internal static class Rewrite
{
    // Names the tests must find as they are meant: a response that declares one is not built.
    static readonly HashSet<string> Reserved = [
        "System", "Xunit", "Assert", "Fact", "FactAttribute", "Theory", "TheoryAttribute",
        "InlineData", "InlineDataAttribute", "MemberData", "MemberDataAttribute", "ClassData",
        "ClassDataAttribute", "KellermanSoftware", "CompareLogic", "ComparisonResult", "Exception",
        "Debug", "Trace", "Record",
    ];

    static CompilationUnitSyntax Root(string text) =>
        (CompilationUnitSyntax)Compiler.Tree(text, "").GetRoot();

    static bool HasErrors(SyntaxNode root) =>
        root.ContainsDiagnostics && root.GetDiagnostics().Any(one => one.Severity == DiagnosticSeverity.Error);

    public static bool HasTopLevel(SyntaxTree tree) =>
        ((CompilationUnitSyntax)tree.GetRoot()).Members.OfType<GlobalStatementSyntax>().Any();

    /// #line would let a response say where its errors are; as comments they say nothing.
    public static string WithoutLineDirectives(string source)
    {
        if (!source.Contains("line")) return source;
        var directives = Root(source).DescendantTrivia(descendIntoTrivia: true)
            .Select(one => one.GetStructure()).OfType<LineOrSpanDirectiveTriviaSyntax>().ToList();
        if (directives.Count == 0) return source;
        var text = new StringBuilder(source);
        foreach (var one in directives) text[one.SpanStart] = text[one.SpanStart + 1] = '/';
        return text.ToString();
    }

    /// Functions outside any class, as answers often have them, in a class of ours.
    public static Layout InClass(SourceText response)
    {
        var whole = new Layout();
        var root = Root(response.ToString());
        if (!BareFunctions(root)) return whole.Add(response, 0, response.Length);
        int start = root.Members[0].FullSpan.Start, end = root.Members[^1].FullSpan.End;
        return whole.Add(response, 0, start).Add("internal partial class HarnessFunctions { ")
            .Add(response, start, end).Add("\n}").Add(response, end, response.Length);
    }

    static bool BareFunctions(CompilationUnitSyntax root)
    {
        var statements = root.Members.OfType<GlobalStatementSyntax>().ToList();
        return statements.Count > 0 && statements.All(one => one.Statement is LocalFunctionStatementSyntax);
    }

    public static void RefuseReserved(SourceText response, string tests)
    {
        foreach (var node in Root(response.ToString()).DescendantNodes())
        {
            string name = node switch
            {
                // A field beside tests that go on in its class hides a type of that name.
                VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field => field.Identifier.ValueText,
                PropertyDeclarationSyntax property => property.Identifier.ValueText,
                BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
                DelegateDeclarationSyntax type => type.Identifier.ValueText,
                TypeParameterSyntax type => type.Identifier.ValueText,
                UsingDirectiveSyntax { Alias: { } alias } => alias.Name.Identifier.ValueText,
                // Types for older compilers are often declared in namespaces of System.
                BaseNamespaceDeclarationSyntax space when !space.Name.ToString().StartsWith("System.")
                    => space.Name.ToString().Split('.')[0],
                _ => "",
            };
            if (Reserved.Contains(name) && Uses(tests, name))
                throw new Refused($"error: the response declares '{name}', which the tests use as their own");
        }
    }

    static bool Uses(string tests, string name) => name switch
    {
        // Else it is a type that the tests ask of the response.
        "Record" => tests.Contains("Record.Exception"),
        "System" or "Xunit" or "KellermanSoftware" => true,
        _ => Regex.IsMatch(tests, $@"\b{name.Replace("Attribute", "")}\b"),
    };

    /// Whether tests go on inside a class that the prompt opened: they close more than they open.
    public static bool Continues(SourceText tests)
    {
        int depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(tests.ToString()))
        {
            if (token.IsKind(SyntaxKind.OpenBraceToken)) depth++;
            else if (token.IsKind(SyntaxKind.CloseBraceToken) && --depth < 0) return true;
        }
        return false;
    }

    /// A response and tests that end its class, as one text. A whole file is opened again first.
    public static Layout Joined(SourceText response, SourceText tests, string entryPoint)
    {
        var root = Root(response.ToString());
        if (BareFunctions(root)) return JoinedInClass(response, root, tests);
        if (HasErrors(root) || Owner(root, entryPoint) is not { } owner || owner.CloseBraceToken.IsMissing)
            return new Layout().Add(response, 0, response.Length).Add("\n")
                .Add(tests, 0, tests.Length, tests: true);
        var layout = new Layout();
        int at = 0;
        foreach (var main in owner.Members.OfType<MethodDeclarationSyntax>()
            .Where(one => one.Identifier.ValueText == "Main"))
        {
            layout.Add(response, at, main.FullSpan.Start);
            at = main.FullSpan.End;
        }
        int end = owner.CloseBraceToken.SpanStart;
        layout.Add(response, at, end).Add("\n").Add(tests, 0, MembersEnd(tests), tests: true).Add("\n");
        return layout.Add(response, end, response.Length);
    }

    static Layout JoinedInClass(SourceText response, CompilationUnitSyntax root, SourceText tests)
    {
        int start = root.Members[0].FullSpan.Start;
        return new Layout().Add(response, 0, start).Add("public partial class HarnessFunctions { ")
            .Add(response, start, response.Length).Add("\n").Add(tests, 0, MembersEnd(tests), tests: true).Add("\n}");
    }

    /// The class of the entry point, else the last class.
    static TypeDeclarationSyntax Owner(SyntaxNode root, string entryPoint)
    {
        var types = root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Where(one => one is ClassDeclarationSyntax or StructDeclarationSyntax or RecordDeclarationSyntax)
            .ToList();
        return types.LastOrDefault(type => type.Members.OfType<MethodDeclarationSyntax>()
            .Any(method => method.Identifier.ValueText == entryPoint)) ?? types.LastOrDefault();
    }

    /// Where the tests close the class that they did not open.
    static int MembersEnd(SourceText tests)
    {
        int depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(tests.ToString()))
        {
            if (token.IsKind(SyntaxKind.OpenBraceToken)) depth++;
            else if (token.IsKind(SyntaxKind.CloseBraceToken) && --depth < 0) return token.SpanStart;
        }
        return tests.Length;
    }

    /// The response without types that the tests declare too (answers like to repeat the tests).
    public static Layout Without(SourceText response, SyntaxTree tests)
    {
        var taken = tests.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(one => one.Parent is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Select(one => one.Identifier.ValueText).ToHashSet();
        var layout = new Layout();
        int at = 0;
        foreach (var type in Root(response.ToString()).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(one => one.Parent is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax
                && taken.Contains(one.Identifier.ValueText)))
        {
            layout.Add(response, at, type.SpanStart);
            at = type.Span.End;
        }
        return layout.Add(response, at, response.Length);
    }
}
