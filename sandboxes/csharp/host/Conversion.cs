// Implicit conversions of C# that reflection does not make.
using System;
using System.Linq;
using System.Numerics;

namespace Harness;

internal static class Conversion
{
    static readonly Type[] Order = [
        typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(float), typeof(double),
    ];

    /// Whether a value of one type is taken for another without a cast.
    public static bool Widens(Type from, Type to)
    {
        to = Nullable.GetUnderlyingType(to) ?? to;
        if (from == to) return true;
        if (from == typeof(char)) return Array.IndexOf(Order, to) >= 3;
        int low = Array.IndexOf(Order, from), high = Array.IndexOf(Order, to);
        bool whole = low is >= 0 and < 8;
        if (to == typeof(decimal) || to == typeof(BigInteger)) return whole;
        if (low < 0 || high <= low) return false;
        bool signed = low % 2 == 0, toSigned = high % 2 == 0 || high >= 8;
        return whole ? toSigned || !signed : high > low;
    }

    public static object Widen(object value, Type to)
    {
        to = Nullable.GetUnderlyingType(to) ?? to;
        if (to.IsInstanceOfType(value)) return value;
        if (to == typeof(BigInteger)) return BigInteger.Parse(Convert.ToString(value));
        if (value is char one) value = (int)one;
        return Convert.ChangeType(value, to);
    }
}
