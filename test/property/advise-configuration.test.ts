/** Advised settings as configuration: each language's own parser reads it, and a function's name comes out as it went in, whatever is in it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import hcl from 'hcl2-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import {
  type ConfigurationFile,
  type ConfiguredFunction,
  configuration,
} from '../../ts/core/decide/advise/configuration/index.js';
import { hclString, isUsableName, jsonString, shellWord } from '../../ts/core/decide/advise/configuration/quoting.js';
import { ADVICE_TARGETS, type AdviceTarget, type Setting } from '../../ts/core/decide/index.js';

const DAY = [0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 5, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0];
const WEEK = Array.from({ length: 168 }, (_, hour) => (hour < 120 ? DAY[hour % 24]! : 0));

const SETTINGS: Record<string, Setting> = {
  constant: { kind: 'constant', ready: 3 },
  daily: { kind: 'scheduled', cycle: 'day', ready: DAY },
  weekly: { kind: 'scheduled', cycle: 'week', ready: WEEK },
  tracking: { kind: 'target-tracking', utilisation: 0.7, min: 1, max: 12 },
  forecast: { kind: 'forecast', method: 'the last hour', ready: 4 },
};

const HOSTILE = [
  "it's",
  'say "hello"',
  '$(touch pwned)',
  '`touch pwned`',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a name that reads as a template of Terraform or of a shell.
  'a${b}%{c}\\d',
  '; rm -rf . #',
  'a: b - {c}',
  '*',
  '&anchor !tag',
  'größe 函数 🙂',
  '100%',
  '!Ref Alias',
  'null',
  '007',
];

const fileOf = (files: readonly ConfigurationFile[], name: string): string =>
  files.find((file) => file.name === name)!.text;

/** What is asked for on a platform, by a key. */
const of = (key: string, setting: Setting, trigger = 'queue'): ConfiguredFunction => ({ key, trigger, setting });

const settable = (target: AdviceTarget): Setting[] => [
  SETTINGS.constant!,
  ...(target === 'lambda-pc' || target === 'knative' ? [SETTINGS.tracking!] : []),
  ...[SETTINGS.daily!, SETTINGS.weekly!],
  ...(target === 'knative' ? [] : [SETTINGS.forecast!]),
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'isotherm-advise-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The tools of the platforms: each says its words. */
const TOOLS = ['aws', 'az', 'gcloud', 'kn']
  .map((tool) => `${tool}() { printf '%s\\0' ${tool} "$@"; printf '\\1'; }\n`)
  .join('');

/** Runs a script with the tools in place; gives the words of every command. */
function commandsOf(script: string): string[][] {
  const { stdout, stderr, status } = spawnSync('sh', ['-s'], {
    input: TOOLS + script,
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, RESOURCE_GROUP: 'g', REGION: 'r', PROJECT: 'p', SERVICE_ACCOUNT: 's@p' },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(readdirSync(folder), 'what a name left behind').toEqual([]);
  return stdout
    .split('\u0001')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

describe.each(ADVICE_TARGETS)('configuration of %s', (target) => {
  it('is what its parsers and a shell take, for every setting, with plain names', () => {
    for (const setting of settable(target)) {
      const files = configuration(target, [of('shop/checkout', setting, 'http'), of('shop/mail', setting)]);
      for (const { name, text } of files) {
        if (name.endsWith('.yaml')) {
          for (const document of parseAllDocuments(text)) {
            expect('errors' in document ? document.errors : ['empty']).toEqual([]);
          }
        } else if (name.endsWith('.tf')) expect(hcl.parseToObject(text)[1]).toBeNull();
        else if (name.endsWith('.json')) expect(JSON.parse(text)).toHaveLength(1);
        else if (name === 'crontab') {
          expect(text.split('\n').filter((line) => /^\d/.test(line)).length).toBeGreaterThan(0);
        } else if (name === 'apply.sh') expect(commandsOf(text).length).toBeGreaterThan(0);
      }
    }
  });

  it('names a function by its own name, whatever is in it', () => {
    for (const hostile of HOSTILE) {
      for (const setting of settable(target)) {
        const files = configuration(target, [of(`shop/${hostile}`, setting)]);
        const words = commandsOf(fileOf(files, 'apply.sh'));
        expect(words.length).toBeGreaterThan(0);
        for (const command of words) {
          if (command.includes('scheduler')) {
            const uri = command.find((word) => word.startsWith('--uri='))!.slice('--uri='.length);
            const service = new URL(uri).pathname.split('/').at(-1)!;
            expect(decodeURIComponent(service)).toBe(hostile);
          } else expect(command.some((word) => word.includes(hostile))).toBe(true);
        }
      }
    }
  });

  it('leaves out what no command can take as a name, and says so in one line', () => {
    const files = configuration(target, [
      of('shop/--delete', SETTINGS.constant!),
      of('shop/two\nlines', SETTINGS.constant!),
      of('shop/good', SETTINGS.constant!),
    ]);
    const script = fileOf(files, 'apply.sh');
    expect(commandsOf(script)).toHaveLength(1);
    expect(script).toContain('# Left out, as no command can take its name: shop/--delete\n');
    expect(script).toContain('# Left out, as no command can take its name: shop/two\\nlines\n');
  });

  it('never gives two functions one name', () => {
    const files = configuration(target, [
      of('a/shop/main', SETTINGS.constant!),
      of('b/shop/main', SETTINGS.constant!),
      of('b/other/main', SETTINGS.constant!),
    ]);
    const named = commandsOf(fileOf(files, 'apply.sh')).map((words) => words.join(' '));
    expect(new Set(named).size).toBe(3);
  });

  it('has nothing for functions that are left alone', () => {
    const files = configuration(target, [of('shop/quiet', { kind: 'on-demand' })]);
    expect(commandsOf(fileOf(files, 'apply.sh'))).toEqual([]);
  });
});

describe('Lambda', () => {
  it('sets a constant number on the alias', () => {
    const files = configuration('lambda-pc', [of('checkout', SETTINGS.constant!)]);
    expect(commandsOf(fileOf(files, 'apply.sh'))).toEqual([
      [
        ...['aws', 'lambda', 'put-provisioned-concurrency-config', '--function-name=checkout', '--qualifier=live'],
        '--provisioned-concurrent-executions=3',
      ],
    ]);
    const template = parseDocument(fileOf(files, 'template.yaml'), { logLevel: 'silent' }).toJS();
    expect(template.Resources.Alias1.Properties.ProvisionedConcurrencyConfig).toEqual({
      ProvisionedConcurrentExecutions: 3,
    });
    const [tf] = hcl.parseToObject(fileOf(files, 'main.tf'));
    expect(tf.resource.aws_lambda_provisioned_concurrency_config.function_1[0]).toMatchObject({
      function_name: 'checkout',
      provisioned_concurrent_executions: 3,
    });
  });

  it('changes a daily schedule at the hours where it changes, and no more', () => {
    const files = configuration('lambda-pc', [of('checkout', SETTINGS.daily!)]);
    const [register, ...changes] = commandsOf(fileOf(files, 'apply.sh'));
    expect(register).toContain('--resource-id=function:checkout:live');
    expect(register).toEqual(expect.arrayContaining(['--min-capacity=0', '--max-capacity=5']));
    const plain = changes.map((words) => words.filter((word) => /^--(schedule|scalable-target-action)=/.test(word)));
    expect(plain).toEqual([
      ['--schedule=cron(0 8 * * ? *)', '--scalable-target-action=MinCapacity=3,MaxCapacity=3'],
      ['--schedule=cron(0 12 * * ? *)', '--scalable-target-action=MinCapacity=5,MaxCapacity=5'],
      ['--schedule=cron(0 13 * * ? *)', '--scalable-target-action=MinCapacity=3,MaxCapacity=3'],
      ['--schedule=cron(0 17 * * ? *)', '--scalable-target-action=MinCapacity=0,MaxCapacity=0'],
    ]);
    const template = parseDocument(fileOf(files, 'template.yaml'), { logLevel: 'silent' }).toJS();
    expect(template.Resources.Target1.Properties.ScheduledActions).toHaveLength(4);
  });

  it('stays within the 200 scheduled actions of a target in the worst week', () => {
    const ready = Array.from({ length: 168 }, (_, hour) => hour % 2);
    const files = configuration('lambda-pc', [of('f', { kind: 'scheduled', cycle: 'week', ready })]);
    expect(commandsOf(fileOf(files, 'apply.sh')).length - 1).toBe(168);
    expect(fileOf(files, 'apply.sh')).toContain("'cron(0 1 ? * MON *)'");
  });

  it('tracks utilisation within its bounds', () => {
    const files = configuration('lambda-pc', [of('f', SETTINGS.tracking!)]);
    const policy = commandsOf(fileOf(files, 'apply.sh'))[1]!.at(-1)!;
    expect(JSON.parse(policy.slice(policy.indexOf('=') + 1))).toEqual({
      TargetValue: 0.7,
      PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
    });
    const [tf] = hcl.parseToObject(fileOf(files, 'main.tf'));
    expect(tf.resource.aws_appautoscaling_target.function_1[0]).toMatchObject({ min_capacity: 1, max_capacity: 12 });
    expect(tf.resource.aws_appautoscaling_policy.function_1).toHaveLength(1);
  });

  it('takes provisioned concurrency away where the forecast is none, and writes no template for what is renewed', () => {
    const setting = { kind: 'forecast', method: 'the last hour', ready: 0 } as const;
    const files = configuration('lambda-pc', [of('f', setting)]);
    expect(files.map(({ name }) => name)).toEqual(['apply.sh']);
    expect(commandsOf(files[0]!.text)[0]).toContain('delete-provisioned-concurrency-config');
  });
});

describe('Azure Flex', () => {
  it('sums what the HTTP functions of an app need, and sets others by themselves', () => {
    const files = configuration('flex', [
      of('shop/checkout', SETTINGS.constant!, 'http'),
      of('shop/cart', SETTINGS.daily!, 'http'),
      of('shop/mail', SETTINGS.constant!),
    ]);
    const settings = commandsOf(fileOf(files, 'apply.sh')).map((words) => words.at(-1));
    expect(settings).toEqual(['http=3', 'function:mail=3']);
    const crontab = fileOf(files, 'crontab');
    expect(crontab).toMatch(/^0 12 \* \* \* az functionapp scale config always-ready set .* --settings http=8$/m);
    const [app] = JSON.parse(fileOf(files, 'always-ready.json'));
    expect(app.properties.functionAppConfig.scaleAndConcurrency.alwaysReady).toEqual([
      { name: 'http', instanceCount: 8 },
      { name: 'function:mail', instanceCount: 3 },
    ]);
  });

  it('keeps a percent sign of a name from ending a line of the crontab', () => {
    const crontab = fileOf(configuration('flex', [of('shop/100%', SETTINGS.daily!)]), 'crontab');
    expect(crontab).toContain('function:100\\%=3');
  });
});

describe('Cloud Run and Knative', () => {
  it('set the minimum of the service, which makes no new revision', () => {
    const files = configuration('cloud-run', [of('api', SETTINGS.constant!)]);
    expect(commandsOf(fileOf(files, 'apply.sh'))).toEqual([
      ['gcloud', 'run', 'services', 'update', 'api', '--min=3', '--region=r'],
    ]);
    expect(parseDocument(fileOf(files, 'services.yaml')).toJS().metadata).toEqual({
      name: 'api',
      annotations: { 'run.googleapis.com/minScale': '3' },
    });
  });

  it('change the minimum scale by a crontab, as Knative has no schedule', () => {
    const files = configuration('knative', [of('team/api', SETTINGS.daily!)]);
    expect(commandsOf(fileOf(files, 'apply.sh'))[0]).toContain('--scale-min=0');
    const lines = fileOf(files, 'crontab').split('\n');
    expect(lines).toContain('0 12 * * * kn service update api --namespace=team --scale-min=5');
    expect(lines.filter((line) => /^\d/.test(line))).toHaveLength(4);
  });

  it('set scale bounds and utilisation by annotation, as text', () => {
    const files = configuration('knative', [of('team/api', SETTINGS.tracking!)]);
    expect(commandsOf(fileOf(files, 'apply.sh'))).toEqual([
      ['kn', 'service', 'update', 'api', '--namespace=team', '--scale-min=1', '--scale-utilization=70'],
    ]);
    const { metadata, spec } = parseDocument(fileOf(files, 'services.yaml')).toJS();
    expect(metadata).toEqual({ name: 'api', namespace: 'team' });
    expect(spec.template.metadata.annotations).toEqual({
      'autoscaling.knative.dev/min-scale': '1',
      'autoscaling.knative.dev/target-utilization-percentage': '70',
    });
  });
});

describe('quoting', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 });

  it('gives YAML and JSON strings that are read as they were', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(parseDocument(`a: ${jsonString(value)}\n`).toJS()).toEqual({ a: value });
        expect(JSON.parse(jsonString(value))).toBe(value);
      }),
    );
  });

  it('gives strings of Terraform that are read as they were', () => {
    fc.assert(
      fc.property(text, (value) => {
        const [found, error] = hcl.parseToObject(`a = ${hclString(value)}\n`);
        expect(error).toBeNull();
        // The parser leaves the mark of a literal template in.
        expect(found.a.replaceAll('$${', '${').replaceAll('%%{', '%{')).toBe(value.normalize('NFC'));
      }),
      { numRuns: 50 },
    );
  });

  it('gives shell words that are read as they were', () => {
    const usable = text.filter((value) => isUsableName(value));
    const values = fc.sample(usable, { numRuns: 100, seed: 1 });
    const lines = values.map((value) => `kn ${shellWord(value)}`);
    expect(commandsOf(`${lines.join('\n')}\n`)).toEqual(values.map((value) => ['kn', value]));
  });
});
