import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, placeLabels } from '../../ts/core/evaluate/page/labels.js';

const FRAME = { x: 0, y: 0, width: 400, height: 300 };

describe('placed labels', () => {
  it('cover neither each other nor a point, and stay inside', () => {
    const request = fc.record({
      x: fc.integer({ min: 0, max: 400 }),
      y: fc.integer({ min: 0, max: 300 }),
      width: fc.integer({ min: 10, max: 120 }),
      height: fc.constant(15),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 14 }), (requests) => {
        const points = requests.map(({ x, y }) => ({ x, y, radius: 6, weight: 1000 }));
        const placed = placeLabels(requests, points, FRAME);
        expect(placed).toHaveLength(requests.length);
        const boxes = placed.filter((box) => box !== undefined);
        boxes.forEach((box, i) => {
          expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 400 && box.y + box.height <= 300).toBe(true);
          for (const other of boxes.slice(i + 1)) expect(overlap(box, other, 0)).toBe(false);
          for (const { x, y } of points) {
            expect(overlap(box, { x: x - 6, y: y - 6, width: 12, height: 12 }, 0)).toBe(false);
          }
        });
      }),
    );
  });

  it('exist where there is room', () => {
    const [box] = placeLabels([{ x: 50, y: 50, width: 40, height: 12 }], [], FRAME);
    expect(box).toEqual({ x: 58, y: 44, width: 40, height: 12 });
  });
});
