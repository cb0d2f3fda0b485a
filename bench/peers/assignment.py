"""Times SciPy or lapx on matrices of doubles: `assignment.py scipy|lapx FILE ROWS COLS COUNT`; prints seconds and the cost of all."""

import sys
import time

import numpy

# Entries of a matrix that is solved once, and not warmed up for.
LARGE = 4_000_000

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


repeats = 1 if rows * cols > LARGE else 3
if repeats > 1:
    solve_all()
seconds = []
for _ in range(repeats):
    begin = time.perf_counter()
    found = solve_all()
    seconds.append(time.perf_counter() - begin)
print(sorted(seconds)[repeats // 2], repr(float(sum(costs[one].sum() for costs, one in zip(matrices, found)))))
