import { describe, expect, it } from 'vitest';
import { remaining, startProgress } from '../../ts/core/cli/progress.js';

/** As much of a terminal as a bar writes to. */
function terminal(isTTY: boolean) {
  const written: string[] = [];
  const stream = {
    isTTY,
    columns: 100,
    write: (text: string) => written.push(text),
    cursorTo: () => true,
    clearLine: () => true,
  };
  return { written, stream: stream as unknown as NodeJS.WriteStream };
}

describe('progress', () => {
  it('shows share, rate and remaining time on a terminal', () => {
    const { written, stream } = terminal(true);
    const progress = startProgress('Replaying', 400, 'functions', stream);
    progress.update(400);
    progress.stop();
    expect(written[0]).toMatch(/^Replaying \[-+\] 0 % 0 functions\/s/);
  });

  it('writes nothing where there is no terminal', () => {
    const { written, stream } = terminal(false);
    const progress = startProgress('Replaying', 400, 'functions', stream);
    progress.update(200);
    progress.stop();
    expect(written).toEqual([]);
  });

  it('says times as people do', () => {
    expect([0.2, 59, 60, 3599, 3661].map(remaining)).toEqual(['1 s', '59 s', '1 min 0 s', '59 min 59 s', '1 h 1 min']);
  });
});
