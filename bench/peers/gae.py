"""Times the recurrence in NumPy, one row after the other: `gae.py FILE` (as `gae.cpp` reads it); prints seconds and the sum of the advantages."""

import sys
import time

import numpy

numbers = numpy.fromfile(sys.argv[1], dtype=numpy.float32)
steps, envs = int(numbers[0]), int(numbers[1])
gamma, lam = numbers[2], numbers[3]
rewards, values, following, terminated, truncated = numbers[4:].reshape(5, steps, envs)
lives = 1 - terminated
goes_on = lives * (1 - truncated)
advantages = numpy.empty_like(rewards)


def solve():
    last = numpy.zeros(envs, dtype=numpy.float32)
    for t in range(steps - 1, -1, -1):
        delta = rewards[t] + gamma * following[t] * lives[t] - values[t]
        last = delta + gamma * lam * goes_on[t] * last
        advantages[t] = last
    return advantages, advantages + values


solve()
seconds = []
for _ in range(5):
    begin = time.perf_counter()
    solve()
    seconds.append(time.perf_counter() - begin)
print(sorted(seconds)[2], repr(float(advantages.astype(numpy.float64).sum())))
