// What is to be compiled, and what came of it.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

/// Kind: "program", "call", "main" or "facts". Files: further sources by name.
internal sealed record Request(
    string Kind, string Source, string Tests, string EntryPoint,
    string[] Parameters, string Returns, (string Name, string Text)[] Files)
{
    public static Request From(JsonElement json)
    {
        string Text(string name) =>
            json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString() : "";
        bool signed = json.TryGetProperty("params", out var types);
        return new Request(
            Text("kind"), Text("source"), Text("tests"), Text("entry_point"),
            signed ? types.EnumerateArray().Select(one => one.GetString()).ToArray() : null,
            Text("returns"),
            json.TryGetProperty("files", out var files)
                ? files.EnumerateObject().Select(one => (one.Name, one.Value.GetString())).ToArray()
                : []);
    }
}

/// Plan: lines that tell the host what to run, first the kind of each and then its value.
internal sealed record Built(string Log, byte[] Program = null, byte[] Symbols = null, string Plan = "")
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("exit", Program is null ? 1 : 0);
        json.WriteString("stderr", Log);
        json.WriteNumber("memory_mb", Environment.WorkingSet >> 20);
        if (Program is null) return;
        json.WriteStartObject("keep");
        json.WriteBase64String("program.dll", Program);
        json.WriteBase64String("program.pdb", Symbols);
        json.WriteBase64String("plan.txt", System.Text.Encoding.UTF8.GetBytes(Plan));
        json.WriteEndObject();
    }
}
