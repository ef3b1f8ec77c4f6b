// Deep comparison under the names that some benchmarks' tests use; the implementation is ours.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Harness;

namespace KellermanSoftware.CompareNetObjects
{
    public class ComparisonConfig
    {
        public int MaxDifferences { get; set; } = 1;
        public bool IgnoreCollectionOrder { get; set; }
        public bool IgnoreObjectTypes { get; set; }
        public bool CaseSensitive { get; set; } = true;
        public bool CompareFields { get; set; } = true;
        public bool CompareProperties { get; set; } = true;
        public double DoublePrecision { get; set; }
        public decimal DecimalPrecision { get; set; }
        public List<string> MembersToIgnore { get; set; } = [];
    }

    public class Difference
    {
        public string PropertyName { get; set; } = "";
        public object Object1 { get; set; }
        public object Object2 { get; set; }

        public override string ToString() =>
            $"{(PropertyName == "" ? "value" : PropertyName)}: {Print.Show(Object1)} is not {Print.Show(Object2)}";
    }

    public class ComparisonResult
    {
        public List<Difference> Differences { get; } = [];
        public bool AreEqual => Differences.Count == 0;
        public string DifferencesString => string.Join("\n", Differences);
    }

    public interface ICompareLogic
    {
        ComparisonResult Compare(object expectedObject, object actualObject);
    }

    public class CompareLogic : ICompareLogic
    {
        public CompareLogic() { }

        public CompareLogic(ComparisonConfig config) => Config = config;

        public ComparisonConfig Config { get; set; } = new();

        public ComparisonResult Compare(object expectedObject, object actualObject)
        {
            var result = new ComparisonResult();
            new Comparison(Config, result).Visit("", expectedObject, actualObject, 0);
            return result;
        }
    }

    /// One walk over two values.
    internal sealed class Comparison(ComparisonConfig config, ComparisonResult result)
    {
        const int MaxDepth = 100;
        readonly HashSet<(object, object)> seen = new(new ByReference());

        bool Enough => result.Differences.Count >= Math.Max(1, config.MaxDifferences);

        void Note(string path, object left, object right) =>
            result.Differences.Add(new Difference { PropertyName = path, Object1 = left, Object2 = right });

        public void Visit(string path, object left, object right, int depth)
        {
            if (Enough || ReferenceEquals(left, right)) return;
            if (left is null || right is null || depth > MaxDepth)
            {
                Note(path, left, right);
                return;
            }
            var type = left.GetType();
            bool sequences = left is IEnumerable and not string && right is IEnumerable and not string;
            if (type != right.GetType() && !config.IgnoreObjectTypes && !(sequences && Alike(type, right.GetType())))
                Note(path, left, right);
            else if (IsSimple(type)) Simple(path, left, right);
            else if (!type.IsValueType && !seen.Add((left, right))) return;
            else if (left is IDictionary map && right is IDictionary other) Maps(path, map, other, depth);
            else if (sequences) Sequences(path, (IEnumerable)left, (IEnumerable)right, depth);
            else Members(path, left, right, depth);
        }

        /// Lazy sequences have types of their own; what they yield counts.
        static bool Alike(Type left, Type right) => !left.IsPublic || !right.IsPublic;

        static bool IsSimple(Type type) =>
            type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal)
            || type.Assembly == typeof(object).Assembly && type.IsValueType && !type.Name.StartsWith("ValueTuple`")
                && !type.Name.StartsWith("KeyValuePair`")
            || type == typeof(System.Numerics.BigInteger) || typeof(Type).IsAssignableFrom(type);

        void Simple(string path, object left, object right)
        {
            bool same = (left, right) switch
            {
                (double a, double b) when config.DoublePrecision > 0 => Math.Abs(a - b) <= config.DoublePrecision,
                (decimal a, decimal b) when config.DecimalPrecision > 0 => Math.Abs(a - b) <= config.DecimalPrecision,
                (string a, string b) when !config.CaseSensitive => string.Equals(a, b, StringComparison.OrdinalIgnoreCase),
                _ => left.Equals(right),
            };
            if (!same) Note(path, left, right);
        }

        void Maps(string path, IDictionary left, IDictionary right, int depth)
        {
            if (left.Count != right.Count) Note(path + ".Count", left.Count, right.Count);
            foreach (DictionaryEntry one in left)
            {
                if (!right.Contains(one.Key)) Note($"{path}[{one.Key}]", one.Value, null);
                else Visit($"{path}[{one.Key}]", one.Value, right[one.Key], depth + 1);
                if (Enough) return;
            }
        }

        void Sequences(string path, IEnumerable left, IEnumerable right, int depth)
        {
            var (items, others) = (left.Cast<object>().ToList(), right.Cast<object>().ToList());
            if (items.Count != others.Count)
            {
                Note(path + ".Count", items.Count, others.Count);
                return;
            }
            if (config.IgnoreCollectionOrder || IsSet(left) && IsSet(right)) Bags(path, items, others);
            else
                for (int i = 0; i < items.Count && !Enough; i++) Visit($"{path}[{i}]", items[i], others[i], depth + 1);
        }

        static bool IsSet(IEnumerable value) => value.GetType().GetInterfaces()
            .Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ISet<>));

        void Bags(string path, List<object> items, List<object> others)
        {
            foreach (object item in items)
            {
                int at = others.FindIndex(other => new CompareLogic(config).Compare(item, other).AreEqual);
                if (at >= 0) others.RemoveAt(at);
                else Note(path, item, null);
            }
        }

        void Members(string path, object left, object right, int depth)
        {
            foreach (var (name, member) in Wire.DataOf(left.GetType()))
            {
                if (Enough) return;
                bool field = member is FieldInfo;
                if (config.MembersToIgnore.Contains(name) || !(field ? config.CompareFields : config.CompareProperties)) continue;
                Visit(path == "" ? name : $"{path}.{name}", Value(member, left), Value(member, right), depth + 1);
            }
        }

        static object Value(MemberInfo member, object of)
        {
            if (member.DeclaringType.IsInstanceOfType(of))
                return member is FieldInfo field ? field.GetValue(of) : ((PropertyInfo)member).GetValue(of);
            var same = of.GetType().GetProperty(member.Name);
            return same?.GetValue(of);
        }

        sealed class ByReference : IEqualityComparer<(object, object)>
        {
            public bool Equals((object, object) left, (object, object) right) =>
                ReferenceEquals(left.Item1, right.Item1) && ReferenceEquals(left.Item2, right.Item2);

            public int GetHashCode((object, object) value) => HashCode.Combine(
                System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Item1),
                System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Item2));
        }
    }
}
