/** Progress bars for long work: on standard error, and only where that is a terminal. */
import ProgressBar from 'progress';
import { threeDigits } from '../decide/figures.js';

export interface Progress {
  /** `done` units of the total so far. */
  update(done: number): void;
  /** Takes the bar away; work may have ended early. */
  stop(): void;
}

const SILENT: Progress = { update() {}, stop() {} };

/**
 * A bar with share, rate and remaining time; silent where `stream` is no terminal.
 *
 * @example
 * const progress = startProgress('Replaying', 400, 'functions');
 * progress.update(200);
 * progress.stop();
 */
export function startProgress(
  title: string,
  total: number,
  unit: string,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  if (!stream.isTTY || !(total > 0)) return SILENT;
  const bar = new ProgressBar(`${title} [:bar] :share :speed :left`, {
    total,
    width: 30,
    stream,
    clear: true,
    renderThrottle: 100,
  });
  const from = performance.now();
  const tokens = () => {
    const seconds = (performance.now() - from) / 1000;
    const rate = seconds > 0 ? bar.curr / seconds : 0;
    return {
      share: `${Math.floor((100 * bar.curr) / total)} %`,
      speed: `${threeDigits(rate)} ${unit}/s`,
      left: rate > 0 ? `${remaining((total - bar.curr) / rate)} left` : '',
    };
  };
  bar.render(tokens(), true);
  return {
    update(done) {
      bar.curr = Math.min(Math.max(done, 0), total);
      bar.render(tokens());
    },
    stop() {
      bar.terminate();
    },
  };
}

/** Seconds as people say them. */
export function remaining(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
