// Reports of the tests, on standard output between what the response prints. A report is true
// only with the nonce, which is on no heap: reflection does not reach it.
using System;
using System.IO;
using System.Text;
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
        var text = new StringBuilder("{");
        foreach (var (name, value) in fields)
        {
            if (text.Length > 1) text.Append(',');
            text.Append('"').Append(name).Append("\":\"");
            Escape(text, value ?? "");
            text.Append('"');
        }
        text.Append('}');
        byte[] body = Encoding.ASCII.GetBytes(text.ToString());
        byte[] line = [0x1e, .. nonce, .. body, 0x1e];
        using var stdout = Open(1, FileAccess.Write);
        stdout.Write(line);
    }

    /// ASCII JSON, which any text fits in; a serialiser would double the time to start.
    static void Escape(StringBuilder text, string value)
    {
        int length = Math.Min(value.Length, MaxText);
        for (int i = 0; i < length; i++)
        {
            char c = value[i];
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c is >= ' ' and < '\x7f') text.Append(c);
            else text.Append("\\u").Append((IsLone(value, i) ? 0xfffd : (int)c).ToString("x4"));
        }
        if (value.Length > MaxText) text.Append("\\u2026");
    }

    static bool IsLone(string text, int at) =>
        char.IsHighSurrogate(text[at]) ? at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1])
            : char.IsLowSurrogate(text[at]) && (at == 0 || !char.IsHighSurrogate(text[at - 1]));
}
