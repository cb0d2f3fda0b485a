/** `node scripts/openapi.mjs`: writes ts/server/api/openapi.json anew, from the built server; a test fails where it differs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../ts/core/dist/kernels/index.js';
import { openApiDocument } from '../ts/server/dist/api/index.js';

const file = join(import.meta.dirname, '../ts/server/api/openapi.json');
writeFileSync(file, `${JSON.stringify(openApiDocument(VERSION), null, 2)}\n`);
