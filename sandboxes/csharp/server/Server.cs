// The resident compiler: requests on descriptor 3, replies on 4, each a frame of JSON (four bytes
// of big-endian length first). It runs as a user of its own, reads nothing but its requests and
// never loads what it compiles. A request that it cannot answer within its limits costs its life.
using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

internal static class Server
{
    const int MaxRequest = 64 << 20;

    static int Main()
    {
        using var requests = Open(3, FileAccess.Read);
        using var replies = Open(4, FileAccess.Write);
        var compiler = new Compiler();
        WarmUp.Run(compiler);
        Send(replies, writer => writer.WriteNumber("ready", 1));
        while (Receive(requests) is { } request)
        {
            using (request)
            {
                var built = compiler.Build(Request.From(request.RootElement));
                Send(replies, built.Write);
            }
        }
        return 0;
    }

    static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);

    static JsonDocument Receive(Stream stream)
    {
        var head = new byte[4];
        if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4) return null;
        int size = BinaryPrimitives.ReadInt32BigEndian(head);
        if (size is < 0 or > MaxRequest) return null;
        var body = new byte[size];
        stream.ReadExactly(body);
        return JsonDocument.Parse(body);
    }

    static void Send(Stream stream, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[4]);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        var frame = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        stream.Write(frame);
    }
}
