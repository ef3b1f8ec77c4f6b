#!/usr/bin/env bash
# Make sure a Docker engine answers. As root on Debian or Ubuntu a missing engine is installed and
# started, said aloud first; anywhere else the exact instruction is printed and the script fails.
set -euo pipefail

log="${HARNESS_ENGINE_LOG:-/var/log/harness-dockerd.log}"

# Bounded: an engine that accepts the connection and then hangs does not answer either.
answers() { timeout 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
command -v timeout >/dev/null 2>&1 || timeout() { shift; "$@"; } # macOS has none
say() { printf 'engine: %s\n' "$*" >&2; }

if answers; then exit 0; fi

if [ -n "${DOCKER_HOST:-}" ] && [ "$DOCKER_HOST" != "unix:///var/run/docker.sock" ]; then
  say "DOCKER_HOST=$DOCKER_HOST does not answer. Start that engine, or unset DOCKER_HOST."
  exit 4
fi

case "$(uname -s)" in
  Darwin)
    say "no Docker engine answers. Start Docker Desktop (open -a Docker) and run this again."
    exit 4 ;;
  Linux) ;;
  *)
    say "no Docker engine answers. Start Docker Desktop with the WSL 2 backend and run this again."
    exit 4 ;;
esac

if [ "$(id -u)" -ne 0 ]; then
  say "no Docker engine answers. Run: sudo systemctl start docker   (not installed? sudo apt-get install docker.io)"
  say "then add yourself to its group: sudo usermod -aG docker $(id -un), and log in again."
  exit 4
fi

if ! command -v dockerd >/dev/null 2>&1 || ! command -v docker >/dev/null 2>&1; then
  if ! command -v apt-get >/dev/null 2>&1; then
    say "no dockerd here, and this is not Debian or Ubuntu. Install Docker Engine with your package manager."
    exit 4
  fi
  say "installing docker.io with apt-get (root on Debian/Ubuntu, no engine found)"
  apt-get update -qq
  packages="docker.io iptables ca-certificates"
  # Debian 13 moved the command line into a package of its own.
  if apt-cache show docker-cli >/dev/null 2>&1; then packages="$packages docker-cli"; fi
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
  if answers; then say "ready"; exit 0; fi # the package may have started it
fi

if command -v systemctl >/dev/null 2>&1 && [ -d /run/systemd/system ]; then
  say "starting the engine with systemctl"
  systemctl start docker
else
  # An engine that was killed leaves its pid file; a new one refuses to start over a stale one.
  for pidfile in /var/run/docker.pid /run/docker/containerd/containerd.pid; do
    # After a reboot the number may belong to some other program.
    if [ -f "$pidfile" ] && ! grep -qsE '^(dockerd|containerd)' "/proc/$(cat "$pidfile")/comm"; then
      rm -f "$pidfile"
    fi
  done
  say "starting dockerd in the background, log in $log"
  nohup setsid dockerd >>"$log" 2>&1 </dev/null &
fi

for _ in $(seq 1 240); do
  if answers; then say "ready"; exit 0; fi
  sleep 0.25
done
say "the engine did not answer within 60 s; the end of $log says:"
tail -n 20 "$log" >&2 || true
exit 4
