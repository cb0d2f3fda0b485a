/** The version of the package, which every backend must have too. A packaging test holds it to `package.json`. */
export const VERSION = '0.1.0';
