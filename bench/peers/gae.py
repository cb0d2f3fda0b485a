"""Times the recurrence in NumPy, one row after the other: `{file}`, as `gae.cpp` reads it; answers seconds and the sum of the advantages."""

import numpy

from turns import serve, timed


def answer(request):
    numbers = numpy.fromfile(request["file"], dtype=numpy.float32)
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

    seconds, _ = timed(solve)
    return [seconds, float(advantages.astype(numpy.float64).sum())]


serve(answer)
