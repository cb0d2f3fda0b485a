/** What may stand in `isotherm.yaml`: the one source of its checks, its JSON Schema, its defaults and its documentation. */
import {
  LINK_GBPS,
  MOST_INSTANCES,
  MOST_WEIGHT,
  PLACEMENT_TERM_MEANINGS,
  PLACEMENT_TERMS,
  PLACEMENT_WEIGHTS,
  POWER_COEFFICIENTS,
  type Term,
} from 'isotherm/decide';
import { DEFAULT_PRICES } from 'isotherm/evaluate';
import { FORECAST_MODELS } from 'isotherm/forecast';
import { PROMETHEUS_PRESETS, START_TIME_TABLE } from 'isotherm/trace';
import Type, { type Static } from 'typebox';
import { amount, oneOf, section, size, text, time, upTo, whole, yesNo } from './schema-parts.js';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const YEARS = 3650 * DAY;
const MIB = 1024 ** 2;

/** A function's control takes no larger one. */
const LARGEST_POOL = 1000;

const SECRET = { 'x-secret': true, 'x-masked': true } as const;
const MATCH = 'Keys of functions that it is about; `*` stands for any characters, as in `shop/*`.';

const PREDICTION = section('Forecasts, and how often anything is decided.', {
  model_type: oneOf(
    { about: 'Forecast model: `auto` takes the best that is there, or one by name.', default: 'auto' },
    ['auto', ...FORECAST_MODELS],
  ),
  prediction_horizon: time({ about: 'How far forecasts reach.', default: 600 }, MINUTE, 6 * HOUR),
  update_interval: time(
    {
      about: 'Time between two ticks: observe, forecast, decide. A divisor or a multiple of a minute.',
      default: 30,
      'x-restart': true,
    },
    1,
    HOUR,
  ),
});

const NEEDS_NODES = { 'x-needs': '/placement/nodes' } as const;
const LIST_FILE = 'as `isotherm place` takes it; read again when it changes';

const PLACEMENT = section('Where functions run: decided again and again once `nodes` and `functions` are given.', {
  nodes: text({ about: `File with the nodes that functions can run on, ${LIST_FILE}.` }),
  functions: text({
    about: `File with the functions, ${LIST_FILE}. What is measured stands in for what it leaves out.`,
  }),
  users_in: text(
    {
      about:
        'Region that measured calls are taken to come from, as in `aws:eu-west-1`, of functions without `callsPerHour`; without it their calls are not counted.',
      ...NEEDS_NODES,
      'x-expected': 'a region as in aws:eu-west-1',
    },
    '^[^:]+:[^:]+$',
  ),
  round_trips: text({
    about:
      'File with round trips of your own between regions, as `isotherm place --round-trips` takes it; they go over those that are known. Read again when it changes.',
    ...NEEDS_NODES,
  }),
  egress: text({
    about:
      'File with prices of your own for bytes that leave a region, as `isotherm place --egress` takes it; they go over those that are known. Read again when it changes.',
    ...NEEDS_NODES,
  }),
  link_gbps: amount(
    {
      about: 'What data and state are moved with between regions, Gbit/s.',
      ...NEEDS_NODES,
      default: LINK_GBPS.usual,
    },
    LINK_GBPS.slowest,
    LINK_GBPS.fastest,
  ),
  optimization_interval: time({ about: 'Time between two optimisations.', ...NEEDS_NODES, default: 300 }, 1, DAY),
  migration_threshold: amount(
    { about: 'Saving, as a share, from which a function is moved.', ...NEEDS_NODES, default: 0.15 },
    0,
    1,
  ),
  moves_at_once: whole({ about: 'Moves of one optimisation, at most.', ...NEEDS_NODES, default: 5 }, 0, 1000),
  cool_down: time(
    { about: 'Time for which a function stays after a move.', ...NEEDS_NODES, default: '1h' },
    0,
    30 * DAY,
  ),
  max_usd_per_hour: amount(
    { about: 'The most that price and egress of all functions may come to.', ...NEEDS_NODES },
    0,
    1e9,
  ),
  max_carbon_g_per_hour: amount({ about: 'The most carbon of all functions, g CO2e.', ...NEEDS_NODES }, 0, 1e12),
  weights: section(
    'What each term of the cost counts; docs/placement.md says what they are.',
    Object.fromEntries(
      PLACEMENT_TERMS.map((term) => [
        term,
        amount(
          {
            about: `Weight of: ${PLACEMENT_TERM_MEANINGS[term].about}.`,
            ...NEEDS_NODES,
            default: PLACEMENT_WEIGHTS[term],
          },
          0,
          MOST_WEIGHT,
        ),
      ]),
    ) as Record<Term, ReturnType<typeof amount>>,
  ),
});

const WARMING = section('Pools of warm instances, for functions that earn one.', {
  min_warm_pool: whole({ about: 'Instances of the smallest pool.', default: 2 }, 0, LARGEST_POOL),
  max_warm_pool: whole({ about: 'Instances of the largest pool.', default: 100 }, 0, LARGEST_POOL),
  prewarm_buffer: amount({ about: 'Factor on the load that is forecast.', default: 1.2 }, 1, 10),
});

const LAG = (about: string, value: string) => Type.Optional(time({ about, default: value }, 0, HOUR));

const PROMETHEUS = Type.Object(
  {
    kind: Type.Literal('prometheus'),
    url: text(
      {
        about: 'Where `/api/v1` lies, as in `http://localhost:9090`. No credentials.',
        'x-masked': true,
        'x-expected': 'an address as in http://localhost:9090',
      },
      '^https?://',
    ),
    preset: Type.Optional(
      oneOf(
        { about: 'Counters of a platform; this or `queries`.' },
        PROMETHEUS_PRESETS.map(({ name }) => name),
      ),
    ),
    queries: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Raw counters of calls, and of time spent, as PromQL selectors; this or `preset`.',
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        'x-expected': 'a list of 1 to 20 different queries',
      }),
    ),
    step: Type.Optional(
      time(
        { about: 'Time between two samples that are asked for: the scrape interval.', default: '15s' },
        1,
        10 * MINUTE,
      ),
    ),
    timeout: Type.Optional(
      time(
        { about: 'How long one request may take; below `prediction.update_interval`.', default: '10s' },
        0.1,
        10 * MINUTE,
      ),
    ),
    lag: LAG('How far behind the clock samples are taken to be complete: a scrape and its delay.', '60s'),
    backfill: Type.Optional(
      time(
        {
          about: 'How much of the past is read at the first start, as far as the server has it; 0 for none.',
          default: '15d',
        },
        0,
        YEARS,
      ),
    ),
    bearer_token: Type.Optional(text({ about: 'Token of `Authorization: Bearer`.', ...SECRET })),
    bearer_token_file: Type.Optional(text({ about: 'File that holds the token.' })),
    username: Type.Optional(
      text({ about: 'Name for basic authentication.', 'x-expected': 'a name without a colon' }, '^[^:]+$'),
    ),
    password: Type.Optional(text({ about: 'Password for basic authentication.', ...SECRET })),
    password_file: Type.Optional(text({ about: 'File that holds the password.' })),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        additionalProperties: false,
        description: 'Further headers, as in `X-Scope-OrgID: tenant`; shown masked.',
        'x-masked': true,
      }),
    ),
  },
  { additionalProperties: false, description: 'Asks a server of the Prometheus API.' },
);

const REPLAY = Type.Object(
  {
    kind: Type.Literal('replay'),
    trace: text({ about: 'File or folder with a trace, in any format that `isotherm replay` reads.' }),
    speed: Type.Optional(
      upTo({ about: 'Trace time over clock time; `unlimited` for as fast as it goes.', default: 1 }, 0.001, 1e9, false),
    ),
  },
  { additionalProperties: false, description: 'Plays a trace as if it happened now.' },
);

const PUSH = Type.Object(
  {
    kind: Type.Literal('push'),
    lag: LAG('How long samples may be on their way before a tick is closed.', '5s'),
  },
  { additionalProperties: false, description: 'Takes the samples that are sent to the API.' },
);

const instances = (about: string, least: number) => upTo({ about, default: 'unlimited' }, least, MOST_INSTANCES, true);

const LIMIT_KEYS = {
  min_instances: whole({ about: 'Instances that stay warm, busy or idle.', default: 0 }, 0, MOST_INSTANCES),
  max_instances: instances('Instances at most.', 0),
  max_step: instances('Instances up or down in one tick.', 1),
  max_rate: instances('Changes per minute, of all functions that this is about together.', 0),
  cool_down: time({ about: 'Time after a change in which the desired instances do not fall.', default: 0 }, 0, DAY),
  paused: yesNo({ about: 'Decide and record, but hold what is.', default: false }),
};

/** The same keys for an exception: what is left out is as it is elsewhere. */
const EXCEPTION_KEYS = Object.fromEntries(
  Object.entries(LIMIT_KEYS).map(([key, schema]) => {
    const { default: _, ...others } = schema as { default?: unknown };
    return [key, others];
  }),
) as typeof LIMIT_KEYS;

const EXCEPTION = section('Limits of one function; those that are left out are the defaults.', EXCEPTION_KEYS);

const LIMITS = section(
  'Bounds of what may be decided: of a function its own, else those of its groups, else the default. Where the least comes above the most, the most counts; a `max_rate` binds wherever one is set, also beside a narrower one.',
  {
    default: section('Of every function.', LIMIT_KEYS),
    groups: Type.Array(
      Type.Object(
        {
          name: text({ about: 'Name of the group.' }),
          match: text({ about: MATCH }),
          ...Type.Partial(Type.Object(EXCEPTION_KEYS)).properties,
        },
        { additionalProperties: false },
      ),
      {
        description:
          'Groups of functions; a function is in each that matches it, and of those that set the same key the last one counts. Each bound holds for every member by itself, but `max_rate`, which all of them share.',
        default: [],
        maxItems: 1000,
      },
    ),
    functions: Type.Record(Type.String(), EXCEPTION, {
      additionalProperties: false,
      description: 'Single functions, by key.',
      default: {},
    }),
  },
);

const FUNCTIONS = Type.Array(
  Type.Object(
    {
      match: text({ about: MATCH }),
      memory: Type.Optional(
        size({ about: 'What one instance holds, in place of what calls say.' }, MIB, 1024 * 1024 * MIB),
      ),
      start_time: Type.Optional(
        time({ about: 'How long a cold start takes, in place of what was measured.' }, 0, 10 * MINUTE),
      ),
      platform: Type.Optional(
        oneOf({ about: 'Row of the table of start times, for functions of which none was measured.' }, [
          ...new Set(START_TIME_TABLE.map(({ platform }) => platform)),
        ]),
      ),
      runtime: Type.Optional(text({ about: 'With `platform`: as in `nodejs22.x`.' })),
    },
    { additionalProperties: false },
  ),
  {
    description:
      'What monitoring does not tell of functions; of each key the first entry that matches and has it counts.',
    default: [],
    maxItems: 10_000,
  },
);

const SERVER = section(
  'The API and the dashboard.',
  {
    host: text({ about: 'Address to listen on; any but loopback asks for API keys.', default: '127.0.0.1' }),
    port: whole({ about: 'Port; 0 takes one that is free.', default: 7717 }, 0, 65_535),
    cors: Type.Array(
      Type.String({ pattern: '^https?://[^/]+$', 'x-expected': 'an origin as in https://ops.example, without a path' }),
      {
        description: 'Origins whose pages may call the API from a browser.',
        default: [],
        uniqueItems: true,
        'x-expected': 'a list of different origins',
      },
    ),
    body_limit: size({ about: 'Largest body of a request.', default: '10MiB' }, 1024, 1024 * MIB),
    rate_limit: whole({ about: 'Requests per minute of one client.', default: 60_000 }, 1, 1e9),
  },
  { 'x-restart': true },
);

const STORE = section(
  'Where samples, decisions and receipts are kept.',
  {
    path: text({ about: 'Folder of the embedded database.', default: 'isotherm-data' }),
    url: text(
      {
        about:
          'PostgreSQL 15 or later instead, as in `postgres://user@host/name`; `DATABASE_URL` sets it too. A password only by environment or file.',
        'x-masked': true,
        'x-expected': 'a URL as in postgres://user@host/name',
      },
      '^postgres(ql)?://',
    ),
    url_file: text({ about: 'File that holds the URL, with its password.' }),
  },
  { 'x-restart': true },
);

export const FILE = Type.Partial(
  Type.Object({
    prediction: PREDICTION,
    warming: WARMING,
    placement: PLACEMENT,
    policy: text({
      about:
        'Policy that decides, by a name that `isotherm replay` knows; one that knows neither the future nor the memory of others. Another one begins with nothing learnt.',
      default: 'adaptive',
    }),
    provider: Type.Unsafe<Static<typeof PROMETHEUS> | Static<typeof REPLAY> | Static<typeof PUSH>>({
      type: 'object',
      description: 'Where what happened comes from.',
      discriminator: { propertyName: 'kind' },
      oneOf: [PROMETHEUS, REPLAY, PUSH],
      default: { kind: 'push' },
      'x-restart': true,
    }),
    prices: section('What the policy weighs.', {
      idle_usd_per_gb_s: amount(
        { about: 'A second of one GiB that is idle, USD.', default: DEFAULT_PRICES.idleUsdPerGbS },
        0,
        1e6,
      ),
      cold_start_usd_per_s: amount(
        { about: 'A second that a call waits for a cold start, USD.', default: DEFAULT_PRICES.coldStartUsdPerS },
        0,
        1e6,
      ),
      pre_warm_share: amount(
        { about: 'A start ahead of time, in cold starts.', default: DEFAULT_PRICES.preWarmShare },
        0,
        1000,
      ),
    }),
    carbon: section('Where instances draw their power, for the grams.', {
      cloud: oneOf(
        { about: 'Whose machines they are, for the power that they draw.', default: 'aws' },
        Object.keys(POWER_COEFFICIENTS) as (keyof typeof POWER_COEFFICIENTS)[],
      ),
      region: text({ about: 'Region whose grid counts.', default: 'us-east-1' }),
      grams_per_kwh: amount({ about: "The grid itself, g CO2e per kWh, in place of the region's." }, 0, 10_000),
    }),
    limits: LIMITS,
    functions: FUNCTIONS,
    store: STORE,
    server: SERVER,
    auth: section(
      'Who may ask.',
      {
        required: yesNo({ about: 'Ask for API keys on loopback too.', default: false }),
      },
      { 'x-restart': true },
    ),
    retention: section('How long what is stored is kept.', {
      calls: time({ about: 'Single calls; older ones are kept as counts per minute.', default: '48h' }, HOUR, YEARS),
      minutes: time({ about: 'Counts per minute.', default: '90d' }, HOUR, YEARS),
      receipts: time({ about: 'Receipts of decisions.', default: 'forever' }, HOUR, YEARS, 'forever'),
    }),
    log: section('What is written to standard error.', {
      level: oneOf({ about: 'The least that is written.', default: 'info' }, [
        'trace',
        'debug',
        'info',
        'warn',
        'error',
        'silent',
      ] as const),
    }),
  }),
  { additionalProperties: false },
);

/** The file, as far as it says anything. */
export type ConfigFile = Static<typeof FILE>;
