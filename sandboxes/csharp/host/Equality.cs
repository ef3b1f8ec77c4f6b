// When two values are equal in a test: by their own IEquatable, as sequences, sets or maps.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Harness;

internal sealed class Equality : IEqualityComparer<object>
{
    public static readonly Equality Default = new();

    bool IEqualityComparer<object>.Equals(object left, object right) => Same(left, right);

    int IEqualityComparer<object>.GetHashCode(object value) => 0;

    public static bool Same(object expected, object actual)
    {
        if (ReferenceEquals(expected, actual)) return true;
        if (expected is null || actual is null) return false;
        if (expected is string || actual is string) return expected.Equals(actual);
        if (Equatable(expected, actual) is { } said) return said;
        if (expected is IDictionary left && actual is IDictionary right) return SameMap(left, right);
        if (Sets(expected, actual) is { } sets) return sets;
        if (expected is IEnumerable items && actual is IEnumerable others) return SameItems(items, others);
        if (expected is IStructuralEquatable structure) return structure.Equals(actual, new Structural());
        if (expected is IComparable ordered && expected.GetType() == actual.GetType())
        {
            try { return ordered.CompareTo(actual) == 0; }
            catch (ArgumentException) { return expected.Equals(actual); }
        }
        return expected.Equals(actual);
    }

    /// IEquatable of the actual value's type; collections that compare by reference are not asked.
    static bool? Equatable(object expected, object actual)
    {
        if (expected is IStructuralEquatable) return null;
        var wanted = typeof(IEquatable<>).MakeGenericType(actual.GetType());
        if (!wanted.IsInstanceOfType(expected)) return null;
        return (bool)wanted.GetMethod("Equals").Invoke(expected, BindingFlags.DoNotWrapExceptions, null, [actual], null);
    }

    static bool SameMap(IDictionary left, IDictionary right)
    {
        if (left.Count != right.Count) return false;
        foreach (DictionaryEntry one in left)
            if (!right.Contains(one.Key) || !Same(one.Value, right[one.Key])) return false;
        return true;
    }

    static bool? Sets(object expected, object actual)
    {
        if (!IsSet(expected) || !IsSet(actual)) return null;
        var left = ((IEnumerable)expected).Cast<object>().ToList();
        var right = ((IEnumerable)actual).Cast<object>().ToList();
        return left.Count == right.Count && left.All(one => right.Any(other => Same(one, other)));
    }

    static bool IsSet(object value) => value.GetType().GetInterfaces().Any(one =>
        one.IsGenericType && (one.GetGenericTypeDefinition() == typeof(ISet<>)
            || one.GetGenericTypeDefinition() == typeof(IReadOnlySet<>)));

    static bool SameItems(IEnumerable expected, IEnumerable actual)
    {
        if (expected is Array { Rank: > 1 } left && actual is Array { Rank: > 1 } right
            && (left.Rank != right.Rank
                || Enumerable.Range(0, left.Rank).Any(i => left.GetLength(i) != right.GetLength(i)))) return false;
        var (one, other) = (expected.GetEnumerator(), actual.GetEnumerator());
        try
        {
            while (true)
            {
                bool more = one.MoveNext();
                if (more != other.MoveNext()) return false;
                if (!more) return true;
                if (!Same(one.Current, other.Current)) return false;
            }
        }
        finally
        {
            (one as IDisposable)?.Dispose();
            (other as IDisposable)?.Dispose();
        }
    }

    sealed class Structural : IEqualityComparer
    {
        bool IEqualityComparer.Equals(object left, object right) => Same(left, right);

        int IEqualityComparer.GetHashCode(object value) => 0;
    }
}
