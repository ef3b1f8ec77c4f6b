#!/bin/sh
# cold.sh SOURCE OUTPUT.dll: one compiler process for one program, as it is without the resident
# compiler. Benchmarks compare with it; it also builds a program by hand, in a shell of the image.
set -eu
host=/opt/harness/csharp/host
export DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
/opt/dotnet/dotnet /opt/dotnet/roslyn/compile.dll "$2" "$1" -r $host/Harness.Host.dll
cp $host/Harness.Host.dll "$(dirname "$2")/"
cp $host/Harness.Host.runtimeconfig.json "${2%.dll}.runtimeconfig.json"
