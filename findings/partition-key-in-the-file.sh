#!/usr/bin/env bash
# A file at exchange=binance/ that has a column `exchange` too, as many writers leave it, with the same value. DuckDB 2.0.1, polars 2.1.0 and
# chDB 4.4.0 read the folder; pandas 3.1.1 and pyarrow 25.0.1 refuse it (string against dictionary), DataFusion 55.0.0 and deltalake 1.6.6 as
# soon as the key is named as a partition (duplicate field). And a file of another ending beside the folders, as a manifest, makes polars
# refuse all of it.
set -euo pipefail
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
python3 -m venv "$WORK/python"
"$WORK/python/bin/pip" install --quiet --disable-pip-version-check pyarrow==25.0.1 pandas==3.1.1 datafusion==55.0.0 deltalake==1.6.6 duckdb==2.0.1 polars==2.1.0 chdb==4.4.0
mkdir -p "$WORK/folder/exchange=binance"
cat >"$WORK/read.py" <<'PY'
import os, sys
import chdb, datafusion, deltalake, duckdb, pandas, polars
import pyarrow as pa, pyarrow.parquet as pq
folder = sys.argv[1]
pq.write_table(pa.table({"exchange": ["binance"], "price": [61686.01]}), f"{folder}/exchange=binance/a.parquet")
def with_datafusion():
    session = datafusion.SessionContext()
    session.register_parquet("t", folder + "/", table_partition_cols=[("exchange", pa.string())])
    return session.sql("select * from t").to_pydict()
def with_deltalake():
    deltalake.convert_to_deltalake(folder, partition_by=deltalake.Schema([deltalake.Field("exchange", "string")]), partition_strategy="hive")
def refuses(name, work):
    try: found = work()
    except BaseException as error: print(f"{name}: {str(error)[:150]}")
    else: raise AssertionError(f"{name} reads {found} now")
for name, work in [("duckdb", lambda: len(duckdb.sql(f"select exchange from '{folder}/**/*.parquet'").fetchall())),
                   ("polars", lambda: len(polars.read_parquet(folder))),
                   ("chdb", lambda: int(str(chdb.query(f"select count() from file('{folder}/**/*.parquet', Parquet)", "TabSeparated"))))]:
    print(f"{name}: {work()} row")
    assert work() == 1
refuses("pandas", lambda: pandas.read_parquet(folder))
refuses("pyarrow", lambda: pq.read_table(folder))
refuses("datafusion", with_datafusion)
refuses("deltalake", with_deltalake)
os.makedirs(f"{folder}/_manifest", exist_ok=True)
with open(f"{folder}/_manifest/0.json", "w") as entry: entry.write("{}")
refuses("polars, a manifest beside the files", lambda: polars.read_parquet(folder))
PY
"$WORK/python/bin/python" "$WORK/read.py" "$WORK/folder"
