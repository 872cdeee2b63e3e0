#!/usr/bin/env bash
# A folder of two Parquet files whose column has scale 2 in the first and 4 in the second. DuckDB 2.0.1 takes the first file's type for both
# and makes 1.23 of 1.2345 without a word; with `union_by_name = true` it does not. polars 2.1.0 and DataFusion 55.0.0 refuse, pyarrow 25.0.1
# refuses because digits would be lost.
set -euo pipefail
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
python3 -m venv "$WORK/python"
"$WORK/python/bin/pip" install --quiet --disable-pip-version-check pyarrow==25.0.1 datafusion==55.0.0 duckdb==2.0.1 polars==2.1.0
mkdir "$WORK/folder"
cat >"$WORK/scales.py" <<'PY'
import sys
from decimal import Decimal
import datafusion, duckdb, polars
import pyarrow as pa, pyarrow.parquet as pq
folder = sys.argv[1]
pq.write_table(pa.table({"p": pa.array([Decimal("1.5")], pa.decimal128(18, 2))}), f"{folder}/a.parquet")
pq.write_table(pa.table({"p": pa.array([Decimal("1.2345")], pa.decimal128(38, 4))}), f"{folder}/b.parquet")
def read(more=""):
    return [p for p, in duckdb.sql(f"select p from read_parquet('{folder}/*.parquet'{more}) order by p").fetchall()]
def with_datafusion():
    session = datafusion.SessionContext()
    session.register_parquet("t", folder + "/")
    return session.sql("select p from t").to_pydict()
print("duckdb:", read(), "· union_by_name:", read(", union_by_name = true"))
assert read() == [Decimal("1.23"), Decimal("1.50")]
assert read(", union_by_name = true") == [Decimal("1.2345"), Decimal("1.5")]
for name, work in [("polars", lambda: polars.read_parquet(folder)), ("datafusion", with_datafusion), ("pyarrow", lambda: pq.read_table(folder))]:
    try:
        found = work()
    except BaseException as error:
        print(f"{name}: {str(error)[:140]}")
    else:
        raise AssertionError(f"{name} reads {found} now")
PY
"$WORK/python/bin/python" "$WORK/scales.py" "$WORK/folder"
