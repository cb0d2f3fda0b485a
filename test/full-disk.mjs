/** Loaded before anything else (`node --import`), on every thread: while the file that FULL_DISK names is there, nothing more can be written. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { writeSync, existsSync } = fs;
const STANDARD_ERROR = 2;

fs.writeSync = (file, ...rest) => {
  if (file > STANDARD_ERROR && existsSync(process.env.FULL_DISK)) {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      errno: -28,
      syscall: 'write',
    });
  }
  return writeSync(file, ...rest);
};
syncBuiltinESMExports();
