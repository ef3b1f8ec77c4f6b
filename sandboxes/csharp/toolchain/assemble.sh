#!/bin/sh
# Makes /opt/dotnet: the runtime, the compiler's libraries and compile.dll; only what a program or
# the compiler can use. "wheel": from the unpacked wheel and npm package; "sdk": from an SDK's folder.
set -eu
root=/opt/dotnet
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 PYTHONPATH=/wheels
mkdir -p $root/roslyn
if [ "$1" = sdk ]; then
  cp -r /sdk/dotnet /sdk/host /sdk/LICENSE.txt /sdk/ThirdPartyNotices.txt $root/
  mkdir $root/shared
  cp -r /sdk/shared/Microsoft.NETCore.App $root/shared/
  cp /sdk/sdk/*/Roslyn/bincore/Microsoft.CodeAnalysis.dll \
     /sdk/sdk/*/Roslyn/bincore/Microsoft.CodeAnalysis.CSharp.dll $root/roslyn/
else
  cp -r /wheels/dnv/net/runtime/.net/. $root/
  cp /roslyn/*.dll $root/roslyn/
fi
chmod 0755 $root/dotnet
shared=$(echo $root/shared/Microsoft.NETCore.App/*)
rm -f "$shared"/createdump "$shared"/libmscordaccore.so "$shared"/libmscordbi.so \
  "$shared"/libcoreclrtraceptprovider.so "$shared"/libclrgc.so
config=$root/roslyn/compile.runtimeconfig.json
release=$(basename "$shared" | cut -d. -f1)
echo "{\"runtimeOptions\": {\"tfm\": \"net$release.0\", \"framework\":" \
  "{\"name\": \"Microsoft.NETCore.App\", \"version\": \"$release.0.0\"}}}" > "$config"
if [ "$1" = sdk ]; then
  references=$(for one in "$shared"/*.dll $root/roslyn/*.dll; do echo "-r:$one"; done)
  # shellcheck disable=SC2086 - one word a reference
  /sdk/dotnet exec /sdk/sdk/*/Roslyn/bincore/csc.dll -noconfig -nostdlib -nologo $references \
    -out:$root/roslyn/compile.dll /toolchain/compile.cs
else
  python3 /toolchain/bootstrap.py $root "$config" /toolchain/compile.cs $root/roslyn/compile.dll
fi
chmod -R a+rX,go-w $root
