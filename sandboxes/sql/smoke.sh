# Proves the finished image works; each line printed becomes a label.
python3 -I - <<'PY'
import sqlite3, subprocess
connection = sqlite3.connect(":memory:")
assert connection.execute('SELECT json_extract(\'{"a": 7}\', \'$.a\')').fetchone() == (7,)
assert connection.execute('SELECT "no such column"').fetchone() == ("no such column",)
print("sqlite=" + sqlite3.sqlite_version)
server = "/usr/lib/postgresql/17/bin/postgres"
print("postgresql=" + subprocess.check_output([server, "--version"], text=True).split()[2])
PY
setpriv --reuid 9002 --regid 9002 --clear-groups \
  cp -a /usr/local/share/postgres/cluster /tmp/cluster
setpriv --reuid 9002 --regid 9002 --clear-groups sh -c '
  echo "SELECT rolname FROM pg_roles WHERE rolsuper" |
  /usr/lib/postgresql/17/bin/postgres --single -D /tmp/cluster template1' | grep -q harness
