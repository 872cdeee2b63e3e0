#!/usr/bin/env bash
# price × quantity of decimals, read from Parquet. polars 2.1.0 keeps the scale of its columns: 0.00001234 × 0.00000001, both DECIMAL(18,8),
# is 0.00000000. chDB 4.4.0 answers 153.779355… for 7519373.241207 when both are DECIMAL(38,18), without an error, where DuckDB 2.0.1,
# DataFusion 55.0.0, pyarrow 25.0.1 and Daft 0.7.26 refuse; ClickHouse computes products of two types of at most 18 digits in 64 bits, so that
# DECIMAL(18,8) × DECIMAL(18,8) of 0.00001234 and 2000000000 is refused. DECIMAL(18,8) × DECIMAL(19,8) is exact in all but polars.
set -euo pipefail
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
python3 -m venv "$WORK/python"
"$WORK/python/bin/pip" install --quiet --disable-pip-version-check pyarrow==25.0.1 datafusion==55.0.0 daft==0.7.26 chdb==4.4.0 duckdb==2.0.1 polars==2.1.0
cat >"$WORK/products.py" <<'PY'
import sys
from decimal import Decimal
import chdb, daft, datafusion, duckdb, polars
import pyarrow as pa, pyarrow.compute as pc, pyarrow.parquet as pq
TRADES = [("61686.01", "0.00123"), ("0.00001234", "2000000000"), ("2500.5", "0.12345678")] * 300
DUE = Decimal("7519373.241207")
def file_of(name, price, quantity, trades=TRADES):
    path = f"{sys.argv[1]}/{name}.parquet"
    columns = {"p": pa.array([Decimal(p) for p, _ in trades], pa.decimal128(*price)), "q": pa.array([Decimal(q) for _, q in trades], pa.decimal128(*quantity))}
    pq.write_table(pa.table(columns), path)
    return path
def with_pyarrow(path):
    rows = pq.read_table(path)
    return pc.sum(pc.multiply(rows["p"], rows["q"])).as_py()
def with_datafusion(path):
    session = datafusion.SessionContext()
    session.register_parquet("t", path)
    return session.sql("select sum(p * q) s from t").to_pydict()["s"][0]
def with_daft(path):
    rows = daft.read_parquet(path)
    return rows.with_column("s", rows["p"] * rows["q"]).sum("s").to_pydict()["s"][0]
def with_chdb(path): return Decimal(str(chdb.query(f"select toString(sum(p * q)) from file('{path}', Parquet)", "TabSeparated")).strip())
def with_duckdb(path): return duckdb.sql(f"select sum(p * q) from '{path}'").fetchall()[0][0]
def with_polars(path): return polars.read_parquet(path).select((polars.col("p") * polars.col("q")).sum()).item()
def said(work, path):
    try: return work(path)
    except Exception as error: return f"{type(error).__name__}"
wide, narrow = file_of("wide", (38, 18), (38, 18)), file_of("narrow", (18, 8), (19, 8))
for name, work in [(name, work) for name, work in globals().items() if name.startswith("with_")]:
    print(f"{name[5:]}: DECIMAL(38,18) × DECIMAL(38,18): {said(work, wide)}; DECIMAL(18,8) × DECIMAL(19,8): {said(work, narrow)}")
    assert said(work, narrow) == DUE
assert all(isinstance(said(work, wide), str) for work in (with_pyarrow, with_datafusion, with_daft, with_duckdb))
assert Decimal(150) < said(with_chdb, wide) < Decimal(160), said(with_chdb, wide)
both_short = said(with_chdb, file_of("short", (18, 8), (18, 8), TRADES[1:2]))
print("chdb: DECIMAL(18,8) × DECIMAL(18,8):", both_short)
assert isinstance(both_short, str)
small = said(with_polars, file_of("small", (18, 8), (18, 8), [("0.00001234", "0.00000001")]))
print("polars: 0.00001234 × 0.00000001 =", small)
assert small == 0
PY
"$WORK/python/bin/python" "$WORK/products.py" "$WORK"
