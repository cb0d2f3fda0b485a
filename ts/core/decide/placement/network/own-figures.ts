/** A user's own figures between regions, from files of them. */
import type { NetworkFigures } from './network.js';
import { parseRegionPairs } from './pairs-csv.js';

/** The text of a file, and what messages call it. */
export interface FiguresFile {
  path: string;
  text: string;
}

export interface FiguresFiles {
  roundTrips?: FiguresFile;
  egress?: FiguresFile;
}

/**
 * What files in CSV have of round trips and prices of bytes, as `placementNetwork` takes it; their paths are its source.
 *
 * Errors: as of `parseRegionPairs`. Complexity: O(lines).
 *
 * @example
 * const roundTrips = { path: 'own.csv', text: 'from,to,roundTripMs\nedge:lisbon,aws:eu-west-1,31' };
 * placementNetwork(figuresOf({ roundTrips })).regions.includes('edge:lisbon'); // true
 */
export function figuresOf({ roundTrips, egress }: FiguresFiles): NetworkFigures {
  const paths = [roundTrips, egress].flatMap((file) => (file === undefined ? [] : [file.path]));
  return {
    ...(roundTrips !== undefined && {
      roundTrips: parseRegionPairs(roundTrips.text, 'roundTripMs', roundTrips.path),
    }),
    ...(egress !== undefined && { egress: parseRegionPairs(egress.text, 'usdPerGb', egress.path) }),
    ...(paths.length > 0 && { source: paths.join(', ') }),
  };
}
