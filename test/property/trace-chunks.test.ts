import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesSource, readTrace } from '../../ts/core/trace/index.js';
import { inChunks } from '../trace-sources.js';

const FILES = {
  'azure2021 with quotes':
    '\ufeffapp,func,end_timestamp,duration\r\n"a ""x"", y",f,12.3456789012345678,0.5\r\n\r\na,"f\r\ng",1e2,7\r\né,ü,99.995,0.0005',
  'azure2019 invocations': 'HashOwner,HashApp,HashFunction,Trigger,1,2,3,4\no,a,f,http,0,12,345,6789\no,a,g,,1,0,0,0\n',
  'records as JSON Lines':
    '{"function":"ü","timestamp":1769904000,"durationMs":1.5}\n\n{"durationMs":2,"function":"f","timestamp":1769904100.25}',
  'counts with bad rows':
    'function,timestamp,count,stepSeconds\nf,0,5,60\nf,x,5,60\nf,60\n"f,120,1,60\nf,120,-1,60\nf,180,1,60\n',
};

const CUTS = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });

test.each(Object.entries(FILES))(
  '%s: any split into chunks gives the same trace, notes and bad rows',
  async (_, content) => {
    const plain = new TextEncoder().encode(content);
    const options = { skipBad: true };
    const whole = await readTrace(bytesSource('trace', plain), options);
    const everyByte = inChunks('trace', plain, Array.from(plain.keys()));
    expect(await readTrace(everyByte, options)).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(CUTS, async (ends) => {
        expect(await readTrace(inChunks('trace', plain, ends), options)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    const packed = gzipSync(plain);
    await fc.assert(
      fc.asyncProperty(CUTS, async (ends) => {
        expect(await readTrace(inChunks('trace', packed, ends), options)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  },
);
