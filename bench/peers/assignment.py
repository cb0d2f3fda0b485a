"""Times SciPy or lapx on a matrix of doubles: `assignment.py scipy|lapx FILE ROWS COLS`; prints seconds and the cost."""

import sys
import time

import numpy

name, path, rows, cols = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
costs = numpy.fromfile(path).reshape(rows, cols)
if name == "scipy":
    from scipy.optimize import linear_sum_assignment

    def solve():
        return linear_sum_assignment(costs)
else:
    import lap

    def solve():
        _, columns, _ = lap.lapjv(costs, extend_cost=True)
        taken = numpy.flatnonzero(columns >= 0)
        return taken, columns[taken]


solve()
seconds = []
for _ in range(3):
    begin = time.perf_counter()
    found = solve()
    seconds.append(time.perf_counter() - begin)
print(sorted(seconds)[1], repr(float(costs[found].sum())))
