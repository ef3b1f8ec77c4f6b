// Reports of the tests, on standard output between what the response prints. A report is true
// only with the nonce, which is on no heap: reflection does not reach it.
using System;
using System.IO;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Harness;

internal readonly ref struct Reporter(ReadOnlySpan<byte> nonce)
{
    public const int NonceSize = 32;
    const int MaxText = 4000;
    readonly ReadOnlySpan<byte> nonce = nonce;

    public static bool ReadNonce(Span<byte> into)
    {
        using var stdin = Open(0, FileAccess.Read);
        return stdin.ReadAtLeast(into, NonceSize, throwOnEndOfStream: false) == NonceSize;
    }

    static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    public void Start(string name) => Send(("start", name));

    public void Done() => Send(("done", "1"));

    public void Case(string name, string verdict, string message = "", string expected = "",
        string actual = "", string input = "") =>
        Send(("case", name), ("verdict", verdict), ("message", message), ("expected", expected),
            ("actual", actual), ("input", input));

    void Send(params (string Name, string Text)[] fields)
    {
        try { Console.Out.Flush(); } catch (Exception) { /* the response's writer is its own affair */ }
        using var buffer = new MemoryStream();
        buffer.WriteByte(0x1e);
        buffer.Write(nonce);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, text) in fields) json.WriteString(name, Cut(text));
            json.WriteEndObject();
        }
        buffer.WriteByte(0x1e);
        using var stdout = Open(1, FileAccess.Write);
        buffer.WriteTo(stdout);
    }

    static string Cut(string text)
    {
        if (text is null) return "";
        if (text.Length > MaxText) text = text[..MaxText] + "…";
        // A lone surrogate is not JSON.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }
}
