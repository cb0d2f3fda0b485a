"""Times SciPy or lapx on matrices of doubles: `assignment.py scipy|lapx FILE ROWS COLS COUNT`; prints seconds and the cost of all."""

import sys
import time

import numpy

name, path = sys.argv[1:3]
rows, cols, count = map(int, sys.argv[3:6])
matrices = numpy.fromfile(path).reshape(count, rows, cols)
if name == "scipy":
    from scipy.optimize import linear_sum_assignment

    def solve(costs):
        return linear_sum_assignment(costs)
else:
    import lap

    def solve(costs):
        _, columns, _ = lap.lapjv(costs, extend_cost=True)
        taken = numpy.flatnonzero(columns >= 0)
        return taken, columns[taken]


def solve_all():
    return [solve(costs) for costs in matrices]


solve_all()
seconds = []
for _ in range(3):
    begin = time.perf_counter()
    found = solve_all()
    seconds.append(time.perf_counter() - begin)
print(sorted(seconds)[1], repr(float(sum(costs[one].sum() for costs, one in zip(matrices, found)))))
