#!/bin/sh
# Runs at the end of the image build: compiles the program host and the resident compiler.
set -eu
here=/opt/harness/csharp
release=$(basename /opt/dotnet/shared/Microsoft.NETCore.App/* | cut -d. -f1)
compile="/opt/dotnet/dotnet /opt/dotnet/roslyn/compile.dll"
$compile "$here/host/Harness.Host.dll" "$here"/host/*.cs
$compile /opt/dotnet/roslyn/server.dll "$here"/server/*.cs \
  -r /opt/dotnet/roslyn/Microsoft.CodeAnalysis.dll -r /opt/dotnet/roslyn/Microsoft.CodeAnalysis.CSharp.dll
for program in "$here/host/Harness.Host" /opt/dotnet/roslyn/server "$here/program"; do
  sed "s/net8.0/net$release.0/; s/8.0.0/$release.0.0/" "$here/app.json" > "$program.runtimeconfig.json"
done
chmod -R a+rX,go-w "$here" /opt/dotnet
