# Proves the finished image works; each line printed becomes a label.
python3 -I - <<'PY'
import ctypes, platform, sqlite3
import numpy, pandas, pytest
assert int(numpy.arange(4).sum()) == 6
assert pandas.DataFrame({"a": [1, 2]}).a.sum() == 3
print("python=" + platform.python_version())
print("numpy=" + numpy.__version__)
print("pandas=" + pandas.__version__)
print("pytest=" + pytest.__version__)
PY
