# Proves the finished image works: a program is compiled and run; lines printed become labels.
cd /tmp
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_EnableDiagnostics=0
cat > smoke.cs <<'CS'
using System;
using System.Linq;
public record Point(int X, int Y);
public static class Smoke
{
    public static void Main()
    {
        int[] values = [1, 2, 3];
        if (values.Sum() != 6 || new Point(1, 2) is not { X: 1 }) throw new Exception("wrong");
        Console.WriteLine("dotnet=" + Environment.Version);
    }
}
CS
/opt/dotnet/dotnet /opt/dotnet/roslyn/compile.dll smoke.dll smoke.cs
/opt/dotnet/dotnet exec --runtimeconfig /opt/harness/csharp/program.runtimeconfig.json smoke.dll
echo "roslyn=$(/opt/dotnet/dotnet /opt/dotnet/roslyn/compile.dll --version)"
test -s /opt/harness/csharp/host/Harness.Host.dll
