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
  {
    name: 'cloudwatch-insights',
    content:
      '@timestamp,@log,@logStream,@requestId,@duration,@initDuration,@memorySize\n2026-08-01 12:00:01.250,1:/aws/lambda/f,s,r,100.4,250.25,128000000\n2026-08-01 12:01:01.250,1:/aws/lambda/f,s,q,20,,128000000\n',
    digest: 'cf73b542ba3a18f0839a554af9ad3ed58a3d6391363583a890707df1f874098a',
  },
  {
    name: 'lambda-logs',
    content:
      '2026-08-01T12:00:01.250000+00:00 2026/08/01/ü[1]s REPORT RequestId: r\tDuration: 100.40 ms\tBilled Duration: 351 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 250.25 ms\t\n',
    digest: 'c4081cab751c92a49e0676630e1acfd451934f1ce0e02ab1ea6a498c91b9e4b6',
  },
  {
    name: 'cloudwatch-metrics',
    content:
      '{\n  "MetricDataResults": [\n    {"Id": "i", "Label": "f Invocations", "Timestamps": ["2026-08-01T12:05:00+00:00", "2026-08-01T12:00:00+00:00"], "Values": [3.0, 7.0], "StatusCode": "Complete"}\n  ]\n}\n',
    digest: 'c5c877b8e75754b3c4694755aea9a3b22c00d854af0bfe7f6d0cdd43b9463d4a',
  },
  {
    name: 'prometheus',
    content:
      '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"gateway_function_invocation_total","function_name":"f"},"values":[[1785585600,"5"],[1785585660.5,"9"],[1785585720,"2"]]}]}}',
    digest: '6d7712a75e613e06925ff37ac2d739d2a628c77e455ab5bc86bc4be7db30f257',
  },
  {
    name: 'otlp',
    content:
      '{"resourceMetrics":[{"resource":{"attributes":[{"key":"faas.name","value":{"stringValue":"f"}}]},"scopeMetrics":[{"metrics":[{"name":"faas.invocations","sum":{"aggregationTemporality":1,"dataPoints":[{"startTimeUnixNano":"1785585600000000000","timeUnixNano":"1785585660000000000","asInt":"4"}]}}]}]}]}\n',
    digest: '173f5f305c566fdffce925bf26663b9968bc14d971b2dd1f393a784ebb2a6801',
  },
];
