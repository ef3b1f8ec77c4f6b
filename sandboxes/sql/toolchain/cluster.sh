#!/bin/sh
# Make the pristine cluster: small segments, no locale of the machine, roles and guards in place.
set -eu
bin=/usr/lib/postgresql/17/bin
place=/usr/local/share/postgres
cluster=$place/cluster
install -d -o 9002 -g 9002 -m 0700 "$place" "$cluster"
as() { setpriv --reuid 9002 --regid 9002 --clear-groups "$@"; }
cd "$place"
as "$bin/initdb" -D "$cluster" --username=harness --auth-local=trust --auth-host=reject \
  --encoding=UTF8 --locale=C.UTF-8 --locale-provider=builtin --builtin-locale=C.UTF-8 \
  --wal-segsize=1 --no-sync --no-instructions >/dev/null
cp /tmp/toolchain/postgresql.conf "$cluster/postgresql.conf"
chown 9002:9002 "$cluster/postgresql.conf"
printf 'local all all trust\n' > "$cluster/pg_hba.conf"
as "$bin/postgres" --single -j -D "$cluster" template1 < /tmp/toolchain/guard.sql > /tmp/guard.log 2>&1
if grep -E "ERROR|FATAL|PANIC" /tmp/guard.log; then exit 1; fi
printf 'DROP DATABASE postgres;\n' | as "$bin/postgres" --single -D "$cluster" template1 >/dev/null
rm -rf "$cluster/log" /tmp/guard.log
chmod 0755 "$place"
du -sm "$cluster"
