/** Sines and cosines of parts of a turn, to the same bits on every engine: these differ in the last bits of `Math.sin`. */

/** The polynomials of fdlibm's sine and cosine on an eighth of a turn, from the highest power down. */
const SINE = [
  1.58969099521155e-10, -2.5050760253406863e-8, 2.7557313707070068e-6, -0.0001984126982985795, 0.00833333333332249,
  -0.16666666666666632,
];
const COSINE = [
  -1.1359647557788195e-11, 2.087572321298175e-9, -2.7557314351390663e-7, 2.480158728947673e-5, -0.001388888888887411,
  0.0416666666666666,
];

const at = (polynomial: readonly number[], square: number): number =>
  polynomial.reduce((sum, coefficient) => sum * square + coefficient, 0);

/** `[sine, cosine]` of `turns` in [0, 1), to some 1e-16; exact at the quarters. */
export function onUnitCircle(turns: number): [sine: number, cosine: number] {
  const quarter = Math.round(turns * 4);
  const angle = (turns - quarter / 4) * (2 * Math.PI);
  const square = angle * angle;
  const sine = angle + angle * square * at(SINE, square);
  const cosine = 1 - 0.5 * square + square * square * at(COSINE, square);
  switch (quarter % 4) {
    case 0:
      return [sine, cosine];
    case 1:
      return [cosine, 0 - sine];
    case 2:
      return [0 - sine, 0 - cosine];
    default:
      return [0 - cosine, sine];
  }
}
