// A source text put together from pieces, that knows which piece every place came from.
using System;
using System.Collections.Generic;
using System.Text;
using Microsoft.CodeAnalysis.Text;

internal sealed class Layout
{
    readonly StringBuilder text = new();
    readonly List<(int Start, SourceText Origin, int Offset, bool Tests)> pieces = [];

    public Layout Add(SourceText origin, int start, int end, bool tests = false)
    {
        pieces.Add((text.Length, origin, start, tests));
        text.Append(origin.ToString(TextSpan.FromBounds(start, end)));
        return this;
    }

    /// Text of our own: what is wrong in it is told of the place before it.
    public Layout Add(string own)
    {
        text.Append(own);
        return this;
    }

    public override string ToString() => text.ToString();

    public bool InTests(int position) => Find(position).Tests;

    /// "12:5" or "tests 3:1", counted from one.
    public string Place(int position)
    {
        var piece = Find(position);
        if (piece.Origin is null) return "1:1";
        int at = Math.Min(position - piece.Start + piece.Offset, piece.Origin.Length);
        var line = piece.Origin.Lines.GetLinePosition(at);
        return $"{(piece.Tests ? "tests " : "")}{line.Line + 1}:{line.Character + 1}";
    }

    (int Start, SourceText Origin, int Offset, bool Tests) Find(int position)
    {
        (int, SourceText, int, bool) found = default;
        foreach (var piece in pieces)
            if (piece.Start <= position) found = piece;
        return found;
    }
}
