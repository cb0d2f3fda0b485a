import { generateTrace, type Pattern, traceDigest } from '../../ts/core/trace/index.js';

/**
 * What the generator gave when it was written, as the beginnings of two digests each: any change of its bytes breaks what others have
 * generated, and shows here.
 */
export const GOLDEN: Record<Pattern, string> = {
  steady: '3f153d42817d9ed80ca1039ee40d8ab2 977ae203ddde46c6538050727a23395f',
  diurnal: '8fdbe491ba247194c12afbd3fa4706b0 e6bd831002fdd9fbcf35590e2cee7a49',
  weekly: 'f0df405e911110891bd84307f7e8920b 3d4e8eaaf4aaf46ea08fd2ecf498582e',
  bursty: '2000983a7139ba70de8519f865c3e8f7 75ea95519d4dd98ad277e83a2869d411',
  spike: '5f0a787b9f8fa3e5f95dda4f8e05d5f4 ed9ea66b25fe4729853bde5e424768c9',
  timer: 'f337a103539085f5a256db294b3064d1 dd10e08f30873cedf6b5511e4a3248cd',
  irregular: '93945947dc4f52a688ed1c539e1afd98 cbbc0d3695a3ad1a2eec7d3f4e3c04d6',
  rare: '6f1c3e448c607fad66f125693c066df9 878c09240174df86fc772a820c7d5909',
  calibrated: '3f0a3f32947c02b5a71668c55094f31d e997214bfe9249906eacd92fec04c1f8',
};

/** The digests of two small traces of a pattern. */
export async function generatedDigests(pattern: Pattern): Promise<string> {
  const plain = await traceDigest(generateTrace({ pattern, functions: 60, days: 2, seed: 20200715 }));
  const scaled = await traceDigest(generateTrace({ pattern, functions: 25, days: 1, seed: 0xffffffff, calls: 30000 }));
  return `${plain.slice(0, 32)} ${scaled.slice(0, 32)}`;
}
