/** What goes wrong, in the shape of RFC 9457. */
import { type Static, Type } from 'typebox';
import { OneOf } from './parts.js';

export const ProblemPlace = Type.Object(
  {
    pointer: Type.String({ description: 'JSON pointer into the body, or the name of a parameter.' }),
    in: OneOf(['body', 'query', 'path', 'header']),
    message: Type.String({ description: 'What was expected.' }),
  },
  { title: 'ProblemPlace' },
);

export const Problem = Type.Object(
  {
    type: Type.String({ description: 'A URI reference of the kind of problem.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable, for programs.' }),
    detail: Type.String({ description: 'For people.' }),
    instance: Type.String({ description: 'The request that it is about, as in the log.' }),
    errors: Type.Optional(Type.Array(ProblemPlace)),
  },
  { title: 'Problem', description: 'RFC 9457.' },
);

export type ProblemPlace = Static<typeof ProblemPlace>;
export type Problem = Static<typeof Problem>;
