// Values as JSON, both ways: the tags are those every language's driver shares.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Harness;

/// A value that JSON cannot hold.
internal sealed class CannotCross(string message) : Exception(message);

internal static partial class Wire
{
    public static readonly JsonWriterOptions Options = new() { MaxDepth = 1000, SkipValidation = true };
    const int MaxDepth = 200;
    const double Exact = 9007199254740992;

    /// Text that UTF-8 can hold; a lone surrogate becomes U+FFFD.
    public static string Plain(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    public static void Write(Utf8JsonWriter json, object value, int depth = 0)
    {
        if (depth > MaxDepth) throw new CannotCross("a value that is nested too deep");
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case string text: json.WriteStringValue(Plain(text)); break;
            case char one: json.WriteStringValue(Plain(one.ToString())); break;
            case Rune rune: json.WriteStringValue(rune.ToString()); break;
            case StringBuilder text: json.WriteStringValue(Plain(text.ToString())); break;
            case float number: Real(json, number, number.ToString("R", CultureInfo.InvariantCulture)); break;
            case double number: Real(json, number, number.ToString("R", CultureInfo.InvariantCulture)); break;
            case decimal number when number == decimal.Truncate(number): Whole(json, (BigInteger)number); break;
            case decimal number: json.WriteRawValue(Point(number.ToString(CultureInfo.InvariantCulture)), true); break;
            case Half number: Write(json, (double)number, depth); break;
            case int small: json.WriteNumberValue(small); break;
            case sbyte or byte or short or ushort or uint or long or ulong or nint or nuint or BigInteger
                or Int128 or UInt128:
                Whole(json, BigInteger.Parse(value.ToString())); break;
            case Complex number: Tagged(json, "$complex", new object[] { number.Real, number.Imaginary }, depth); break;
            case Enum or Guid or DateTime or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Uri or Version:
                json.WriteStringValue(Formatted(value)); break;
            case ITuple tuple:
                Tagged(json, "$tuple", Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), depth); break;
            case IDictionary map: Map(json, map, depth); break;
            case IEnumerable items: Sequence(json, items, depth); break;
            default: Members(json, value, depth); break;
        }
    }

    static string Formatted(object value) => value switch
    {
        DateTime or DateTimeOffset or DateOnly or TimeOnly =>
            ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    static string Point(string digits) => digits.AsSpan().IndexOfAny(".eE") < 0 ? digits + ".0" : digits;

    static void Real(Utf8JsonWriter json, double number, string text)
    {
        string name = double.IsNaN(number) ? "nan" : double.IsPositiveInfinity(number) ? "inf"
            : double.IsNegativeInfinity(number) ? "-inf" : number == 0 && double.IsNegative(number) ? "-0" : null;
        if (name is null) json.WriteRawValue(Point(text), skipInputValidation: true);
        else Tag(json, "$float", name);
    }

    static void Whole(Utf8JsonWriter json, BigInteger number)
    {
        if (number > (BigInteger)Exact || number < -(BigInteger)Exact) Tag(json, "$int", number.ToString());
        else json.WriteNumberValue((long)number);
    }

    static void Tag(Utf8JsonWriter json, string tag, string text)
    {
        json.WriteStartObject();
        json.WriteString(tag, text);
        json.WriteEndObject();
    }

    static void Tagged(Utf8JsonWriter json, string tag, IEnumerable items, int depth)
    {
        json.WriteStartObject();
        json.WritePropertyName(tag);
        List(json, items, depth);
        json.WriteEndObject();
    }

    static void List(Utf8JsonWriter json, IEnumerable items, int depth)
    {
        json.WriteStartArray();
        foreach (object item in items) Write(json, item, depth + 1);
        json.WriteEndArray();
    }

    static void Sequence(Utf8JsonWriter json, IEnumerable items, int depth)
    {
        var type = items.GetType();
        if (items is Array { Rank: > 1 } grid) Grid(json, grid, [], depth);
        else if (type.GetInterfaces().Any(one => Is(one, typeof(IReadOnlyDictionary<,>)))) Pairs(json, items, depth);
        else if (type.GetInterfaces().Any(one => Is(one, typeof(ISet<>)) || Is(one, typeof(IReadOnlySet<>))))
            Tagged(json, "$set", items, depth);
        else List(json, items, depth);
    }

    static bool Is(Type type, Type shape) => type.IsGenericType && type.GetGenericTypeDefinition() == shape;

    static void Grid(Utf8JsonWriter json, Array grid, int[] index, int depth)
    {
        if (index.Length == grid.Rank)
        {
            Write(json, grid.GetValue(index), depth + 1);
            return;
        }
        json.WriteStartArray();
        for (int i = grid.GetLowerBound(index.Length); i <= grid.GetUpperBound(index.Length); i++)
            Grid(json, grid, [.. index, i], depth + 1);
        json.WriteEndArray();
    }

    static void Map(Utf8JsonWriter json, IDictionary map, int depth)
    {
        var pairs = new List<(object Key, object Value)>();
        foreach (DictionaryEntry one in map) pairs.Add((one.Key, one.Value));
        Pairs(json, pairs, depth);
    }

    static void Pairs(Utf8JsonWriter json, IEnumerable items, int depth)
    {
        var pairs = new List<(object Key, object Value)>();
        foreach (object item in items)
            pairs.Add((item.GetType().GetProperty("Key").GetValue(item), item.GetType().GetProperty("Value").GetValue(item)));
        Pairs(json, pairs, depth);
    }

    /// Text keys make an object; a key that looks like a tag, or any other key, makes pairs.
    static void Pairs(Utf8JsonWriter json, List<(object Key, object Value)> pairs, int depth)
    {
        bool named = pairs.All(one => one.Key is string or char && !one.Key.ToString().StartsWith('$'));
        if (!named)
        {
            Tagged(json, "$dict", pairs.Select(one => new[] { one.Key, one.Value }), depth);
            return;
        }
        json.WriteStartObject();
        foreach (var (key, value) in pairs)
        {
            json.WritePropertyName(Plain(key.ToString()));
            Write(json, value, depth + 1);
        }
        json.WriteEndObject();
    }

    /// A record or class: its public properties and fields by name.
    static void Members(Utf8JsonWriter json, object value, int depth)
    {
        var type = value.GetType();
        if (value is Delegate or Pointer or Type || type.Assembly == typeof(object).Assembly)
            throw new CannotCross($"a {type.Name}, which is no data");
        json.WriteStartObject();
        foreach (var (name, member) in DataOf(type))
        {
            json.WritePropertyName(name);
            Write(json, member is PropertyInfo property ? property.GetValue(value) : ((FieldInfo)member).GetValue(value), depth + 1);
        }
        json.WriteEndObject();
    }

    /// Public data of a type in the order of its declaration.
    public static IEnumerable<(string Name, MemberInfo Member)> DataOf(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance)
            .Where(one => one is FieldInfo || one is PropertyInfo { CanRead: true } property && property.GetIndexParameters().Length == 0)
            .OrderBy(one => one.MetadataToken).Select(one => (one.Name, one));
}
