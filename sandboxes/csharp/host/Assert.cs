// Assertions under the names of xUnit's: values, text and types. Own implementation.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Harness;
using Xunit.Sdk;

namespace Xunit
{
    public partial class Assert
    {
        protected Assert() { }

        static void Failed(string what, object expected, object actual)
        {
            string wanted = Print.Show(expected), got = Print.Show(actual);
            throw new XunitException($"Assert.{what}: expected {wanted}, got {got}", wanted, got);
        }

        static void Check(bool holds, string message)
        {
            if (!holds) throw new XunitException(message);
        }

        public static void Fail(string message = "Assert.Fail") => throw new XunitException(message);

        // -- equality ---------------------------------------------------------------------------

        public static void Equal<T>(T expected, T actual)
        {
            if (!Equality.Same(expected, actual)) Failed("Equal", expected, actual);
        }

        public static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual)
        {
            if (!Equality.Same(expected, actual)) Failed("Equal", expected, actual);
        }

        public static void Equal<T>(T expected, T actual, IEqualityComparer<T> comparer)
        {
            if (!comparer.Equals(expected, actual)) Failed("Equal", expected, actual);
        }

        public static void Equal<T>(T expected, T actual, Func<T, T, bool> comparer)
        {
            if (!comparer(expected, actual)) Failed("Equal", expected, actual);
        }

        public static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual, IEqualityComparer<T> comparer)
        {
            if (!SameItems(expected, actual, comparer.Equals)) Failed("Equal", expected, actual);
        }

        public static void Equal<T>(IEnumerable<T> expected, IEnumerable<T> actual, Func<T, T, bool> comparer)
        {
            if (!SameItems(expected, actual, comparer)) Failed("Equal", expected, actual);
        }

        static bool SameItems<T>(IEnumerable<T> expected, IEnumerable<T> actual, Func<T, T, bool> same) =>
            expected is null || actual is null ? ReferenceEquals(expected, actual)
                : expected.Count() == actual.Count() && expected.Zip(actual).All(pair => same(pair.First, pair.Second));

        public static void Equal(string expected, string actual, bool ignoreCase = false,
            bool ignoreLineEndingDifferences = false, bool ignoreWhiteSpaceDifferences = false,
            bool ignoreAllWhiteSpace = false)
        {
            string Plain(string text)
            {
                if (text is null) return null;
                if (ignoreLineEndingDifferences) text = text.Replace("\r\n", "\n").Replace('\r', '\n');
                if (ignoreWhiteSpaceDifferences) text = Regex.Replace(text, @"[ \t]+", " ");
                return ignoreAllWhiteSpace ? Regex.Replace(text, @"\s+", "") : text;
            }

            var how = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            if (!string.Equals(Plain(expected), Plain(actual), how)) Failed("Equal", expected, actual);
        }

        public static void Equal(double expected, double actual, int precision) =>
            Near(Math.Round(expected, precision).Equals(Math.Round(actual, precision)), expected, actual);

        public static void Equal(double expected, double actual, int precision, MidpointRounding rounding) =>
            Near(Math.Round(expected, precision, rounding).Equals(Math.Round(actual, precision, rounding)), expected, actual);

        public static void Equal(double expected, double actual, double tolerance) =>
            Near(expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance, expected, actual);

        public static void Equal(float expected, float actual, int precision) =>
            Near(MathF.Round(expected, precision).Equals(MathF.Round(actual, precision)), expected, actual);

        public static void Equal(float expected, float actual, float tolerance) =>
            Near(expected.Equals(actual) || MathF.Abs(expected - actual) <= tolerance, expected, actual);

        public static void Equal(decimal expected, decimal actual, int precision) =>
            Near(Math.Round(expected, precision) == Math.Round(actual, precision), expected, actual);

        public static void Equal(DateTime expected, DateTime actual, TimeSpan precision) =>
            Near((expected - actual).Duration() <= precision, expected, actual);

        public static void Equal(DateTimeOffset expected, DateTimeOffset actual, TimeSpan precision) =>
            Near((expected - actual).Duration() <= precision, expected, actual);

        static void Near(bool holds, object expected, object actual)
        {
            if (!holds) Failed("Equal", expected, actual);
        }

        public static void NotEqual<T>(T expected, T actual) =>
            Check(!Equality.Same(expected, actual), $"Assert.NotEqual: both are {Print.Show(actual)}");

        public static void NotEqual<T>(IEnumerable<T> expected, IEnumerable<T> actual) =>
            Check(!Equality.Same(expected, actual), $"Assert.NotEqual: both are {Print.Show(actual)}");

        public static void NotEqual<T>(T expected, T actual, IEqualityComparer<T> comparer) =>
            Check(!comparer.Equals(expected, actual), $"Assert.NotEqual: both are {Print.Show(actual)}");

        public static void NotEqual(double expected, double actual, int precision) =>
            Check(!Math.Round(expected, precision).Equals(Math.Round(actual, precision)), $"Assert.NotEqual: both are {actual}");

        public static void StrictEqual<T>(T expected, T actual)
        {
            if (!EqualityComparer<T>.Default.Equals(expected, actual)) Failed("StrictEqual", expected, actual);
        }

        public static void NotStrictEqual<T>(T expected, T actual) =>
            Check(!EqualityComparer<T>.Default.Equals(expected, actual), $"Assert.NotStrictEqual: both are {Print.Show(actual)}");

        public static void Same(object expected, object actual)
        {
            if (!ReferenceEquals(expected, actual)) Failed("Same", expected, actual);
        }

        public static void NotSame(object expected, object actual) =>
            Check(!ReferenceEquals(expected, actual), "Assert.NotSame: both are the same object");

        public static void Equivalent(object expected, object actual, bool strict = false)
        {
            if (!Equivalence.Holds(expected, actual, strict)) Failed("Equivalent", expected, actual);
        }

        // -- truth and null ---------------------------------------------------------------------

        public static void True(bool condition) => True((bool?)condition);

        public static void True(bool? condition) => True(condition, null);

        public static void True(bool condition, string userMessage) => True((bool?)condition, userMessage);

        public static void True(bool? condition, string userMessage)
        {
            if (condition != true) throw new XunitException(userMessage ?? "Assert.True: expected true", "true", Print.Show(condition));
        }

        public static void False(bool condition) => False((bool?)condition);

        public static void False(bool? condition) => False(condition, null);

        public static void False(bool condition, string userMessage) => False((bool?)condition, userMessage);

        public static void False(bool? condition, string userMessage)
        {
            if (condition != false) throw new XunitException(userMessage ?? "Assert.False: expected false", "false", Print.Show(condition));
        }

        public static void Null(object value)
        {
            if (value is not null) Failed("Null", null, value);
        }

        public static void NotNull(object value) => Check(value is not null, "Assert.NotNull: the value is null");

        // -- order ------------------------------------------------------------------------------

        public static void InRange<T>(T actual, T low, T high) where T : IComparable =>
            Check(actual.CompareTo(low) >= 0 && actual.CompareTo(high) <= 0,
                $"Assert.InRange: {Print.Show(actual)} is not between {Print.Show(low)} and {Print.Show(high)}");

        public static void NotInRange<T>(T actual, T low, T high) where T : IComparable =>
            Check(actual.CompareTo(low) < 0 || actual.CompareTo(high) > 0,
                $"Assert.NotInRange: {Print.Show(actual)} is between {Print.Show(low)} and {Print.Show(high)}");

        // -- text -------------------------------------------------------------------------------

        public static void StartsWith(string expectedStart, string actual, StringComparison how = StringComparison.Ordinal)
        {
            if (actual is null || !actual.StartsWith(expectedStart, how)) Failed("StartsWith", expectedStart, actual);
        }

        public static void EndsWith(string expectedEnd, string actual, StringComparison how = StringComparison.Ordinal)
        {
            if (actual is null || !actual.EndsWith(expectedEnd, how)) Failed("EndsWith", expectedEnd, actual);
        }

        public static void Contains(string expectedSubstring, string actual, StringComparison how = StringComparison.Ordinal)
        {
            if (actual is null || !actual.Contains(expectedSubstring, how)) Failed("Contains", expectedSubstring, actual);
        }

        public static void DoesNotContain(string substring, string actual, StringComparison how = StringComparison.Ordinal) =>
            Check(actual is null || !actual.Contains(substring, how),
                $"Assert.DoesNotContain: {Print.Show(actual)} contains {Print.Show(substring)}");

        public static void Matches(string expectedPattern, string actual) => Matches(new Regex(expectedPattern), actual);

        public static void Matches(Regex expectedPattern, string actual)
        {
            if (actual is null || !expectedPattern.IsMatch(actual)) Failed("Matches", expectedPattern.ToString(), actual);
        }

        public static void DoesNotMatch(string pattern, string actual) => DoesNotMatch(new Regex(pattern), actual);

        public static void DoesNotMatch(Regex pattern, string actual) =>
            Check(actual is null || !pattern.IsMatch(actual), $"Assert.DoesNotMatch: {Print.Show(actual)} matches {pattern}");

        // -- types ------------------------------------------------------------------------------

        public static T IsType<T>(object value) => IsType<T>(value, exactMatch: true);

        public static T IsType<T>(object value, bool exactMatch)
        {
            if (exactMatch) IsType(typeof(T), value);
            else IsAssignableFrom(typeof(T), value);
            return (T)value;
        }

        public static void IsType(Type expected, object value)
        {
            if (value?.GetType() != expected) Failed("IsType", expected, value?.GetType());
        }

        public static void IsNotType<T>(object value) => IsNotType(typeof(T), value);

        public static void IsNotType(Type expected, object value) =>
            Check(value?.GetType() != expected, $"Assert.IsNotType: the value is a {expected.Name}");

        public static T IsAssignableFrom<T>(object value)
        {
            IsAssignableFrom(typeof(T), value);
            return (T)value;
        }

        public static void IsAssignableFrom(Type expected, object value)
        {
            if (!expected.IsInstanceOfType(value)) Failed("IsAssignableFrom", expected, value?.GetType());
        }

        public static void IsNotAssignableFrom<T>(object value) =>
            Check(value is not T, $"Assert.IsNotAssignableFrom: the value is a {typeof(T).Name}");
    }

    /// Same public data whatever the types; sequences in any order.
    internal static class Equivalence
    {
        const int MaxDepth = 60;

        public static bool Holds(object expected, object actual, bool strict, int depth = 0)
        {
            if (expected is null || actual is null) return expected is null && actual is null;
            if (depth > MaxDepth) return false;
            if (expected is string || expected.GetType().IsPrimitive || expected is decimal or Enum or DateTime or DateTimeOffset or TimeSpan or Guid)
                return Equality.Same(expected, actual) || Numbers(expected, actual);
            if (expected is IDictionary map && actual is IDictionary other)
                return (!strict || map.Count == other.Count) && map.Keys.Cast<object>()
                    .All(key => other.Contains(key) && Holds(map[key], other[key], strict, depth + 1));
            if (expected is IEnumerable items && actual is IEnumerable others) return Bags(items, others, strict, depth);
            var data = Wire.DataOf(expected.GetType()).ToList();
            var names = Wire.DataOf(actual.GetType()).ToDictionary(one => one.Name, one => one.Member);
            if (strict && names.Count != data.Count) return false;
            return data.All(one => names.TryGetValue(one.Name, out var member)
                && Holds(Value(one.Member, expected), Value(member, actual), strict, depth + 1));
        }

        static bool Numbers(object expected, object actual) =>
            expected is IConvertible && actual is IConvertible && expected.GetType().IsPrimitive && actual.GetType().IsPrimitive
            && expected is not (bool or char) && actual is not (bool or char)
            && Convert.ToDouble(expected).Equals(Convert.ToDouble(actual));

        static bool Bags(IEnumerable expected, IEnumerable actual, bool strict, int depth)
        {
            var left = actual.Cast<object>().ToList();
            foreach (object item in expected)
            {
                int at = left.FindIndex(one => Holds(item, one, strict, depth + 1));
                if (at < 0) return false;
                left.RemoveAt(at);
            }
            return !strict || left.Count == 0;
        }

        static object Value(System.Reflection.MemberInfo member, object of) =>
            member is System.Reflection.PropertyInfo property ? property.GetValue(of) : ((System.Reflection.FieldInfo)member).GetValue(of);
    }
}
