/** For machines: alive, ready, metrics. */
import { Type } from 'typebox';
import { operation } from '../operation.js';

const Health = Type.Object({ status: Type.Literal('ok') }, { title: 'Health' });

const Readiness = Type.Object(
  { ready: Type.Boolean(), loop: Type.String(), degraded: Type.Array(Type.String()) },
  { title: 'Readiness' },
);

export const healthOperations = [
  operation({
    id: 'getHealth',
    method: 'GET',
    path: '/healthz',
    tag: 'Machines',
    role: 'none',
    rate: 0,
    summary: 'Alive?',
    description: 'Answers as long as the process does. For a liveness probe.',
    answer: { description: 'It is alive.', schema: Health, example: { status: 'ok' } },
    handle: () => ({ status: 'ok' }),
  }),
  operation({
    id: 'getReadiness',
    method: 'GET',
    path: '/readyz',
    tag: 'Machines',
    role: 'none',
    rate: 0,
    summary: 'Ready?',
    description:
      'Ready once the state is loaded, until it stops. It stays ready while the store or the provider is away, and after the end of a trace: the numbers that others scale by are answered from memory.',
    answer: { description: 'Ready.', schema: Readiness, example: { ready: true, loop: 'running', degraded: [] } },
    otherAnswer: {
      status: 503,
      description: 'Not ready.',
      schema: Readiness,
      example: { ready: false, loop: 'starting', degraded: [] },
    },
    handle: ({ plane, reply }) => {
      const { loop, degraded } = plane.status();
      const ready = loop !== 'starting' && loop !== 'stopped';
      reply.code(ready ? 200 : 503);
      // What is wrong may name an address: strangers are told that, and not what.
      return {
        ready,
        loop,
        degraded: reply.request.identity === null ? degraded.map(() => 'see /v1/status') : degraded,
      };
    },
  }),
  operation({
    id: 'getMetrics',
    method: 'GET',
    path: '/metrics',
    tag: 'Machines',
    role: 'read',
    summary: 'Metrics for Prometheus',
    description:
      'In its text format. The busiest functions have series of their own, the rest is summed as `other`, so that their number is bounded.',
    answer: {
      description: 'The metrics.',
      type: 'text/plain',
      example: '# HELP isotherm_functions Functions known.\n# TYPE isotherm_functions gauge\nisotherm_functions 424\n',
    },
    handle: async ({ metrics, reply }) => {
      reply.type(metrics.contentType);
      return metrics.text();
    },
  }),
];
