import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meanOf, unpack, widen } from '../../ts/core/evaluate/page/steps.js';

it('widening keeps the mean over time and never exceeds the steps asked for', () => {
  const series = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(
      series,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 80 }),
      (values, stepMinutes, atMost) => {
        // The last step is cut short by the end of the trace.
        const minutes = (values.length - 1) * stepMinutes + Math.ceil(stepMinutes / 2);
        const runs = values.flatMap((value) => [value, 1]);
        const timeline = { function: 0, stepMinutes, steps: values.length, calls: runs, warm: { p: runs } };
        const wide = widen(timeline, minutes, atMost);
        expect(wide.steps).toBeLessThanOrEqual(Math.max(atMost, 1));
        expect(unpack(wide.calls)).toHaveLength(wide.steps);
        expect(wide.warm.p).toEqual(wide.calls);
        expect(meanOf(unpack(wide.calls), wide.stepMinutes, minutes)).toBeCloseTo(
          meanOf(values, stepMinutes, minutes),
          9,
        );
      },
    ),
  );
});
