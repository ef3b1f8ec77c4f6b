# C# responses with an official .NET SDK image as toolchain (setting dotnet_sdk; every architecture
# the image has). ARG SDK is put before this text. Only runtime and compiler are taken from it.
ARG BASE
FROM ${SDK} AS sdk
FROM ${BASE} AS build
COPY --from=sdk /usr/share/dotnet /sdk
COPY toolchain/ /toolchain/
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libstdc++6 >/dev/null \
 && sh /toolchain/assemble.sh sdk

FROM ${BASE}
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      libstdc++6 libicu76 libssl3t64 zlib1g tzdata >/dev/null \
 && sh /usr/local/sbin/harden
COPY --from=build /opt/dotnet /opt/dotnet
RUN ln -s /opt/dotnet/dotnet /usr/local/bin/dotnet
ENV DOTNET_ROOT=/opt/dotnet DOTNET_NOLOGO=1
