// The smallest C# compiler: compile.dll OUTPUT SOURCE… [-r LIBRARY]…  (a class library or, with a
// Main, a program). It builds this sandbox's own driver when the image is made.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

public static class Compile
{
    public static int Main(string[] args)
    {
        var sources = new List<string>();
        var libraries = new List<string>(
            Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location), "*.dll"));
        for (int i = 1; i < args.Length; i++)
        {
            if (args[i] == "-r") libraries.Add(args[++i]);
            else sources.Add(args[i]);
        }
        if (args[0] == "--version")
        {
            var version = typeof(CSharpCompilation).Assembly.GetName().Version;
            Console.WriteLine($"{version.Major}.{version.Minor}.{version.Build}");
            return 0;
        }
        return Emit(args[0], sources, libraries);
    }

    static int Emit(string output, List<string> sources, List<string> libraries)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var trees = sources.Select(
            path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), parse, path)).ToList();
        bool program = trees.Any(tree => tree.ToString().Contains(" Main("));
        var options = new CSharpCompilationOptions(
            program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, deterministic: true);
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(output), trees, References(libraries), options);
        using var made = new MemoryStream();
        var result = compilation.Emit(made);
        foreach (var one in result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error))
            Console.Error.WriteLine(one);
        if (result.Success) File.WriteAllBytes(output, made.ToArray());
        return result.Success ? 0 : 1;
    }

    static IEnumerable<MetadataReference> References(IEnumerable<string> libraries)
    {
        foreach (string path in libraries)
        {
            bool managed = true;
            try { System.Reflection.AssemblyName.GetAssemblyName(path); }
            catch (BadImageFormatException) { managed = false; }
            if (managed) yield return MetadataReference.CreateFromFile(path);
        }
    }
}
