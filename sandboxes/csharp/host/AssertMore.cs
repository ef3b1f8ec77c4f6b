// Assertions under the names of xUnit's: collections and exceptions. Own implementation.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Harness;
using Xunit.Sdk;

namespace Xunit
{
    public partial class Assert
    {
        public static void Empty(IEnumerable collection)
        {
            if (collection is null || collection.Cast<object>().Any()) Failed("Empty", Array.Empty<object>(), collection);
        }

        public static void NotEmpty(IEnumerable collection) =>
            Check(collection is not null && collection.Cast<object>().Any(), "Assert.NotEmpty: the collection is empty");

        public static T Single<T>(IEnumerable<T> collection) => Single(collection, _ => true);

        public static T Single<T>(IEnumerable<T> collection, Predicate<T> predicate)
        {
            var found = collection.Where(one => predicate(one)).Take(2).ToList();
            Check(found.Count == 1, $"Assert.Single: {(found.Count == 0 ? "none" : "more than one")} in {Print.Show(collection)}");
            return found[0];
        }

        public static object Single(IEnumerable collection) => Single(collection.Cast<object>());

        public static void Single(IEnumerable collection, object expected) =>
            Single(collection.Cast<object>(), one => Equality.Same(expected, one));

        public static void Contains<T>(T expected, IEnumerable<T> collection)
        {
            bool own = collection is ICollection<T> known && known.Contains(expected);
            if (!own && !collection.Any(one => Equality.Same(expected, one))) Failed("Contains", expected, collection);
        }

        public static void Contains<T>(T expected, IEnumerable<T> collection, IEqualityComparer<T> comparer)
        {
            if (!collection.Contains(expected, comparer)) Failed("Contains", expected, collection);
        }

        public static void Contains<T>(IEnumerable<T> collection, Predicate<T> filter) =>
            Check(collection.Any(one => filter(one)), $"Assert.Contains: no match in {Print.Show(collection)}");

        public static TValue Contains<TKey, TValue>(TKey expected, IDictionary<TKey, TValue> collection)
        {
            if (!collection.TryGetValue(expected, out var value)) Failed("Contains", expected, collection.Keys);
            return value;
        }

        public static TValue Contains<TKey, TValue>(TKey expected, Dictionary<TKey, TValue> collection) =>
            Contains(expected, (IDictionary<TKey, TValue>)collection);

        public static TValue Contains<TKey, TValue>(TKey expected, IReadOnlyDictionary<TKey, TValue> collection)
        {
            if (!collection.TryGetValue(expected, out var value)) Failed("Contains", expected, collection.Keys);
            return value;
        }

        public static void DoesNotContain<T>(T expected, IEnumerable<T> collection) =>
            Check(!collection.Any(one => Equality.Same(expected, one)),
                $"Assert.DoesNotContain: {Print.Show(expected)} is in {Print.Show(collection)}");

        public static void DoesNotContain<T>(IEnumerable<T> collection, Predicate<T> filter) =>
            Check(!collection.Any(one => filter(one)), $"Assert.DoesNotContain: a match in {Print.Show(collection)}");

        public static void DoesNotContain<TKey, TValue>(TKey expected, IDictionary<TKey, TValue> collection) =>
            Check(!collection.ContainsKey(expected), $"Assert.DoesNotContain: the key {Print.Show(expected)} is there");

        public static void DoesNotContain<TKey, TValue>(TKey expected, Dictionary<TKey, TValue> collection) =>
            DoesNotContain(expected, (IDictionary<TKey, TValue>)collection);

        public static void All<T>(IEnumerable<T> collection, Action<T> action) => All(collection, (one, _) => action(one));

        public static void All<T>(IEnumerable<T> collection, Action<T, int> action)
        {
            int index = 0;
            foreach (var one in collection) Item(() => action(one, index), index++, one);
        }

        static void Item(Action check, int index, object item)
        {
            try { check(); }
            catch (XunitException failed)
            {
                throw new XunitException($"item {index}, {Print.Show(item)}: {failed.Message}", failed.Expected, failed.Actual);
            }
        }

        public static void Collection<T>(IEnumerable<T> collection, params Action<T>[] elementInspectors)
        {
            var items = collection.ToList();
            Check(items.Count == elementInspectors.Length,
                $"Assert.Collection: expected {elementInspectors.Length} items, got {items.Count}: {Print.Show(items)}");
            for (int i = 0; i < items.Count; i++)
            {
                var (inspect, item) = (elementInspectors[i], items[i]);
                Item(() => inspect(item), i, item);
            }
        }

        public static void Distinct<T>(IEnumerable<T> collection) =>
            Check(collection.Distinct().Count() == collection.Count(), $"Assert.Distinct: a duplicate in {Print.Show(collection)}");

        public static void Subset<T>(ISet<T> expectedSuperset, ISet<T> actual)
        {
            if (!actual.IsSubsetOf(expectedSuperset)) Failed("Subset", expectedSuperset, actual);
        }

        public static void Superset<T>(ISet<T> expectedSubset, ISet<T> actual)
        {
            if (!actual.IsSupersetOf(expectedSubset)) Failed("Superset", expectedSubset, actual);
        }

        public static void ProperSubset<T>(ISet<T> expectedSuperset, ISet<T> actual)
        {
            if (!actual.IsProperSubsetOf(expectedSuperset)) Failed("ProperSubset", expectedSuperset, actual);
        }

        public static void ProperSuperset<T>(ISet<T> expectedSubset, ISet<T> actual)
        {
            if (!actual.IsProperSupersetOf(expectedSubset)) Failed("ProperSuperset", expectedSubset, actual);
        }

        public static void Multiple(params Action[] checks)
        {
            var failures = checks.Select(Failure).Where(one => one is not null).ToList();
            if (failures.Count == 1) throw failures[0];
            if (failures.Count > 1) throw new XunitException(string.Join("\n", failures.Select(one => one.Message)));
        }

        static XunitException Failure(Action check)
        {
            try { check(); }
            catch (XunitException failed) { return failed; }
            return null;
        }

        // -- exceptions -------------------------------------------------------------------------

        static Exception Expect(Type expected, Exception thrown, bool exactly)
        {
            bool right = exactly ? thrown?.GetType() == expected : expected.IsInstanceOfType(thrown);
            if (right) return thrown;
            string got = thrown is null ? "nothing was thrown" : $"{thrown.GetType().FullName}: {Faults.Message(thrown)}";
            throw new XunitException($"Assert.Throws: expected {expected.FullName}, {(thrown is null ? "" : "got ")}{got}", expected.FullName, got);
        }

        static T Named<T>(T error, string paramName) where T : ArgumentException
        {
            if (error.ParamName != paramName) Failed("Throws (parameter name)", paramName, error.ParamName);
            return error;
        }

        public static T Throws<T>(Action testCode) where T : Exception => (T)Expect(typeof(T), Record.Exception(testCode), true);

        public static T Throws<T>(Func<object> testCode) where T : Exception => (T)Expect(typeof(T), Record.Exception(testCode), true);

        public static T Throws<T>(string paramName, Action testCode) where T : ArgumentException => Named(Throws<T>(testCode), paramName);

        public static T Throws<T>(string paramName, Func<object> testCode) where T : ArgumentException => Named(Throws<T>(testCode), paramName);

        public static Exception Throws(Type exceptionType, Action testCode) => Expect(exceptionType, Record.Exception(testCode), true);

        public static Exception Throws(Type exceptionType, Func<object> testCode) => Expect(exceptionType, Record.Exception(testCode), true);

        public static T ThrowsAny<T>(Action testCode) where T : Exception => (T)Expect(typeof(T), Record.Exception(testCode), false);

        public static T ThrowsAny<T>(Func<object> testCode) where T : Exception => (T)Expect(typeof(T), Record.Exception(testCode), false);

        public static async Task<T> ThrowsAsync<T>(Func<Task> testCode) where T : Exception =>
            (T)Expect(typeof(T), await Record.ExceptionAsync(testCode), true);

        public static async Task<T> ThrowsAsync<T>(string paramName, Func<Task> testCode) where T : ArgumentException =>
            Named(await ThrowsAsync<T>(testCode), paramName);

        public static async Task<T> ThrowsAnyAsync<T>(Func<Task> testCode) where T : Exception =>
            (T)Expect(typeof(T), await Record.ExceptionAsync(testCode), false);
    }

    public static class Record
    {
        public static Exception Exception(Action testCode)
        {
            try { testCode(); }
            catch (Exception error) { return error; }
            return null;
        }

        public static Exception Exception(Func<object> testCode)
        {
            try { Target.Finished(testCode()); }
            catch (Exception error) { return error; }
            return null;
        }

        public static async Task<Exception> ExceptionAsync(Func<Task> testCode)
        {
            try { await testCode(); }
            catch (Exception error) { return error; }
            return null;
        }
    }
}
