/**
 * Loaded before anything else (`node --import`), on every thread: while the file that BAD_DISK names is there, nothing more can be written
 * (BAD_DISK_CALL=write: the disk is full), or what was written cannot be brought to the disk (BAD_DISK_CALL=sync).
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { writeSync, fsyncSync, existsSync } = fs;
const { BAD_DISK, BAD_DISK_CALL } = process.env;
const STANDARD_ERROR = 2;

const failure = (code, words) => Object.assign(new Error(`${code}: ${words}`), { code });

if (BAD_DISK_CALL === 'write') {
  fs.writeSync = (file, ...rest) => {
    if (file > STANDARD_ERROR && existsSync(BAD_DISK)) throw failure('ENOSPC', 'no space left on device, write');
    return writeSync(file, ...rest);
  };
} else {
  fs.fsyncSync = (file) => {
    if (existsSync(BAD_DISK)) throw failure('EIO', 'i/o error, fsync');
    fsyncSync(file);
  };
}
syncBuiltinESMExports();
