/** Placement: where functions run, what moves, and why nothing else does. */
import { settle, wrap } from '../cursor.js';
import { example } from '../examples.js';
import { operation } from '../operation.js';
import { PlacedFunctionPage, PlacedFunctionsQuery, PlacementPage, PlacementsQuery } from '../schemas/pages.js';
import { Placement } from '../schemas/placement.js';

export const placementOperations = [
  operation({
    id: 'getPlacement',
    method: 'GET',
    path: '/v1/placement',
    tag: 'Placement',
    role: 'read',
    summary: 'Show where functions run',
    description:
      'The last decision with its moves, why nothing else is moved, what it comes to term by term, the bound and the gap; and what is taken of each node. It is decided and recorded, and nothing is moved by it.',
    answer: { description: 'The placement.', schema: Placement, example: example.placement },
    handle: ({ plane }) => plane.placement(),
  }),
  operation({
    id: 'listPlacedFunctions',
    method: 'GET',
    path: '/v1/placement/functions',
    tag: 'Placement',
    role: 'read',
    summary: 'List where functions run',
    description: 'In order of name: the node of each, the best one that was found, and why it is not there.',
    query: PlacedFunctionsQuery,
    answer: {
      description: 'A page of functions.',
      schema: PlacedFunctionPage,
      example: { items: [example.placedFunction], nextCursor: null },
    },
    problems: ['BAD_CURSOR'],
    handle: ({ plane, query }) =>
      wrap('placed-functions', query, plane.placedFunctions(settle('placed-functions', query))),
  }),
  operation({
    id: 'listPlacements',
    method: 'GET',
    path: '/v1/placement/decisions',
    tag: 'Placement',
    role: 'read',
    summary: 'List decisions about placement',
    description: 'Newest first, those too that moved nothing. Each has a receipt.',
    query: PlacementsQuery,
    answer: {
      description: 'A page of decisions.',
      schema: PlacementPage,
      example: { items: [example.placementRow], nextCursor: null },
    },
    problems: ['BAD_CURSOR', 'STORE_UNAVAILABLE'],
    handle: async ({ plane, query }) => wrap('placements', query, await plane.placements(settle('placements', query))),
  }),
];
