/** The whole: status, savings so far, and the past under other settings. */
import { example } from '../examples.js';
import { answerInLines, LINES, wantsLines } from '../lines.js';
import { goneSignal, operation, patient } from '../operation.js';
import { Status, Summary } from '../schemas/overview.js';
import { type WhatIfProgress, WhatIfRequest, WhatIfResult } from '../schemas/what-if.js';

export const overviewOperations = [
  operation({
    id: 'getStatus',
    method: 'GET',
    path: '/v1/status',
    tag: 'Overview',
    role: 'read',
    summary: 'Show how the control plane is',
    description: 'The loop, the provider, the store, what is paused, and in `degraded` what is not as it should be.',
    answer: { description: 'The status.', schema: Status, example: example.status },
    handle: ({ plane }) => plane.status(),
  }),
  operation({
    id: 'getSummary',
    method: 'GET',
    path: '/v1/summary',
    tag: 'Overview',
    role: 'read',
    summary: 'Show what would have been saved',
    description: 'Over all functions and by day, beside what it is compared with. A negative saving is a loss.',
    answer: { description: 'The summary.', schema: Summary, example: example.summary },
    handle: ({ plane }) => plane.summary(),
  }),
  operation({
    id: 'whatIf',
    method: 'POST',
    path: '/v1/what-if',
    tag: 'Overview',
    role: 'read',
    summary: 'Replay the stored past under other settings',
    description: `By the code of \`isotherm replay\`, beside the loop, each function from a fresh state. It changes nothing, so a key that may read is enough. With \`Accept: ${LINES}\` progress comes line by line, and the result, or a problem, as the last line. Closing the connection stops it.`,
    body: WhatIfRequest,
    bodyExample: { policy: 'fixed-10min', functionKeys: ['shop/checkout'] },
    answer: { description: 'Both ways to run it.', schema: WhatIfResult, example: example.whatIf },
    otherAnswer: {
      description: 'Progress and result, a line each.',
      type: LINES,
      example: `{"progress":{"functions":12,"of":50,"share":0.61}}\n{"result":${JSON.stringify(example.whatIf)}}\n`,
    },
    problems: [
      'BAD_ARGUMENT',
      'UNKNOWN_POLICY',
      'MODEL_UNAVAILABLE',
      'UNKNOWN_FUNCTION',
      'STORE_UNAVAILABLE',
      'TOO_BUSY',
    ],
    handle: ({ plane, body, request, reply }) => {
      patient(request);
      const signal = goneSignal(reply);
      if (!wantsLines(request)) return plane.whatIf(body, { signal });
      return answerInLines(request, reply, (onProgress: (progress: WhatIfProgress) => void) =>
        plane.whatIf(body, { signal, onProgress }),
      );
    },
  }),
];
