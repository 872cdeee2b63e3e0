"""Makes the files beside it by the tools that researchers use. Run once, where a form is added:

    pip install pandas==3.1.1 pyarrow==26.0.1 zstandard==0.25.0 && python test/research/forms/make.py

freqtrade's handlers call DataFrame.to_feather(compression="lz4", compression_level=9) and to_json(orient="values"),
yfinance gives columns of two levels named Price and Ticker; both as of freqtrade 2026.9 and yfinance 1.7.0.
"""

import pathlib

import pandas as pd

HERE = pathlib.Path(__file__).parent
N = 12
date = pd.date_range("2024-08-09", periods=N, freq="1min", tz="UTC")
frame = pd.DataFrame(
    {
        "date": date,
        "open": [10.0 + n for n in range(N)],
        "high": [12.5 + n for n in range(N)],
        "low": [9.25 + n for n in range(N)],
        "close": [11.0 + n for n in range(N)],
        "volume": [3.0 + n for n in range(N)],
    }
)

frame.to_feather(HERE / "freqtrade.feather", compression="lz4", compression_level=9)
frame.to_feather(HERE / "zstd.feather", compression="zstd")
frame.to_feather(HERE / "plain.feather", compression="uncompressed")
frame.assign(date=frame.date.astype("datetime64[ns, UTC]")).to_feather(HERE / "nanoseconds.feather")
frame.to_parquet(HERE / "pandas.parquet")
frame.set_index("date").to_parquet(HERE / "index.parquet", compression="gzip")
frame.assign(date=frame.date.astype("datetime64[ms, UTC]")).to_parquet(HERE / "zstd.parquet", compression="zstd")
frame.assign(date=frame.date.dt.strftime("%Y-%m-%d %H:%M:%S")).to_parquet(HERE / "text.parquet", compression=None)

values = frame.assign(date=frame.date.astype("datetime64[ms, UTC]").astype("int64"))
values.to_json(HERE / "freqtrade.json", orient="values")
values.to_json(HERE / "freqtrade.json.gz", orient="values", compression={"method": "gzip", "mtime": 1})
frame.to_json(HERE / "columns.json", date_unit="ms", date_format="epoch")
frame.to_json(HERE / "records.json", orient="records", date_format="iso")
frame.to_json(HERE / "split.json", orient="split", date_format="iso")
frame.to_json(HERE / "lines.json", orient="records", lines=True, date_format="iso")

frame.to_csv(HERE / "pandas.csv")
frame.set_index("date").to_csv(HERE / "index.csv")
frame.to_csv(HERE / "pandas.csv.zip", index=False)
frame.to_csv(HERE / "pandas.csv.zst", index=False, compression="zstd")

yahoo = frame.set_index("date")[["close", "high", "low", "open", "volume"]]
yahoo.index = pd.date_range("2024-08-09", periods=N, freq="1D", name="Date")
names = [name.capitalize() for name in yahoo.columns]
yahoo.columns = pd.MultiIndex.from_product([names, ["BTC-USD"]], names=["Price", "Ticker"])
yahoo.to_csv(HERE / "yfinance.csv")
yahoo.swaplevel(axis=1).to_csv(HERE / "yfinance-by-ticker.csv")
intraday = yahoo.copy()
intraday.index = date.rename("Datetime")
intraday.to_csv(HERE / "yfinance-1m.csv")
both = pd.concat([yahoo, yahoo.rename(columns={"BTC-USD": "ETH-USD"}, level=1)], axis=1)
both.to_csv(HERE / "yfinance-two.csv")
