"""Fits ARIMA models by statsforecast or statsmodels: `{peer, y, order, seasonal, mean}`, or, to find the order (statsforecast), `{peer, y, season}`;
answers seconds and the log-likelihood.

With `many`, a list of such searches, it answers what was found of each: order, seasonal, mean, aicc, and forecasts of `horizon` values.
"""

import time
import warnings

import numpy

from turns import serve, timed

warnings.filterwarnings("ignore")


def auto(one):
    from statsforecast.arima import auto_arima_f

    season = one["season"]
    return auto_arima_f(numpy.array(one["y"]), period=max(season, 1), seasonal=season > 1)


def statsforecast(task):
    if "order" not in task:
        return auto(task)["loglik"]
    from statsforecast.arima import arima

    p, d, q, sp, sd, sq, season = task["order"] + task["seasonal"]
    seasonal = {"order": (sp, sd, sq), "period": max(season, 1)}
    y = numpy.array(task["y"])
    return arima(y, order=(p, d, q), seasonal=seasonal, include_mean=task["mean"], method="CSS-ML")["loglik"]


def statsmodels(task):
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    trend = "c" if task["mean"] else "n"
    orders = {"order": task["order"], "seasonal_order": task["seasonal"]}
    return SARIMAX(numpy.array(task["y"]), **orders, trend=trend, simple_differencing=True).fit(disp=0).llf


def search(one):
    from statsforecast.arima import forecast_arima

    begin = time.perf_counter()
    try:
        found = auto(one)
    except Exception as error:  # what it cannot fit is part of the result
        return {"error": f"{type(error).__name__}: {error}"}
    seconds = time.perf_counter() - begin
    p, q, sp, sq, season, d, sd = (int(number) for number in found["arma"])
    forecast = [float(value) for value in forecast_arima(found, h=one["horizon"])["mean"]]
    if not numpy.isfinite([found["aicc"], *forecast]).all():
        return {"error": "AICc or a forecast is not finite"}
    return {
        "order": [p, d, q],
        "seasonal": [sp, sd, sq, season if season > 1 else 0],
        "mean": any(name in found["coef"] for name in ("intercept", "drift")),
        "aicc": float(found["aicc"]),
        "forecast": forecast,
        "seconds": seconds,
    }


def answer(task):
    if "many" in task:
        # Compiled, where it is, before the clock runs.
        search(task["many"][0])
        return [search(one) for one in task["many"]]
    fit = {"statsforecast": statsforecast, "statsmodels": statsmodels}[task["peer"]]
    seconds, likelihood = timed(lambda: fit(task))
    return [seconds, float(likelihood)]


serve(answer)
