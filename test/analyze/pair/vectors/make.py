"""Makes statistics.json: series, and what statsmodels, scipy and a plain matrix Kalman filter say of them.

python3 -m venv v && v/bin/pip install statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6 && v/bin/python make.py > statistics.json
"""

import json
import warnings

import numpy as np
import statsmodels.api as sm
from scipy.stats import norm, theilslopes
from statsmodels.datasets import macrodata
from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp
from statsmodels.tsa.stattools import adfuller, coint

warnings.simplefilter("ignore")
chance = np.random.default_rng(20240808)
macro = macrodata.load_pandas().data


def walk(count, start, step, digits):
    """Prices of a random walk, as an exchange prints them."""
    return np.round(start * np.exp(np.cumsum(chance.normal(0, step, count))), digits)


def around(series, alpha, beta, phi, deviation, digits):
    """A series that returns to alpha + beta * series."""
    error, errors = 0.0, []
    for shock in chance.normal(0, deviation, len(series)):
        error = phi * error + shock
        errors.append(error)
    return np.round(alpha + beta * series + np.array(errors), digits)


def with_outliers(series):
    hit = series.copy()
    hit[:: len(hit) // 7] *= 1.05
    return np.round(hit, 2)


def pairs():
    eth = walk(240, 2650.0, 0.001, 2)
    yield "a hedge of prices", around(eth, 1200.0, 22.5, 0.9, 15.0, 2), eth
    yield "a hedge with outliers", with_outliers(around(eth, 1200.0, 22.5, 0.5, 15.0, 2)), eth
    yield "independent walks", walk(240, 61000.0, 0.001, 2), walk(240, 150.0, 0.002, 2)
    cheap = walk(100, 0.1, 0.003, 5)
    yield "cheap coins, some prices the same", around(cheap, 0.02, 3.1, 0.7, 0.0004, 4), cheap
    few = walk(31, 580.0, 0.01, 1)
    yield "few candles", around(few, -40.0, 0.3, 0.3, 1.0, 1), few
    yield "consumption and income", macro["realcons"].to_numpy(), macro["realgdp"].to_numpy()


def series():
    yield "realgdp", macro["realgdp"].to_numpy()
    yield "infl", macro["infl"].to_numpy()
    yield "a walk", walk(240, 61000.0, 0.001, 2)
    yield "a series that returns", around(np.zeros(240), 5.0, 0.0, 0.8, 1.0, 6)
    yield "a short one", around(np.zeros(25), 0.0, 0.0, 0.5, 1.0, 6)
    yield "a long one", around(np.zeros(600), 0.0, 0.0, 0.97, 1.0, 6)


def lines(a, b):
    design = sm.add_constant(b)
    ols = sm.OLS(a, design).fit()
    # The scale is the median absolute residual (about 0) over norm.ppf(3/4), anew at every round.
    huber = sm.RLM(a, design, M=sm.robust.norms.HuberT(t=1.345)).fit(maxiter=5000, tol=0, conv="coefs")
    slope, intercept, _, _ = theilslopes(a, b)
    return {
        "ols": list(ols.params),
        "huber": list(huber.params),
        "theilSen": [intercept, slope],
        "correlation": np.corrcoef(a, b)[0, 1],
    }


def kalman(a, b):
    """The filter in matrices, its covariance in Joseph's form, begun by the least squares of the first half: alpha, beta before each
    observation after it, its distance from them, and the spread held with them. Observations count in units of the variance there."""
    begins = len(a) // 2
    middle, deviation = np.mean(b[:begins]), np.std(b[:begins])
    design = np.column_stack([np.ones(len(a)), (b - middle) / deviation])
    state = np.linalg.lstsq(design[:begins], a[:begins], rcond=None)[0].reshape(2, 1)
    covariance = np.linalg.inv(design[:begins].T @ design[:begins])
    drift, held, seen = 1e-4 / (1 - 1e-4) * np.eye(2), None, []
    for n in range(begins, len(a)):
        row = design[n : n + 1]
        beta = state[1, 0] / deviation
        alpha = state[0, 0] - beta * middle
        error = a[n] - (row @ state).item()
        held = error if held is None else held + (a[n] - a[n - 1]) - beta * (b[n] - b[n - 1])
        seen.append([alpha, beta, error, held])
        covariance = covariance + drift
        gain = covariance @ row.T / ((row @ covariance @ row.T).item() + 1)
        state = state + gain * error
        rest = np.eye(2) - gain @ row
        covariance = rest @ covariance @ rest.T + gain @ gain.T
    return [step for at, step in enumerate(seen) if at % 10 == 0 or at == len(seen) - 1]


def adf(values, **how):
    found = adfuller(values, **how)
    return {"statistic": found[0], "pValue": found[1], "lags": found[2], "observations": found[3]}


def unit_root(values):
    return {
        "byAic": adf(values, regression="c", autolag="AIC"),
        "threeLags": adf(values, regression="c", maxlag=3, autolag=None),
        "noLags": adf(values, regression="c", maxlag=0, autolag=None),
        "withoutConstant": adf(values - values.mean(), regression="n", autolag="AIC"),
    }


def half_life(values):
    slope = sm.OLS(np.diff(values), sm.add_constant(values[:-1])).fit().params[1]
    return -np.log(2) / slope if slope < 0 else None


def engle_granger(a, b):
    statistic, p, _ = coint(a, b, trend="c", autolag="aic")
    return {"statistic": statistic, "pValue": p}


def made_pairs():
    for name, a, b in pairs():
        yield {
            "name": name,
            "a": list(a),
            "b": list(b),
            **lines(a, b),
            "kalman": kalman(a, b),
            "engleGranger": engle_granger(a, b),
        }


def made_series():
    for name, values in series():
        yield {
            "name": name,
            "values": list(values),
            **unit_root(values),
            "halfLife": half_life(values),
            "std": values.std(ddof=1),
            "zScore": (values[-1] - values.mean()) / values.std(ddof=1),
        }


TAUS = [-25, -18.84, -18.5, -10, -6, -4, -3.34, -2.87, -2.62, -2.61, -2, -1.61, -1.6, -1, 0, 0.5, 0.92, 0.93, 2, 2.74, 2.75]
XS = [-40, -12, -8, -7.1, -7.05, -5, -3.3, -2, -1, -0.3, 0, 0.01, 0.5, 1.5, 2.5, 6, 7.5, 9, 40]

json.dump(
    {
        "pairs": list(made_pairs()),
        "series": list(made_series()),
        "mackinnon": [[tau, *(mackinnonp(tau, "c", n) for n in (1, 2))] for tau in TAUS],
        # Rows: observations, then 1 % and 5 % for one series, and for two.
        "critical": [
            [n, *(float(mackinnoncrit(v, "c", n)[at]) for v in (1, 2) for at in (0, 1))] for n in (25, 100, 240, 1000)
        ],
        "normal": [[x, norm.cdf(x)] for x in XS],
    },
    __import__("sys").stdout,
    separators=(",", ":"),
)
print()
