// xUnit-style tests: a new instance of the class per test, theories row by row, Skip ignored.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Xunit;

namespace Harness;

internal static class Facts
{
    const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    public static void Run(Type type, Reporter report)
    {
        if (type is null || type.IsAbstract && !type.IsSealed || type.ContainsGenericParameters) return;
        var fixtures = new Dictionary<Type, object>();
        foreach (var method in type.GetMethods(Any).OrderBy(one => one.MetadataToken))
        {
            var fact = method.GetCustomAttribute<FactAttribute>();
            if (fact is null) continue;
            string name = fact.DisplayName ?? method.Name;
            if (fact is not TheoryAttribute) RunOne(type, method, [], name, fixtures, report);
            else RunTheory(type, method, name, fixtures, report);
        }
        foreach (object one in fixtures.Values) Dispose(one);
    }

    static void RunTheory(Type type, MethodInfo method, string name, Dictionary<Type, object> fixtures, Reporter report)
    {
        List<object[]> rows;
        try { rows = method.GetCustomAttributes<DataAttribute>().SelectMany(one => one.GetData(method)).ToList(); }
        catch (Exception error)
        {
            Tests.Report(report, name, error, asserted: false);
            return;
        }
        if (rows.Count == 0) report.Case(name, "failed", "the theory has no data");
        foreach (object[] row in rows)
            RunOne(type, method, row, $"{name}({string.Join(", ", row.Select(Print.Show))})", fixtures, report);
    }

    static void RunOne(Type type, MethodInfo method, object[] row, string name,
        Dictionary<Type, object> fixtures, Reporter report)
    {
        report.Start(name);
        object instance = null;
        Exception failure = null;
        try
        {
            if (!method.IsStatic) instance = Create(type, fixtures);
            if (instance is IAsyncLifetime) Await(instance, "InitializeAsync");
            var target = method.IsGenericMethodDefinition ? Close(method, row) : method;
            Target.Finished(target.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, Arguments(target, row), null));
        }
        catch (Exception error) { failure = error; }
        try { Dispose(instance); }
        catch (Exception error) { failure ??= error; }
        if (failure is null) report.Case(name, "passed");
        else Tests.Report(report, name, failure, asserted: false);
    }

    static void Dispose(object instance)
    {
        if (instance is IAsyncLifetime or IAsyncDisposable) Await(instance, "DisposeAsync");
        (instance as IDisposable)?.Dispose();
    }

    static void Await(object instance, string method) =>
        Target.Finished(instance.GetType().GetMethod(method)?.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, [], null));

    static object Create(Type type, Dictionary<Type, object> fixtures)
    {
        var constructor = type.GetConstructors().OrderByDescending(one => one.GetParameters().Length).First();
        var given = constructor.GetParameters().Select(one => Given(one.ParameterType, fixtures)).ToArray();
        return constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, given, null);
    }

    static object Given(Type type, Dictionary<Type, object> fixtures)
    {
        if (type == typeof(ITestOutputHelper)) return new ConsoleOutput();
        if (fixtures.TryGetValue(type, out object made)) return made;
        fixtures[type] = made = Activator.CreateInstance(type);
        if (made is IAsyncLifetime) Await(made, "InitializeAsync");
        return made;
    }

    static MethodInfo Close(MethodInfo method, object[] row)
    {
        var parameters = method.GetParameters();
        var types = method.GetGenericArguments().Select(one =>
        {
            int at = Array.FindIndex(parameters, p => p.ParameterType == one);
            return at >= 0 && at < row.Length && row[at] is { } value ? value.GetType() : typeof(object);
        });
        return method.MakeGenericMethod(types.ToArray());
    }

    /// A row's values as the method's parameters: a params array, defaults, implicit conversions.
    static object[] Arguments(MethodInfo method, object[] row)
    {
        var parameters = method.GetParameters();
        var given = new object[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
            bool many = parameters[i].IsDefined(typeof(ParamArrayAttribute))
                && !(row.Length == parameters.Length && type.IsInstanceOfType(row[i]));
            if (many) given[i] = Rest(row.Skip(i).ToArray(), type.GetElementType());
            else if (i < row.Length) given[i] = Fit(row[i], type);
            else if (parameters[i].HasDefaultValue) given[i] = parameters[i].DefaultValue;
            else throw new InvalidOperationException($"the row has {row.Length} values, the test {parameters.Length} parameters");
        }
        return given;
    }

    static Array Rest(object[] values, Type type)
    {
        var array = Array.CreateInstance(type, values.Length);
        for (int i = 0; i < values.Length; i++) array.SetValue(Fit(values[i], type), i);
        return array;
    }

    static object Fit(object value, Type type)
    {
        if (value is null || type.IsInstanceOfType(value)) return value;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum) return value is string name ? Enum.Parse(plain, name) : Enum.ToObject(plain, value);
        foreach (var method in plain.GetMethods(BindingFlags.Public | BindingFlags.Static))
            if (method.Name is "op_Implicit" or "op_Explicit" && method.ReturnType == plain
                && method.GetParameters()[0].ParameterType.IsInstanceOfType(value))
                return method.Invoke(null, [value]);
        if (value is IConvertible && typeof(IConvertible).IsAssignableFrom(plain))
            return Convert.ChangeType(value, plain, CultureInfo.InvariantCulture);
        return value;
    }

    sealed class ConsoleOutput : ITestOutputHelper
    {
        public void WriteLine(string message) => Console.WriteLine(message);

        public void WriteLine(string format, params object[] args) => Console.WriteLine(format, args);
    }
}
