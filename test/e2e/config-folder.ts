/** A folder for configurations, a new one for each test. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export function configFolder() {
  const folder = {
    path: '',
    at: (name: string): string => join(folder.path, name),
    write: (name: string, text: string): string => {
      writeFileSync(folder.at(name), text);
      return folder.at(name);
    },
  };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'isotherm-config-'));
  });
  afterEach(() => rmSync(folder.path, { recursive: true }));
  return folder;
}
