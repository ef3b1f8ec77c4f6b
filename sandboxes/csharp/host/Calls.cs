// Typed calls: requests on descriptor 3, answers on 4. Every request loads the response anew, so
// that no static of it outlives a case; a heap or threads left over cost a new process image.
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Harness;

internal static class Calls
{
    const int MaxRequest = 64 << 20;
    const long KeptBytes = 24 << 20;

    public static int Serve(string[] plan)
    {
        string entryPoint = plan[0]["entry ".Length..];
        using var requests = Open(3, FileAccess.Read);
        using var replies = Open(4, FileAccess.Write);
        bool used = false;
        int threads = Threads();
        while (true)
        {
            WaitForInput(3);
            if (used && !Clean(threads)) Again();
            if (Receive(requests) is not { } request) return 0;
            used = true;
            Send(replies, Answer(entryPoint, request.RootElement));
        }
    }

    static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    static Action<Utf8JsonWriter> Answer(string entryPoint, JsonElement request)
    {
        try
        {
            var assembly = Host.Load(new AssemblyLoadContext("response"));
            var (arguments, named) = (request.GetProperty("args"), request.GetProperty("kwargs"));
            var target = Target.Find(assembly, entryPoint, arguments.GetArrayLength() + named.EnumerateObject().Count());
            var value = target.Invoke(arguments, named);
            // Written now: a lazy sequence runs the response's code.
            var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, Wire.Options)) Wire.Write(json, value);
            return json =>
            {
                json.WritePropertyName("value");
                json.WriteRawValue(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), skipInputValidation: true);
            };
        }
        catch (TargetMissing missing) { return json => LoadError(json, missing.Message); }
        catch (CannotCross cannot) { return json => Error(json, "CannotCross", cannot.Message, "", "", true); }
        catch (Exception error)
        {
            var inner = Faults.Inner(error);
            var type = inner.GetType();
            return json => Error(json, type.Name, Faults.Message(inner), type.BaseType?.Name, Faults.Describe(inner), false);
        }
    }

    static void LoadError(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("load_error");
        json.WriteString("stage", "build");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    static void Error(Utf8JsonWriter json, string type, string message, string parent, string trace, bool cannotCross)
    {
        json.WriteStartObject("error");
        json.WriteString("type", type);
        json.WriteString("message", Cut(message));
        json.WriteString("base", parent);
        json.WriteString("traceback", Cut(trace));
        if (cannotCross) json.WriteBoolean("cannot_cross", true);
        json.WriteEndObject();
    }

    static string Cut(string text) => Wire.Plain(text.Length > 4000 ? text[..4000] + "…" : text);

    static JsonDocument Receive(Stream stream)
    {
        var head = new byte[4];
        if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4) return null;
        int size = BinaryPrimitives.ReadInt32BigEndian(head);
        if (size is < 0 or > MaxRequest) return null;
        var body = new byte[size];
        stream.ReadExactly(body);
        return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1000 });
    }

    static void Send(Stream stream, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[4]);
        using (var writer = new Utf8JsonWriter(buffer, Wire.Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        var frame = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        try { Console.Out.Flush(); } catch (Exception) { /* the response's own writer */ }
        stream.Write(frame);
    }

    // -- the next case finds a process like the first one did -----------------------------------

    static bool Clean(int threads) => GC.GetTotalMemory(false) < KeptBytes && Threads() <= threads;

    static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    static void Again()
    {
        string[] arguments = ["/opt/dotnet/dotnet", "/opt/harness/csharp/host/Harness.Host.dll", "calls", null];
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(one => $"{one.Key}={one.Value}").Append(null).ToArray();
        execve(arguments[0], arguments, environment);
    }

    static void WaitForInput(int descriptor)
    {
        var asked = new PollRequest { Descriptor = descriptor, Events = 1 };
        while (poll(ref asked, 1, -1) < 0) { }
    }

    [StructLayout(LayoutKind.Sequential)]
    struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [DllImport("libc")]
    static extern int poll(ref PollRequest requests, nuint count, int timeoutMs);

    [DllImport("libc")]
    static extern int execve(string path, string[] arguments, string[] environment);
}
