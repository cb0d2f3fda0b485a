/** Server-sent events: order, resumption, many clients, clients that do not read. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Json, type Running, running } from './api-server.js';

let api: Running;
afterEach(() => api.close());

interface Frame {
  id?: string;
  event?: string;
  data?: Json;
}

/** Frames of a stream as they come, comments left out. */
async function* frames(path = '', headers: Record<string, string> = {}, signal?: AbortSignal): AsyncGenerator<Frame> {
  const response = await fetch(`${api.url}/v1/events/stream${path}`, {
    headers,
    ...(signal === undefined ? {} : { signal }),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const frame: Frame = {};
      for (const line of text.slice(0, end).split('\n')) {
        const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? [];
        if (name === 'data') frame.data = JSON.parse(value!);
        else if (name === 'id' || name === 'event') frame[name] = value!;
      }
      text = text.slice(end + 2);
      if (frame.data !== undefined) yield frame;
    }
  }
}

async function take(count: number, stream: AsyncGenerator<Frame>): Promise<Frame[]> {
  const taken: Frame[] = [];
  for await (const frame of stream) if (taken.push(frame) === count) break;
  return taken;
}

const connected = (clients: number) =>
  vi.waitFor(
    async () => {
      const text = await (await fetch(`${api.url}/metrics`)).text();
      expect(text).toContain(`isotherm_event_streams ${clients}\n`);
    },
    { timeout: 20_000, interval: 20 },
  );

describe('a stream of events', () => {
  it('gives what happens, in order, as JSON', async () => {
    api = await running();
    const reading = take(2, frames());
    await connected(1);
    const events = [api.plane.emit('gap', 'f', 'no\ndata'), api.plane.emit('promoted', null, 'b')];
    const got = await reading;
    expect(got.map(({ data }) => data)).toEqual(events);
    expect(got.map(({ id, event }) => [id, event])).toEqual([
      ['1', 'gap'],
      ['2', 'promoted'],
    ]);
  });

  it('gives what was missed to whoever comes back', async () => {
    api = await running();
    for (let i = 1; i <= 5; i++) api.plane.emit('gap', null, String(i));
    const got = await take(3, frames('', { 'last-event-id': '2' }));
    expect(got.map(({ id }) => id)).toEqual(['3', '4', '5']);
  });

  it('says so when that is not known any more, or never was', async () => {
    api = await running();
    for (let i = 1; i <= 10_000; i++) api.plane.emit('gap', null, '');
    for (const id of ['1', '99999']) {
      const [frame] = await take(1, frames('', { 'last-event-id': id }));
      expect(frame).toEqual({ event: 'reset', data: { lastEventId: Number(id), newest: 10_000 } });
    }
    await take(1, frames('', { 'last-event-id': '9999' }));
  });

  it('is of the kinds and the function asked for; decisions come only where they are', async () => {
    api = await running();
    const all = take(1, frames());
    const ofF = take(2, frames('?functionKey=f'));
    const decisions = take(2, frames('?kinds=decision,gap'));
    await connected(3);
    api.plane.decide('g', 1);
    api.plane.decide('f', 2);
    api.plane.emit('paused', null, 'x');
    api.plane.emit('gap', 'g', 'x');
    const seen = async (reading: Promise<Frame[]>) =>
      (await reading).map(({ data }) => `${data.kind} ${data.functionKey}`);
    expect(await seen(all)).toEqual(['paused null']);
    expect(await seen(ofF)).toEqual(['decision f', 'paused null']);
    expect(await seen(decisions)).toEqual(['decision g', 'decision f']);
  });

  it('shows signs of life', async () => {
    api = await running({ heartbeatMs: 20 });
    const response = await fetch(`${api.url}/v1/events/stream`);
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString();
      if (text.includes(': alive')) break;
    }
  });

  it('serves 200 clients at once, every event to each', async () => {
    api = await running();
    const readings = Array.from({ length: 200 }, () => take(50, frames()));
    await connected(200);
    for (let i = 0; i < 50; i++) api.plane.emit('gap', null, String(i));
    const expected = Array.from({ length: 50 }, (_, i) => String(i + 1));
    for (const reading of readings) expect((await reading).map(({ id }) => id)).toEqual(expected);
    await connected(0);
  });

  it('is refused beyond the bound on open ones', async () => {
    api = await running({ mostStreams: 2 });
    const stop = new AbortController();
    const readings = [1, 2].map(() => take(1, frames('', {}, stop.signal)).catch(() => []));
    await connected(2);
    const response = await fetch(`${api.url}/v1/events/stream`);
    expect([response.status, ((await response.json()) as Json).code]).toEqual([503, 'TOO_MANY_STREAMS']);
    stop.abort();
    await Promise.all(readings);
    await connected(0);
  });

  it('cuts off who does not read, and keeps nothing for it', async () => {
    api = await running();
    const slow: Socket = connect(api.port, '127.0.0.1');
    slow.on('error', () => {});
    slow.pause();
    slow.write('GET /v1/events/stream HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await connected(1);
    const text = 'x'.repeat(10_000);
    for (let i = 0; i < 4000 && api.plane.listeners > 0; i++) {
      api.plane.emit('gap', null, text);
      if (i % 100 === 0) await new Promise((done) => setImmediate(done));
    }
    await connected(0);
    expect(await (await fetch(`${api.url}/metrics`)).text()).toContain('isotherm_event_streams_dropped_total 1\n');
    slow.destroy();
  });

  it('ends when the server does', async () => {
    api = await running();
    const reading = take(1, frames());
    await connected(1);
    await api.close();
    expect(await reading).toEqual([]);
    expect(api.plane.listeners).toBe(0);
  });
});
