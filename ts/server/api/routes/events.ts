/** Events: as a list of those stored, and as a stream of those that happen. */
import { settle, wrap } from '../cursor.js';
import { example } from '../examples.js';
import { operation } from '../operation.js';
import { ApiError } from '../problem.js';
import { EventPage, EventsQuery, StreamQuery } from '../schemas/pages.js';

/** The id of the last event that a client has seen. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) {
    throw new ApiError('INVALID_REQUEST', 'header last-event-id: expected the id of an event', {
      errors: [{ in: 'header', pointer: 'last-event-id', message: 'expected the id of an event' }],
    });
  }
  return Number(header);
}

export const eventOperations = [
  operation({
    id: 'listEvents',
    method: 'GET',
    path: '/v1/events',
    tag: 'Events',
    role: 'read',
    summary: 'List events',
    description:
      'Newest first: demotions and promotions of models, gaps, pauses, limits, the provider and the store going and coming.',
    query: EventsQuery,
    answer: {
      description: 'A page of events.',
      schema: EventPage,
      example: { items: [example.event], nextCursor: null },
    },
    problems: ['BAD_CURSOR', 'STORE_UNAVAILABLE'],
    handle: async ({ plane, query }) => wrap('events', query, await plane.events(settle('events', query))),
  }),
  operation({
    id: 'streamEvents',
    method: 'GET',
    path: '/v1/events/stream',
    tag: 'Events',
    role: 'read',
    summary: 'Follow events',
    description:
      'Server-sent events: `id`, `event` (the kind) and `data` (the event as JSON). With `Last-Event-ID` what was missed comes first; where it is not known any more, an event `reset` comes, and whoever keeps state reads it anew. A comment comes every 15 seconds. A client that does not read is cut off.',
    query: StreamQuery,
    answer: {
      description: 'The stream; it does not end by itself.',
      type: 'text/event-stream',
      example: `id: 1042\nevent: demoted\ndata: ${JSON.stringify(example.event)}\n\n`,
    },
    problems: ['TOO_MANY_STREAMS'],
    handle: ({ hub, query, request, reply }) => {
      const lastId = lastEventId(request.headers['last-event-id']);
      if (hub.full) throw new ApiError('TOO_MANY_STREAMS', 'as many streams of events are open as may be');
      const kinds = query.kinds === undefined ? null : new Set(query.kinds.split(','));
      reply.hijack();
      const { raw } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value);
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
        connection: 'close',
      });
      hub.attach(raw, { kinds, functionKey: query.functionKey }, lastId);
    },
  }),
];
