"""Answers requests, one JSON a line, until the input ends; and times as the benches of this folder do."""

import json
import sys
import time

# A turn is as long as this, or one run.
LEAST_SECONDS = 0.05


def timed(run):
    """Mean seconds of a run, and what the last one gave."""
    count, begin = 0, time.perf_counter()
    while True:
        found = run()
        count += 1
        seconds = time.perf_counter() - begin
        if seconds >= LEAST_SECONDS:
            return seconds / count, found


def serve(answer):
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
