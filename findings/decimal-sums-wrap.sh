#!/usr/bin/env bash
# Sums of DECIMAL(38,18) beyond 1.7e20 become negative without a word: three times 9e19 in one column of Parquet is
# -70282366920938463463.374607431768211456 by pyarrow 25.0.1, pandas 3.1.1 (a column of Arrow's type), DataFusion 55.0.0, Daft 0.7.26 and chDB
# 4.4.0. DuckDB 2.0.1 and polars 2.1.0 refuse. The type itself has 20 digits before the point: the sum is within it.
set -euo pipefail
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
python3 -m venv "$WORK/python"
"$WORK/python/bin/pip" install --quiet --disable-pip-version-check pyarrow==25.0.1 pandas==3.1.1 datafusion==55.0.0 daft==0.7.26 chdb==4.4.0 duckdb==2.0.1 polars==2.1.0
cat >"$WORK/sums.py" <<'PY'
import sys
from decimal import Decimal
import chdb, daft, datafusion, duckdb, pandas, polars
import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq
path = sys.argv[1] + "/sums.parquet"
column = pa.chunked_array([pa.array([Decimal("9e19")] * 3, pa.decimal128(38, 18))])
pq.write_table(pa.table({"x": column}), path)
session = datafusion.SessionContext()
session.register_parquet("t", path)
WRAPPED = Decimal("-70282366920938463463.374607431768211456")
def wraps(name, work):
    found = Decimal(str(work()).strip())
    print(f"{name}: 9e19 + 9e19 + 9e19 = {found}")
    assert found == WRAPPED, f"{name} does something else now"
def refuses(name, work):
    try:
        found = work()
    except Exception as error:
        print(f"{name}: {str(error)[:80]}")
    else:
        raise AssertionError(f"{name} answers {found} now")
wraps("pyarrow", lambda: pc.sum(column).as_py())
wraps("pandas", lambda: pandas.Series(pandas.arrays.ArrowExtensionArray(column)).sum())
wraps("datafusion", lambda: session.sql("select sum(x) s from t").to_pydict()["s"][0])
wraps("daft", lambda: daft.read_parquet(path).sum("x").to_pydict()["x"][0])
wraps("chdb", lambda: chdb.query(f"select sum(x) from file('{path}', Parquet)", "TabSeparated"))
refuses("duckdb", lambda: duckdb.sql(f"select sum(x) from '{path}'").fetchall())
refuses("polars", lambda: polars.read_parquet(path)["x"].sum())
PY
"$WORK/python/bin/python" "$WORK/sums.py" "$WORK"
