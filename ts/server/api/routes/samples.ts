/** Samples: what happened, one by one, in bulk, or as a file. */
import { Type } from 'typebox';
import { example } from '../examples.js';
import { LINES } from '../lines.js';
import { operation } from '../operation.js';
import { MOST_SAMPLES, PushResult, Sample, SampleBatch, UploadResult } from '../schemas/samples.js';
import { receive } from '../upload.js';

const UploadQuery = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[^/\\\\\\u0000-\\u001f]+$',
      description: 'Name of the file, which tells formats apart that the content does not: `requests.csv.gz`.',
    }),
  },
  { additionalProperties: false },
);

const upload = (method: 'PUT' | 'POST') =>
  operation({
    id: method === 'PUT' ? 'putUpload' : 'postUpload',
    method,
    path: '/v1/uploads',
    tag: 'Samples',
    role: 'write',
    summary: method === 'PUT' ? 'Upload a file' : 'Upload a file, by POST',
    description: `Any file that \`isotherm replay\` reads, as the body: call logs, counts by minute, exports of platforms; plain, gzip or Parquet. Its times must have dates. It goes to a temporary file first and is read from there. What was committed before an error stays, and sending the file again changes nothing of it. With \`Accept: ${LINES}\` progress comes line by line, and the result, or a problem, as the last line.`,
    query: UploadQuery,
    streams: 'application/octet-stream',
    answer: { description: 'What became of its samples.', schema: UploadResult, example: example.uploadResult },
    otherAnswer: {
      description: 'Progress and result, a line each.',
      type: LINES,
      example: `{"progress":{"bytes":65536,"rows":1200,"samples":1000}}\n{"result":${JSON.stringify(example.uploadResult)}}\n`,
    },
    problems: [
      'UNKNOWN_FORMAT',
      'BAD_HEADER',
      'BAD_ROW',
      'BAD_NUMBER',
      'BAD_TIME',
      'TIME_ORDER',
      'BAD_GZIP',
      'BAD_PARQUET',
      'EMPTY_INPUT',
      'STORE_UNAVAILABLE',
      'STORE_FULL',
      'TOO_BUSY',
    ],
    handle: receive,
  });

export const sampleOperations = [
  operation({
    id: 'pushSample',
    method: 'POST',
    path: '/v1/samples',
    tag: 'Samples',
    role: 'write',
    summary: 'Push a sample',
    description:
      'A call, or calls counted over an interval. The answer comes when it is committed. Sending it again changes nothing: a call is known by function, time and `id`, a count by function and interval. Without an `id`, two equal calls in two requests are one.',
    body: Sample,
    bodyExample: example.callSample,
    answer: { description: 'What became of it.', schema: PushResult, example: example.pushResult },
    problems: ['BAD_ARGUMENT', 'OUT_OF_RANGE', 'STORE_UNAVAILABLE', 'STORE_FULL', 'TOO_BUSY'],
    handle: ({ plane, body }) => plane.push([body]),
  }),
  operation({
    id: 'pushSamples',
    method: 'POST',
    path: '/v1/samples/bulk',
    tag: 'Samples',
    role: 'write',
    summary: 'Push many samples',
    description: `Up to ${MOST_SAMPLES.toLocaleString('en')} in one request, committed together. A sample that contradicts a stored one is rejected with its index; the others are taken.`,
    body: SampleBatch,
    bodyExample: { samples: [example.callSample, example.countSample] },
    answer: {
      description: 'What became of them.',
      schema: PushResult,
      example: { ...example.pushResult, accepted: 2 },
    },
    problems: ['BAD_ARGUMENT', 'OUT_OF_RANGE', 'STORE_UNAVAILABLE', 'STORE_FULL', 'TOO_BUSY'],
    handle: ({ plane, body }) => plane.push(body.samples),
  }),
  upload('PUT'),
  upload('POST'),
];
