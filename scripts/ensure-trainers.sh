#!/usr/bin/env bash
# The image in which trainers read our exports in the soak tests (tests/soak/trainers/). It stands on
# the root file system that `harness images build` makes; wheels are fetched here, pinned by hash, and
# no part of the product depends on them. Prints the image's tag.
set -euo pipefail
cd "$(dirname "$0")/.."
recipe=tests/soak/trainers
home=.bench/trainers
architecture="$(docker version --format '{{.Server.Arch}}')"
rootfs="harness-rootfs:trixie-$architecture"
tag="harness-trainers:$(cat "$recipe/Dockerfile" "$recipe"/*.lock | sha256sum | cut -c1-16)"

if [ -z "$(docker images --quiet "$tag")" ]; then
  if [ -z "$(docker images --quiet "$rootfs")" ]; then
    printf 'trainers: there is no %s; run: harness images build --refresh\n' "$rootfs" >&2
    exit 4
  fi
  case "$architecture" in
    amd64) machine=x86_64 ;;
    arm64) machine=aarch64 ;;
    *) printf 'trainers: no wheels are pinned for %s\n' "$architecture" >&2; exit 4 ;;
  esac
  printf 'trainers: fetching wheels and building %s\n' "$tag" >&2
  rm -rf "$home" && mkdir -p "$home/context"
  "$(scripts/find-python.sh)" -m venv "$home/venv"
  platforms=()
  for version in 2_28 2_27 2_17; do platforms+=(--platform "manylinux_${version}_$machine"); done
  fetch() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$home/venv/bin/python" -m pip install --quiet --no-compile \
      --target "$home/context/$1" --no-deps --require-hashes --only-binary=:all: \
      --python-version 3.13 --implementation cp "${platforms[@]}" \
      --platform "manylinux2014_$machine" -r "$recipe/$2" >&2
  }
  fetch site requirements.lock
  fetch prm prm.lock
  cp "$recipe/Dockerfile" "$home/context/"
  docker build --quiet --tag "$tag" --label harness.kind=trainers --build-arg "ROOTFS=$rootfs" \
    "$home/context" >&2
  rm -rf "$home"
fi
printf '%s\n' "$tag"
