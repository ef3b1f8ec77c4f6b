#!/bin/sh
# Leave the server and its libraries, and no extension but the procedural language.
set -eu
server=/usr/share/postgresql/17
find "$server/extension" -type f ! -name 'plpgsql*' -delete
rm -rf /usr/lib/postgresql/17/lib/bitcode /usr/lib/postgresql/17/lib/llvmjit* \
  "$server/tsearch_data" /usr/lib/postgresql/17/lib/pgxs /usr/share/perl /usr/share/locale
rm -f /usr/lib/postgresql/17/lib/*_fdw.so /usr/lib/postgresql/17/lib/dblink.so \
  /usr/lib/postgresql/17/lib/adminpack.so /usr/lib/postgresql/17/lib/pgoutput.so
dpkg --purge --force-depends postgresql-common postgresql-common-dev postgresql-client-common \
  postgresql-client-17 libllvm19 libz3-4 perl libperl5.40 perl-modules-5.40 libjson-perl \
  libipc-run-perl libio-pty-perl ssl-cert locales libc-l10n >/dev/null 2>&1 || true
rm -rf /usr/lib/postgresql-common /etc/postgresql /etc/postgresql-common /var/lib/postgresql
