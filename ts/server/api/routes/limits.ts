/** Limits and pause: what an operator may change while it runs. Each change is written to the audit. */

import { Type } from 'typebox';
import { settle, wrap } from '../cursor.js';
import { example } from '../examples.js';
import { operation } from '../operation.js';
import { LimitsChange, LimitsView, PauseRequest, Pauses, Scope } from '../schemas/limits.js';
import { AuditPage, AuditQuery } from '../schemas/pages.js';

const ResumeRequest = Type.Object({ scope: Scope }, { title: 'ResumeRequest', additionalProperties: false });

export const limitOperations = [
  operation({
    id: 'getLimits',
    method: 'GET',
    path: '/v1/limits',
    tag: 'Limits',
    role: 'read',
    summary: 'Show limits',
    description: 'Of the fleet, and what groups and functions override.',
    answer: { description: 'The limits.', schema: LimitsView, example: example.limits },
    handle: ({ plane }) => plane.limits(),
  }),
  operation({
    id: 'changeLimits',
    method: 'PATCH',
    path: '/v1/limits',
    tag: 'Limits',
    role: 'write',
    summary: 'Change limits',
    description:
      'Fields that are left out stay. Null takes an override away; for `maxInstances`, `maxStep` and `maxRatePerMin` of the fleet it means no bound. It counts from the next tick on.',
    body: LimitsChange,
    bodyExample: {
      scope: { kind: 'function', functionKey: 'shop/checkout' },
      limits: { maxInstances: 20, coolDownMs: 60_000 },
    },
    answer: { description: 'The limits as they are now.', schema: LimitsView, example: example.limits },
    problems: ['BAD_ARGUMENT', 'OUT_OF_RANGE', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    handle: ({ plane, body, actor }) => plane.setLimits(body.scope, body.limits, actor),
  }),
  operation({
    id: 'listPauses',
    method: 'GET',
    path: '/v1/pauses',
    tag: 'Limits',
    role: 'read',
    summary: 'Show what is paused',
    description: 'While a scope is paused, it is observed and forecast as before, and its last decision is held.',
    answer: { description: 'What is paused.', schema: Pauses, example: { paused: [example.pause] } },
    handle: ({ plane }) => ({ paused: plane.pauses() }),
  }),
  operation({
    id: 'pause',
    method: 'POST',
    path: '/v1/pause',
    tag: 'Limits',
    role: 'write',
    summary: 'Pause',
    description: 'The fleet, a group or a function. Pausing what is paused changes nothing.',
    body: PauseRequest,
    bodyExample: { scope: { kind: 'fleet' }, reason: 'deployment of 14:00' },
    answer: { description: 'What is paused now.', schema: Pauses, example: { paused: [example.pause] } },
    problems: ['STORE_UNAVAILABLE', 'STORE_FULL'],
    handle: async ({ plane, body, actor }) => ({ paused: await plane.pause(body.scope, body.reason ?? null, actor) }),
  }),
  operation({
    id: 'resume',
    method: 'POST',
    path: '/v1/resume',
    tag: 'Limits',
    role: 'write',
    summary: 'Resume',
    description:
      'Ends the pause of exactly this scope. Resuming what is not paused changes nothing. A pause of the configuration is answered with 409: it ends when that is changed. What is still paused by another scope stands in the answer.',
    body: ResumeRequest,
    bodyExample: { scope: { kind: 'fleet' } },
    answer: { description: 'What is paused now.', schema: Pauses, example: { paused: [] } },
    problems: ['PAUSED_BY_CONFIG', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    handle: async ({ plane, body, actor }) => ({ paused: await plane.resume(body.scope, actor) }),
  }),
  operation({
    id: 'listAudit',
    method: 'GET',
    path: '/v1/audit',
    tag: 'Limits',
    role: 'read',
    summary: 'List changes',
    description: 'Who changed what, from what, to what. Newest first.',
    query: AuditQuery,
    answer: {
      description: 'A page of changes.',
      schema: AuditPage,
      example: { items: [example.auditEntry], nextCursor: null },
    },
    problems: ['BAD_CURSOR', 'STORE_UNAVAILABLE'],
    handle: async ({ plane, query }) => wrap('audit', query, await plane.audit(settle('audit', query))),
  }),
];
