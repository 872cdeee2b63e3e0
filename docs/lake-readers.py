"""Prints a row of docs/lake-readers.md for each reader: FOLDER of a table of trades, WORK for what a reader writes itself."""
import decimal, glob, importlib.metadata, os, shutil, subprocess, sys, warnings

warnings.filterwarnings("ignore")
FOLDER, WORK = sys.argv[1], sys.argv[2]
FILES = FOLDER + "/**/*.parquet"
KEYS = ["venue", "symbol", "date"]


def pandas():
    import pandas as pd
    rows = pd.read_parquet(FOLDER)
    return len(rows), rows["quote_quantity"].sum(), (rows["price"] * rows["quantity"]).sum(), "pd.read_parquet(folder)"


def pyarrow():
    import pyarrow.compute as pc, pyarrow.parquet as pq
    rows = pq.read_table(FOLDER)
    product = pc.sum(pc.multiply(rows["price"], rows["quantity"])).as_py()
    return rows.num_rows, pc.sum(rows["quote_quantity"]).as_py(), product, "pq.read_table(folder)"


def fastparquet():
    import fastparquet as fp
    rows = fp.ParquetFile(FOLDER).to_pandas()
    return len(rows), rows["quote_quantity"].sum(), (rows["price"] * rows["quantity"]).sum(), "ParquetFile(folder)"


def polars():
    import polars as pl
    rows = pl.scan_parquet(FOLDER)
    found = rows.select(pl.len(), pl.col("quote_quantity").sum(), p=(pl.col("price") * pl.col("quantity")).sum()).collect()
    return *found.row(0), "pl.scan_parquet(folder)"


def duckdb():
    import duckdb as db
    query = f"select count(*), sum(quote_quantity), sum(price * quantity) from read_parquet('{FILES}', hive_partitioning = true)"
    return *db.sql(query).fetchall()[0], "read_parquet('folder/**/*.parquet')"


def datafusion():
    import datafusion as df, pyarrow as pa
    session = df.SessionContext()
    session.register_parquet("trades", FOLDER + "/", table_partition_cols=[(key, pa.string()) for key in KEYS])
    query = "select count(*) n, sum(quote_quantity) q, sum(price * quantity) p from trades"
    found = session.sql(query).to_pydict()
    return found["n"][0], found["q"][0], found["p"][0], "register_parquet(name, folder), with and without table_partition_cols"


def deltalake():
    import deltalake as dl, pyarrow.compute as pc
    copy = os.path.join(WORK, "delta")
    shutil.copytree(FOLDER, copy)
    schema = dl.Schema([dl.Field(key, "string") for key in KEYS])
    dl.convert_to_deltalake(copy, partition_by=schema, partition_strategy="hive")
    rows = dl.DeltaTable(copy).to_pyarrow_table()
    product = pc.sum(pc.multiply(rows["price"], rows["quantity"])).as_py()
    return rows.num_rows, pc.sum(rows["quote_quantity"]).as_py(), product, "convert_to_deltalake(folder, partition_by=…)"


def daft():
    import daft as d
    rows = d.read_parquet(FILES, hive_partitioning=True)
    rows = rows.with_column("p", rows["price"] * rows["quantity"])
    found = rows.sum("quote_quantity", "p").to_pydict()
    return rows.count_rows(), found["quote_quantity"][0], found["p"][0], "daft.read_parquet('folder/**/*.parquet', hive_partitioning=True)"


def chdb():
    import chdb as ch
    query = f"select count(), toString(sum(quote_quantity)), toString(sum(price * quantity)) from file('{FILES}', Parquet)"
    count, quote, product = str(ch.query(query, "TabSeparated")).strip().split("\t")
    return int(count), decimal.Decimal(quote), decimal.Decimal(product), "file('folder/**/*.parquet', Parquet)"


def pyspark():
    from pyspark.sql import SparkSession
    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    session.read.parquet(FOLDER).createOrReplaceTempView("trades")
    found = session.sql("select count(*), sum(quote_quantity), sum(price * quantity) from trades").first()
    session.stop()
    return *found, "spark.read.parquet(folder)"


NODE = """
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
let [rows, quote, product] = [0, 0, 0]
for (const path of process.argv.slice(2))
  for (const row of await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })) {
    rows++
    quote += row.quote_quantity ?? 0
    product += (row.price ?? 0) * (row.quantity ?? 0)
  }
console.log(rows, quote, product)
"""


def hyparquet():
    with open(os.path.join(WORK, "read.mjs"), "w") as program:
        program.write(NODE)
    paths = glob.glob(FILES, recursive=True)
    said = subprocess.run(["node", "read.mjs", *paths], cwd=WORK, capture_output=True, text=True, check=True).stdout.split()
    return int(said[0]), decimal.Decimal(said[1]), decimal.Decimal(said[2]), "parquetReadObjects({ file }), file by file"


READERS = [pandas, pyarrow, fastparquet, polars, duckdb, datafusion, deltalake, daft, chdb, pyspark, hyparquet]
WANTED = os.environ.get("READERS", "").split() or [reader.__name__ for reader in READERS]


def version(name):
    if name != "hyparquet":
        return importlib.metadata.version(name)
    said = subprocess.run(["npm", "ls", "hyparquet", "--depth=0"], cwd=WORK, capture_output=True, text=True).stdout
    return said.split("hyparquet@")[1].split()[0]


def plain(value):
    if isinstance(value, float):
        return f"{float(value)!r}"
    return f"{decimal.Decimal(value).normalize():f}"


print("| reader | version | how | rows | `sum(quote_quantity)` | `sum(price * quantity)` |")
print("|---|---|---|---|---|---|")
for reader in READERS:
    if reader.__name__ not in WANTED:
        continue
    try:
        count, quote, product, how = reader()
        print(f"| {reader.__name__} | {version(reader.__name__)} | `{how}` | {count} | {plain(quote)} | {plain(product)} |", flush=True)
    except BaseException as error:
        print(f"| {reader.__name__} | | refused: {type(error).__name__}: {str(error)[:200]} | | | |", flush=True)
