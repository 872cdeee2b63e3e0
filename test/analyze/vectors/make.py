"""Makes ta-lib.json: a seeded walk of candles and what TA-Lib says of it.

python -m venv v && v/bin/pip install TA-Lib==0.8.2 && v/bin/python make.py > ta-lib.json
"""

import json
import math
import random

import numpy
import talib

COUNT = 480
SHOWN = list(range(40)) + list(range(COUNT - 5, COUNT))

chance = random.Random(20240808)
price, candles = 61000.0, []
for _ in range(COUNT):
    opened = price
    price = round(price * math.exp(chance.gauss(0, 0.002)), 2)
    high = round(max(opened, price) * (1 + chance.random() * 0.001), 2)
    low = round(min(opened, price) * (1 - chance.random() * 0.001), 2)
    candles.append([high, low, price, round(chance.random() * 50, 5)])

high, low, close, volume = (numpy.array(column) for column in zip(*candles))


def over(line, period):
    """An EMA of what is defined of a line, at the places of the line."""
    known = line[~numpy.isnan(line)]
    return numpy.concatenate([numpy.full(len(line) - len(known), numpy.nan), talib.EMA(known, period)])


upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
k, d = talib.STOCHF(high, low, close, 14, 3)
line = talib.EMA(close, 12) - talib.EMA(close, 26)
signal = over(line, 9)
whole = talib.MACD(close, 12, 26, 9)
columns = {
    "sma": [talib.SMA(close, 20)],
    "ema": [talib.EMA(close, 20)],
    "rsi": [talib.RSI(close, 14)],
    "macd": [line, signal, line - signal],
    "bollinger": [upper, middle, lower],
    "atr": [talib.ATR(high, low, close, 14)],
    # TA-Lib begins with the first volume, we with 0.
    "obv": [talib.OBV(close, volume) - volume[0]],
}


def at(lines, i):
    return [None if numpy.isnan(of[i]) else float(of[i]) for of in lines]


print(
    json.dumps(
        {
            "how": f"make.py, TA-Lib {talib.__version__}; candles are high, low, close, volume",
            "candles": candles,
            "values": {name: {i: at(lines, i) for i in SHOWN} for name, lines in columns.items()},
            # STOCHF keeps %K back until %D is there.
            "stochastic": {i: at([k, d], i) for i in SHOWN if i >= 15},
            "settledMacd": {i: at(whole, i) for i in SHOWN if i >= 400},
        }
    )
)
