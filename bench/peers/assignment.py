"""Times SciPy or lapx on matrices of doubles in a file: `{peer, file, rows, cols, count}`; answers seconds and the cost of all."""

import numpy

from turns import serve, timed


def scipy():
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment


def lapx():
    import lap

    def solve(costs):
        _, columns, _ = lap.lapjv(costs, extend_cost=True)
        taken = numpy.flatnonzero(columns >= 0)
        return taken, columns[taken]

    return solve


def answer(request):
    shape = request["count"], request["rows"], request["cols"]
    matrices = numpy.fromfile(request["file"]).reshape(shape)
    solve = {"scipy": scipy, "lapx": lapx}[request["peer"]]()
    seconds, found = timed(lambda: [solve(costs) for costs in matrices])
    return [seconds, float(sum(costs[one].sum() for costs, one in zip(matrices, found)))]


serve(answer)
