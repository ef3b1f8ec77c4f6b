// Finds the method that a call means: any class, static or not, whatever its access.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading.Tasks;

namespace Harness;

/// The response has no method that the task's call fits: as good as not compiling.
internal sealed class TargetMissing(string message) : Exception(message);

internal sealed class Target(MethodInfo method, Type[] types)
{
    const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static
        | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// count: how many arguments will be given, for calls without a signature.
    public static Target Find(Assembly assembly, string name, int count)
    {
        var signature = assembly.GetType("HarnessCall.Signature")?.GetMethod("Call", Any)
            ?.GetParameters().Select(one => one.ParameterType).ToArray();
        var named = Methods(assembly, name);
        if (named.Count == 0) throw new TargetMissing($"error: the response defines no method {name}");
        MethodInfo best = null;
        int highest = 0;
        foreach (var one in named)
        {
            var method = Closed(one, signature);
            int score = method is null ? 0 : Score(method, signature, count);
            if (score > highest) (best, highest) = (method, score);
        }
        if (best is not null) return new Target(best, signature);
        string wanted = signature is null ? $"{count} arguments" : string.Join(", ", signature.Select(Show));
        throw new TargetMissing($"error: no method {name} can be called with ({wanted}); there is "
            + string.Join("; ", named.Select(Describe)));
    }

    // Loops where a query would be shorter: queries over tuples are compiled anew at every start.
    static List<MethodInfo> Methods(Assembly assembly, string name)
    {
        var named = new List<MethodInfo>();
        foreach (var type in assembly.GetTypes())
        {
            if (type.Namespace == "HarnessCall") continue;
            foreach (var method in type.GetMethods(Any))
                if (Named(method, name)) named.Add(method);
        }
        return named;
    }

    /// A method, or a function among top-level statements under the compiler's name for it.
    static bool Named(MethodInfo method, string name) =>
        method.Name == name || (method.Name.StartsWith("<<Main>$>g__" + name + "|") && method.IsStatic);

    static string Describe(MethodInfo method) =>
        $"{method.Name}({string.Join(", ", method.GetParameters().Select(one => Show(one.ParameterType)))})";

    static string Show(Type type)
    {
        if (type.IsArray) return Show(type.GetElementType()) + "[]";
        if (!type.IsGenericType) return type.Name;
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Show))}>";
    }

    /// Generic methods get their type arguments from the signature, as a call would infer them.
    static MethodInfo Closed(MethodInfo method, Type[] signature)
    {
        if (!method.ContainsGenericParameters) return method;
        if (method.DeclaringType.ContainsGenericParameters || signature is null) return null;
        var bound = new Dictionary<Type, Type>();
        var parameters = method.GetParameters();
        for (int i = 0; i < Math.Min(parameters.Length, signature.Length); i++)
            Infer(parameters[i].ParameterType, signature[i], bound);
        try
        {
            return method.MakeGenericMethod(method.GetGenericArguments().Select(one => bound[one]).ToArray());
        }
        catch (Exception) { return null; }
    }

    static void Infer(Type formal, Type actual, Dictionary<Type, Type> bound)
    {
        if (formal.IsGenericParameter) bound.TryAdd(formal, actual);
        else if (formal.IsArray && actual.IsArray) Infer(formal.GetElementType(), actual.GetElementType(), bound);
        else if (formal.IsGenericType)
        {
            var shape = formal.GetGenericTypeDefinition();
            var match = actual.GetInterfaces().Prepend(actual)
                .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == shape);
            if (match is null) return;
            var (formals, actuals) = (formal.GetGenericArguments(), match.GetGenericArguments());
            for (int i = 0; i < formals.Length; i++) Infer(formals[i], actuals[i], bound);
        }
    }

    /// 0: cannot be called so. Higher is closer, as overload resolution has it.
    static int Score(MethodInfo method, Type[] signature, int count)
    {
        var parameters = method.GetParameters();
        count = signature?.Length ?? count;
        if (parameters.Length < count || parameters.Skip(count).Any(one => !one.IsOptional)) return 0;
        int score = 1000 - 50 * (parameters.Length - count);
        score += (method.IsPublic ? 2 : 0) + (method.IsStatic ? 1 : 0);
        for (int i = 0; i < (signature?.Length ?? 0); i++)
        {
            var (formal, actual) = (Plain(parameters[i].ParameterType), signature[i]);
            if (formal == actual) score += 5;
            else if (formal.IsAssignableFrom(actual)) score -= 5;
            else if (Conversion.Widens(actual, formal)) score -= 10;
            else return 0;
        }
        return score;
    }

    static Type Plain(Type type) => type.IsByRef ? type.GetElementType() : type;

    public object Invoke(JsonElement arguments, JsonElement named)
    {
        var parameters = method.GetParameters();
        var given = new object[parameters.Length];
        for (int i = 0; i < given.Length; i++)
        {
            var formal = Plain(parameters[i].ParameterType);
            if (i < arguments.GetArrayLength()) given[i] = Argument(arguments[i], i, formal);
            else if (named.TryGetProperty(parameters[i].Name, out var one)) given[i] = Argument(one, i, formal);
            else given[i] = parameters[i].IsOptional ? parameters[i].DefaultValue : null;
        }
        object self = method.IsStatic ? null : Create(method.DeclaringType);
        var flags = BindingFlags.DoNotWrapExceptions;
        object result = Finished(method.Invoke(self, flags, null, given, null));
        bool changed = method.ReturnType == typeof(void) || method.ReturnType == typeof(Task)
            || method.ReturnType == typeof(ValueTask);
        return changed ? (given.Length > 0 ? given[0] : null) : result;
    }

    object Argument(JsonElement json, int index, Type formal)
    {
        var stated = types is not null && index < types.Length ? types[index] : formal;
        object value = Wire.Read(json, stated);
        return formal.IsInstanceOfType(value) || value is null ? value : Conversion.Widen(value, formal);
    }

    static object Create(Type type)
    {
        try { return Activator.CreateInstance(type, nonPublic: true); }
        catch (MissingMethodException)
        {
            throw new TargetMissing($"error: {type.Name} has no constructor without parameters");
        }
    }

    /// The value of a task, waited for.
    public static object Finished(object value)
    {
        if (value is null) return null;
        var type = value.GetType();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            value = type.GetMethod("AsTask").Invoke(value, null);
        else if (value is ValueTask plain) value = plain.AsTask();
        if (value is not Task task) return value;
        task.GetAwaiter().GetResult();
        for (var one = task.GetType(); one != typeof(Task); one = one.BaseType)
            if (one.IsGenericType && one.GetGenericTypeDefinition() == typeof(Task<>))
                return one.GetGenericArguments()[0].Name == "VoidTaskResult" ? null : one.GetProperty("Result").GetValue(task);
        return null;
    }
}
