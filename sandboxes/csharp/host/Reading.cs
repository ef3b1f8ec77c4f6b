// JSON → the value of a type that a signature names.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Harness;

internal static partial class Wire
{
    static readonly string[] ListTags = ["$tuple", "$set", "$frozenset"];

    public static object Read(JsonElement json, Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return json.ValueKind == JsonValueKind.Null ? null : Read(json, inner);
        if (json.ValueKind == JsonValueKind.Null) return type.IsValueType ? throw Mismatch(json, type) : null;
        if (type == typeof(object)) return Untyped(json);
        if (type == typeof(string)) return Text(json, type);
        if (type == typeof(bool)) return json.GetBoolean();
        if (type == typeof(char)) return Text(json, type) is { Length: 1 } one ? one[0] : throw Mismatch(json, type);
        if (type.IsEnum) return json.ValueKind == JsonValueKind.String
            ? Enum.Parse(type, json.GetString()) : Enum.ToObject(type, json.GetInt64());
        if (type == typeof(BigInteger)) return BigInteger.Parse(Digits(json, type), CultureInfo.InvariantCulture);
        if (type.IsPrimitive || type == typeof(decimal)) return Number(json, type);
        if (typeof(ITuple).IsAssignableFrom(type) && type.IsGenericType) return Tuple(json, type);
        if (type.IsArray) return ArrayOf(json, type);
        if (MapTypes(type) is { } pair) return Map(json, type, pair);
        if (ItemType(type) is { } item) return Collection(json, type, item);
        if (type.GetMethod("Parse", [typeof(string), typeof(IFormatProvider)]) is { IsStatic: true } parse
            && json.ValueKind == JsonValueKind.String)
            return parse.Invoke(null, [json.GetString(), CultureInfo.InvariantCulture]);
        return Object(json, type);
    }

    static ArgumentException Mismatch(JsonElement json, Type type) =>
        new($"the task's argument {json.ToString()} is no {type.Name}");

    static string Text(JsonElement json, Type type) =>
        json.ValueKind == JsonValueKind.String ? json.GetString() : throw Mismatch(json, type);

    static string Digits(JsonElement json, Type type)
    {
        if (json.ValueKind == JsonValueKind.Number) return json.GetRawText();
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("$int", out var tagged)) return tagged.GetString();
        throw Mismatch(json, type);
    }

    static object Number(JsonElement json, Type type)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("$float", out var tagged))
            return Convert.ChangeType(tagged.GetString() switch
            {
                "nan" => double.NaN, "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => -0.0,
            }, type);
        string text = Digits(json, type);
        if (type == typeof(double)) return double.Parse(text, CultureInfo.InvariantCulture);
        if (type == typeof(float)) return float.Parse(text, CultureInfo.InvariantCulture);
        if (type == typeof(decimal)) return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (text.AsSpan().IndexOfAny(".eE") >= 0) return Convert.ChangeType(double.Parse(text, CultureInfo.InvariantCulture), type);
        return Convert.ChangeType(decimal.Parse(text, CultureInfo.InvariantCulture), type, CultureInfo.InvariantCulture);
    }

    static IEnumerable<JsonElement> Items(JsonElement json, Type type)
    {
        foreach (string tag in ListTags)
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(tag, out var tagged)) return tagged.EnumerateArray();
        return json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : throw Mismatch(json, type);
    }

    static object Tuple(JsonElement json, Type type)
    {
        var items = Items(json, type).ToList();
        var types = type.GetGenericArguments();
        var values = new List<object>();
        for (int i = 0; i < types.Length; i++)
        {
            bool rest = i == 7;
            if (!rest && i >= items.Count) throw Mismatch(json, type);
            values.Add(rest ? RestOf(items.Skip(7), types[7]) : Read(items[i], types[i]));
        }
        return Activator.CreateInstance(type, values.ToArray());
    }

    static object RestOf(IEnumerable<JsonElement> items, Type type) =>
        Tuple(JsonSerializer.SerializeToElement(items), type);

    static object ArrayOf(JsonElement json, Type type)
    {
        var inner = type.GetElementType();
        if (type.GetArrayRank() == 2) return Matrix(json, type, inner);
        var items = Items(json, type).ToList();
        var array = Array.CreateInstance(inner, items.Count);
        for (int i = 0; i < items.Count; i++) array.SetValue(Read(items[i], inner), i);
        return array;
    }

    static Array Matrix(JsonElement json, Type type, Type inner)
    {
        var rows = Items(json, type).Select(row => Items(row, type).ToList()).ToList();
        var grid = Array.CreateInstance(inner, rows.Count, rows.Count == 0 ? 0 : rows[0].Count);
        for (int i = 0; i < rows.Count; i++)
            for (int j = 0; j < rows[i].Count; j++) grid.SetValue(Read(rows[i][j], inner), i, j);
        return grid;
    }

    static Type[] MapTypes(Type type) =>
        type.GetInterfaces().Prepend(type)
            .FirstOrDefault(one => Is(one, typeof(IDictionary<,>)) || Is(one, typeof(IReadOnlyDictionary<,>)))
            ?.GetGenericArguments();

    static object Map(JsonElement json, Type type, Type[] pair)
    {
        var plain = typeof(Dictionary<,>).MakeGenericType(pair);
        var made = (IDictionary)Activator.CreateInstance(type.IsAssignableFrom(plain) ? plain : type);
        if (json.ValueKind != JsonValueKind.Object) throw Mismatch(json, type);
        if (json.TryGetProperty("$dict", out var pairs))
            foreach (var one in pairs.EnumerateArray()) made.Add(Read(one[0], pair[0]), Read(one[1], pair[1]));
        else
            foreach (var one in json.EnumerateObject()) made.Add(Key(one.Name, pair[0]), Read(one.Value, pair[1]));
        return made;
    }

    /// Keys of an object are text; other key types are written in it.
    static object Key(string name, Type type)
    {
        if (type == typeof(string) || type == typeof(object)) return name;
        if (type == typeof(char)) return name.Length == 1 ? name[0] : throw new ArgumentException($"the key {name} is no char");
        return Read(JsonDocument.Parse(name).RootElement, type);
    }

    static Type ItemType(Type type) =>
        type.GetInterfaces().Prepend(type).FirstOrDefault(one => Is(one, typeof(IEnumerable<>)))?.GetGenericArguments()[0];

    static object Collection(JsonElement json, Type type, Type inner)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(inner));
        foreach (var one in Items(json, type)) list.Add(Read(one, inner));
        if (type.IsInstanceOfType(list)) return list;
        var set = typeof(HashSet<>).MakeGenericType(inner);
        if (type.IsAssignableFrom(set)) return Activator.CreateInstance(set, list);
        // Stack, Queue, LinkedList, SortedSet, …: each can be made from a sequence.
        if (type.Name == "Stack`1") return Activator.CreateInstance(type, list);
        var sequence = typeof(IEnumerable<>).MakeGenericType(inner);
        if (type.GetConstructor([sequence]) is { } constructor) return constructor.Invoke([list]);
        throw new ArgumentException($"arguments of type {type} are not supported");
    }

    static object Untyped(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when json.TryGetInt32(out int small) => small,
        JsonValueKind.Number when json.TryGetInt64(out long large) => large,
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.Array => json.EnumerateArray().Select(Untyped).ToList(),
        JsonValueKind.Object when json.TryGetProperty("$int", out var digits) => BigInteger.Parse(digits.GetString()),
        JsonValueKind.Object when json.TryGetProperty("$float", out _) => Number(json, typeof(double)),
        JsonValueKind.Object when ListTags.Any(tag => json.TryGetProperty(tag, out _)) =>
            Items(json, typeof(object)).Select(Untyped).ToList(),
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(one => one.Name, one => Untyped(one.Value)),
        _ => null,
    };

    /// A record or class from an object: by its longest constructor, then by its properties.
    static object Object(JsonElement json, Type type)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Mismatch(json, type);
        var fields = json.EnumerateObject().ToDictionary(one => one.Name, one => one.Value, StringComparer.OrdinalIgnoreCase);
        var constructor = type.GetConstructors().Where(one => one.GetParameters().All(p => fields.ContainsKey(p.Name)))
            .MaxBy(one => one.GetParameters().Length);
        if (constructor is null && !type.IsValueType) throw new ArgumentException($"no constructor of {type.Name} fits");
        object made = constructor is null ? Activator.CreateInstance(type)
            : constructor.Invoke(constructor.GetParameters().Select(one => Read(fields[one.Name], one.ParameterType)).ToArray());
        var done = constructor?.GetParameters().Select(one => one.Name).ToHashSet(StringComparer.OrdinalIgnoreCase) ?? [];
        foreach (var (name, member) in DataOf(type))
        {
            if (done.Contains(name) || !fields.TryGetValue(name, out var value)) continue;
            if (member is PropertyInfo { CanWrite: true } property) property.SetValue(made, Read(value, property.PropertyType));
            else if (member is FieldInfo { IsInitOnly: false } field) field.SetValue(made, Read(value, field.FieldType));
        }
        return made;
    }
}
