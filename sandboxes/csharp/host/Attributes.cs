// The attributes and interfaces that xUnit-style tests are written with.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;

namespace Xunit
{
    [AttributeUsage(AttributeTargets.Method)]
    public class FactAttribute : Attribute
    {
        public virtual string DisplayName { get; set; }
        /// Taken and ignored: every test is run.
        public virtual string Skip { get; set; }
        public virtual int Timeout { get; set; }
        public virtual bool Explicit { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public class TheoryAttribute : FactAttribute
    {
        public bool DisableDiscoveryEnumeration { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public abstract class DataAttribute : Attribute
    {
        public virtual string Skip { get; set; }

        public abstract IEnumerable<object[]> GetData(MethodInfo testMethod);
    }

    public sealed class InlineDataAttribute(params object[] data) : DataAttribute
    {
        public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [data ?? [null]];
    }

    public class MemberDataAttribute(string memberName, params object[] parameters) : DataAttribute
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.FlattenHierarchy;

        public string MemberName => memberName;
        public Type MemberType { get; set; }
        public bool DisableDiscoveryEnumeration { get; set; }

        public override IEnumerable<object[]> GetData(MethodInfo testMethod)
        {
            var type = MemberType ?? testMethod.DeclaringType;
            object data = type.GetProperty(memberName, Any) is { } property ? property.GetValue(null)
                : type.GetField(memberName, Any) is { } field ? field.GetValue(null)
                : type.GetMethod(memberName, Any) is { } method ? method.Invoke(null, parameters)
                : throw new ArgumentException($"{type.Name} has no static member {memberName}");
            return Rows.Of(data);
        }
    }

    public class ClassDataAttribute(Type type) : DataAttribute
    {
        public Type Class => type;

        public override IEnumerable<object[]> GetData(MethodInfo testMethod) => Rows.Of(Activator.CreateInstance(type));
    }

    internal static class Rows
    {
        public static IEnumerable<object[]> Of(object data) =>
            ((IEnumerable)data).Cast<object>().Select(row => row switch
            {
                object[] plain => plain,
                System.Runtime.CompilerServices.ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).ToArray(),
                ITheoryDataRow one => one.GetData(),
                _ => [row],
            });
    }

    public interface ITheoryDataRow
    {
        object[] GetData();
    }

    public class TheoryDataRow(params object[] data) : ITheoryDataRow
    {
        public object[] GetData() => data;
    }

    public abstract class TheoryData : IEnumerable<object[]>
    {
        readonly List<object[]> rows = [];

        protected void AddRow(params object[] values) => rows.Add(values);

        public IEnumerator<object[]> GetEnumerator() => rows.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => rows.GetEnumerator();
    }

    public class TheoryData<T> : TheoryData
    {
        public TheoryData() { }

        public TheoryData(IEnumerable<T> values)
        {
            foreach (var one in values) Add(one);
        }

        public TheoryData(params T[] values) : this((IEnumerable<T>)values) { }

        public void Add(T p) => AddRow(p);
    }

    public class TheoryData<T1, T2> : TheoryData
    {
        public void Add(T1 p1, T2 p2) => AddRow(p1, p2);
    }

    public class TheoryData<T1, T2, T3> : TheoryData
    {
        public void Add(T1 p1, T2 p2, T3 p3) => AddRow(p1, p2, p3);
    }

    public class TheoryData<T1, T2, T3, T4> : TheoryData
    {
        public void Add(T1 p1, T2 p2, T3 p3, T4 p4) => AddRow(p1, p2, p3, p4);
    }

    public class TheoryData<T1, T2, T3, T4, T5> : TheoryData
    {
        public void Add(T1 p1, T2 p2, T3 p3, T4 p4, T5 p5) => AddRow(p1, p2, p3, p4, p5);
    }

    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly, AllowMultiple = true)]
    public sealed class TraitAttribute(string name, string value) : Attribute
    {
        public string Name => name;
        public string Value => value;
    }

    [AttributeUsage(AttributeTargets.Class)]
    public class CollectionAttribute(string name) : Attribute
    {
        public string Name => name;
    }

    [AttributeUsage(AttributeTargets.Class)]
    public class CollectionDefinitionAttribute(string name) : Attribute
    {
        public string Name => name;
        public bool DisableParallelization { get; set; }
    }

    public interface IClassFixture<TFixture> where TFixture : class { }

    public interface ICollectionFixture<TFixture> where TFixture : class { }

    /// InitializeAsync and DisposeAsync are found by name: they return Task or ValueTask.
    public interface IAsyncLifetime { }

    public interface ITestOutputHelper
    {
        void WriteLine(string message);

        void WriteLine(string format, params object[] args);
    }

    public sealed class TestContext
    {
        public static TestContext Current { get; } = new();

        public System.Threading.CancellationToken CancellationToken => default;
    }
}

namespace Xunit.Abstractions
{
    /// Only here so that the namespace may be named.
    public interface IXunitSerializable { }
}

namespace Xunit.Sdk
{
    /// A failed assertion; expected and actual as shown text.
    public class XunitException(string message, string expected = "", string actual = "") : Exception(message)
    {
        public string Expected => expected;
        public string Actual => actual;
    }
}
