/** Small files of each format with the digest of their trace: the same in Node and in a browser. */
export const TRACE_CASES = [
  {
    name: 'azure2019',
    content: 'HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,a,f,http,1,0,2\no,a,g,timer,0,300,70000\n',
    digest: '17361cf664facebf54d3faabec026a75d9327b18b138a13253e317268d4cbf35',
  },
  {
    name: 'azure2021',
    content:
      'app,func,end_timestamp,duration\r\na,f,61.50500000000001,1.5\r\n"b,""c""",g,0.07949090003967285,0.078\r\n',
    digest: '3c1e5b58df39c015173dad54104969c9655e97f31db32b1b6fa1e801daa3e190',
  },
  {
    name: 'records',
    content:
      '{"function":"ü","timestamp":"2026-02-01T00:00:00.5Z","durationMs":1.5,"coldStart":true,"memoryMiB":128}\n{"function":"f","timestamp":"2026-02-01T00:01:00Z","durationMs":2}\n',
    digest: '98188133288e70938077e41beb7eba579fb695c7cec6ee806478261f6fa7e6ff',
  },
  {
    name: 'counts',
    content: 'function,timestamp,count,stepSeconds,trigger\nf,1769904000,7,300,http\nf,1769904300,1,20,http\n',
    digest: '33f8e94b48e4efcdc2b25f3cb8017bd32a2653f6fca5fa86646653dcf65c05f5',
  },
];
