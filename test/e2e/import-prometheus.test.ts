import { expect, test } from 'vitest';
import { PROMETHEUS_PRESETS, readTrace } from '../../ts/core/trace/index.js';
import { matrix, type PrometheusSeries } from '../import-files.js';
import { cellsOf, failure, gzip, read, text } from '../trace-sources.js';

const T0 = Date.UTC(2026, 7, 1, 12, 0, 0) / 1000;

/** A series with a sample each step; undefined where there is none. */
function series(metric: Record<string, string>, values: readonly (number | string | undefined)[], from = 0, step = 60) {
  const all: [number, number | string][] = [];
  values.forEach((value, n) => {
    if (value !== undefined) all.push([T0 + from + n * step, value]);
  });
  return { metric, values: all } satisfies PrometheusSeries;
}

const openfaas = (name: string, code = '200', extra = {}): Record<string, string> => {
  return { __name__: 'gateway_function_invocation_total', function_name: name, code, ...extra };
};

test('a counter grows by the calls of each step; of its first sample nothing is known', async () => {
  const content = matrix([
    series(openfaas('pay.fn'), [100, 103, 103, 110]),
    series(openfaas('pay.fn', '500'), [0, 1, 1, 1]),
  ]);
  const reading = await read(content);
  expect(reading.format).toBe('prometheus');
  expect(cellsOf(reading)).toEqual({ 'pay.fn': { 0: 4, 2: 7 } });
  expect(reading.trace).toMatchObject({ calls: 11, minutes: 3, originMs: T0 * 1000 });
  expect(reading.rows).toBe(8);
  expect(reading.notes).toEqual([
    'the step is taken to be 60 s, as the samples are spaced',
    'functions without a duration, taken to run 1000 ms: 1',
    'functions without a memory size, taken to hold 170 MiB: 1',
  ]);
  expect((await readTrace(gzip('p.json.gz', content))).digest).toBe(reading.digest);
});

test('a restart begins again at 0, and a series that begins later began at 0', async () => {
  const content = matrix([
    series(openfaas('f', '200', { instance: 'a' }), [10, 14, 2, 5]),
    series(openfaas('f', '200', { instance: 'b' }), [undefined, undefined, 6, 7]),
  ]);
  const reading = await read(content);
  expect(cellsOf(reading)).toEqual({ f: { 0: 4, 1: 2 + 6, 2: 3 + 1 } });
  expect(reading.notes).toContain('times that a counter fell and is taken to have begun again at 0: 1');
  expect(reading.notes).toContain(
    'calls of series that begin later than the others (1), counted from 0 as those of new instances: 6',
  );
});

test('missing samples: what came in between is spread over the gap', async () => {
  const reading = await read(matrix([series(openfaas('f'), [0, 'NaN', undefined, 9, 10])]));
  expect(cellsOf(reading)).toEqual({ f: { 0: 3, 1: 3, 2: 3, 3: 1 } });
  expect(reading.notes).toContain('samples that are NaN, passed over: 1');
  const missing = 'samples that are missing between others; what came in between is spread evenly';
  expect(reading.notes).toContain(`${missing}: 2`);
  const bare = await read(matrix([series({ function_name: 'f' }, [0, undefined, 5, 6])]));
  expect(bare.notes).toContain(`${missing}: 1`);
  const parts = [
    text('a.json', matrix([series(openfaas('f'), [1, 2])])),
    text('b.json', matrix([series(openfaas('f'), [2, 3], 60), series(openfaas('g'), [1], 60)])),
    text('c.json', matrix([series(openfaas('f'), [4, 4], 240)])),
  ];
  expect((await readTrace(parts)).notes).toContain(`${missing}: 1`);
  expect((await readTrace(parts.slice(0, 2))).notes.join()).not.toContain(missing);
});

test('files of one query go on from one another, whatever their order', async () => {
  const values = [5, 6, 8, 8, 12, 20, 21];
  const whole = await readTrace(text('all.json', matrix([series(openfaas('f'), values)])));
  const a = text('a.json', matrix([series(openfaas('f'), values.slice(0, 3))]));
  const b = text('b.json', matrix([series(openfaas('f'), values.slice(3), 180)]));
  expect((await readTrace([a, b])).digest).toBe(whole.digest);
  expect((await readTrace([b, a])).digest).toBe(whole.digest);
  // Ranges include both ends: the same sample may be in two files.
  const shared = text('c.json', matrix([series(openfaas('f'), values.slice(2), 120)]));
  expect((await readTrace([a, shared])).digest).toBe(whole.digest);
  const overlapping = text('d.json', matrix([series(openfaas('f'), values.slice(1), 60)]));
  expect(await failure(readTrace([a, overlapping]))).toMatchObject({ code: 'TIME_ORDER' });
});

test.each([
  [
    'knative',
    {
      __name__: 'kn_serving_invocation_duration_seconds_count',
      k8s_namespace_name: 'shop',
      kn_configuration_name: 'pay',
      kn_revision_name: 'pay-00002',
    },
    'shop/pay',
  ],
  [
    'knative-opencensus',
    {
      __name__: 'revision_request_count',
      namespace_name: 'shop',
      configuration_name: 'pay',
      revision_name: 'pay-00001',
    },
    'shop/pay',
  ],
  ['knative-opencensus', { __name__: 'revision_app_request_count', revision_name: 'pay-00001' }, 'pay-00001'],
  ['openfaas', { __name__: 'gateway_function_invocation_total', function_name: 'pay.openfaas-fn' }, 'pay.openfaas-fn'],
  ['keda', { __name__: 'interceptor_request_count_total', route_name: 'pay', route_namespace: 'shop' }, 'shop/pay'],
  ['keda', { __name__: 'interceptor_request_count_total', host: 'pay.example' }, 'pay.example'],
  [
    'cloud-run',
    { __name__: 'run_googleapis_com:request_count', service_name: 'pay', location: 'europe-west1' },
    'europe-west1/pay',
  ],
  ['any', { __name__: 'my_calls_total', function: 'pay', namespace: 'shop' }, 'shop/pay'],
])('%s: %j', async (preset, metric, key) => {
  if (preset !== 'any') {
    const known = PROMETHEUS_PRESETS.find(({ name }) => name === preset);
    expect(known?.calls).toContain(metric.__name__);
  }
  const reading = await read(matrix([series(metric as Record<string, string>, [0, 2])]));
  expect(cellsOf(reading)).toEqual({ [key]: { 0: 2 } });
});

test('time spent over calls is the mean duration; other metrics are named', async () => {
  const name = { k8s_namespace_name: 'shop', kn_configuration_name: 'pay' };
  const metric = (suffix: string) => ({ __name__: `kn_serving_invocation_duration_seconds_${suffix}`, ...name });
  const { trace, notes } = await read(
    matrix([
      series(metric('count'), [100, 104]),
      series(metric('sum'), [50, 51]),
      series({ ...metric('bucket'), le: '0.1' }, [1, 2]),
    ]),
  );
  expect(trace.calls).toBe(4);
  expect(trace.functions.durationMs).toEqual(Float64Array.of(250));
  expect(notes).toContain('metrics not read: kn_serving_invocation_duration_seconds_bucket');
});

test('two counters of the same calls count once', async () => {
  const labels = { configuration_name: 'pay', namespace_name: 'shop' };
  const both = matrix([
    series({ __name__: 'revision_request_count', ...labels }, [0, 5]),
    series({ __name__: 'revision_app_request_count', ...labels }, [0, 4]),
  ]);
  const reading = await read(both);
  expect(cellsOf(reading)).toEqual({ 'shop/pay': { 0: 4 } });
  expect(reading.notes).toContain('metrics not read: revision_request_count');
  const unknown = matrix([
    series({ __name__: 'a_total', app: 'f' }, [0, 1]),
    series({ __name__: 'b_total', app: 'f' }, [0, 1]),
  ]);
  expect((await failure(read(unknown))).message).toContain('a_total and b_total both count the calls of one function');
});

test('rates are calls per second up to each sample; no call is lost by rounding', async () => {
  const reading = await read(matrix([series({ function_name: 'f' }, [0.5, 0.01, 0.01, 0.03])]));
  // 30, 0.6, 0.6 and 1.8 calls.
  expect(cellsOf(reading)).toEqual({ f: { 0: 30, 1: 1, 3: 2 } });
  expect(reading.trace.originMs).toBe((T0 - 60) * 1000);
  expect(reading.notes.join()).toContain('series without a name are taken for rates, calls per second');
});

test('nameless whole numbers that grow are a counter', async () => {
  const reading = await read(matrix([series({ function_name: 'f' }, [10, 12, 12, 19])]));
  expect(cellsOf(reading)).toEqual({ f: { 0: 2, 2: 7 } });
  expect(reading.notes.join()).toContain('taken for counters');
  const bare = await readTrace(text('pay.json', matrix([series({}, [10, 12])])));
  expect(cellsOf(bare)).toEqual({ pay: { 0: 2 } });
});

test('steps below and above a minute', async () => {
  const fine = await read(matrix([series(openfaas('f'), [0, 1, 2, 4, 8, 16], 0, 15)]));
  expect(cellsOf(fine)).toEqual({ f: { 0: 8, 1: 8 } });
  const coarse = await read(matrix([series(openfaas('f'), [0, 6, 7], 0, 180)]));
  expect(cellsOf(coarse)).toEqual({ f: { 0: 2, 1: 2, 2: 2, 4: 1 } });
});

test('times that reach too far are wrong', async () => {
  const found = await failure(
    read(
      matrix([
        {
          metric: openfaas('f'),
          values: [
            [T0, 1],
            [T0 * 1000, 2],
          ],
        },
      ]),
    ),
  );
  expect(found).toMatchObject({ code: 'BAD_TIME', message: expect.stringContaining('expected at most ten years') });
});

test('what Prometheus warns of is said', async () => {
  const { notes } = await read(
    matrix([series(openfaas('f'), [0, 1])], { warnings: ['one store is down'], infos: ['a hint'] }),
  );
  expect(notes.slice(0, 2)).toEqual([
    'trace.csv: Prometheus says: one store is down',
    'trace.csv: Prometheus says: a hint',
  ]);
  // Many answers with one warning: it is said once.
  const warned = (from: number) => matrix([series(openfaas('f'), [from, from + 1], from * 60)], { warnings: ['slow'] });
  const both = await read(`${warned(0)}\n${warned(2)}`);
  expect(both.notes.filter((note) => note.includes('slow'))).toHaveLength(1);
});

test.each([
  [matrix([series(openfaas('f'), [0, 'much'])]), 'BAD_NUMBER', 'sample 2'],
  [matrix([series(openfaas('f'), [0, '+Inf'])]), 'BAD_NUMBER', 'is no sample'],
  [matrix([series(openfaas('f'), [0, -1])]), 'BAD_NUMBER', 'is no sample'],
  [
    matrix([
      {
        metric: openfaas('f'),
        values: [
          [T0, 1],
          [T0, 2],
        ],
      },
    ]),
    'TIME_ORDER',
    'goes back in time',
  ],
  // A number that JSON can write and nothing can hold: it is infinite, and has no divisor.
  [matrix([series(openfaas('f'), [0, 1])]).replace(String(T0 + 60), '1e999'), 'BAD_NUMBER', 'is no sample'],
  [matrix([series({ __name__: 'x_total', zone: 'a' }, [0, 1])]), 'BAD_ROW', 'names a function; expected a label'],
  ['{"status":"success","data":{"resultType":"vector","result":[]}}', 'BAD_ROW', 'the result is a vector'],
  ['{"status":"success","data":{"resultType":"matrix","result":[{}]}}', 'BAD_ROW', 'a series is none'],
  ['{"status":"error","data":{"resultType":"matrix","result":[]}}', 'BAD_ROW', "status is 'error'"],
  ['{"status":"success","data":{"resultType":"matrix","result":[]}}', 'EMPTY_INPUT', 'there are no rows'],
])('%s is refused', async (content, code, message) => {
  const found = await failure(read(content));
  expect(found.code).toBe(code);
  expect(found.message).toContain(message);
});
