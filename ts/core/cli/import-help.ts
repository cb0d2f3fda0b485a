/** What `isotherm import --help` says below the options: the queries to run, and the rights to read that they need. */
import { PROMETHEUS_PRESETS } from '../trace/index.js';

const INSIGHTS = String.raw`    fields @timestamp, @log, @logStream, @requestId, @duration, @billedDuration,
      @initDuration, @memorySize, @maxMemoryUsed
    | filter @type = "REPORT"
    | parse @message /\tRestore Duration: (?<restoreDuration>[0-9.]+) ms/
    | sort @timestamp asc
    | limit 10000`;

const INSIGHTS_JSON = `    fields @timestamp, @log, @logStream, record.requestId, record.status, record.metrics.durationMs,
      record.metrics.billedDurationMs, record.metrics.initDurationMs, record.metrics.restoreDurationMs,
      record.metrics.memorySizeMB, record.metrics.maxMemoryUsedMB
    | filter type = "platform.report"
    | sort @timestamp asc
    | limit 10000`;

const METRIC_QUERIES = String.raw`    [ { "Id": "invocations", "Label": "${'$'}{PROP('Dim.FunctionName')} Invocations",
        "Expression": "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Invocations\"', 'Sum', 60)" },
      { "Id": "duration", "Label": "${'$'}{PROP('Dim.FunctionName')} Duration",
        "Expression": "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Duration\"', 'Average', 60)" } ]`;

/** Selectors of a preset: of the raw series, so that every instance's counter begins and restarts by itself. */
function selectors({ calls, durations }: (typeof PROMETHEUS_PRESETS)[number]): string[] {
  return [calls[0]!, ...durations.slice(0, 1).map(({ metric }) => metric)];
}

const PRESETS = PROMETHEUS_PRESETS.map((preset) => {
  const label = preset.functionLabels.join(' or ');
  const queries = selectors(preset).map((query) => `      ${query}`);
  return [`    ${preset.name}: ${preset.about}`, ...queries, `      function by ${label}`].join('\n');
}).join('\n');

export const IMPORT_HELP = `
The format is recognised by content. Nothing but reading is ever asked for.

CloudWatch Logs Insights: choose the log groups (up to 50), run this, export the results as CSV
${INSIGHTS}
  With the JSON log format:
${INSIGHTS_JSON}
  By command line:
    $ aws logs start-query --log-group-names /aws/lambda/checkout --limit 10000 \\
        --start-time $(date -d '-6 hours' +%s) --end-time $(date +%s) --query-string 'QUERY'
    $ aws logs get-query-results --query-id ID > calls.json
  A result has 10,000 rows at most. With more calls, repeat it for shorter times and import all files together.

Logs of Lambda functions: the file's name up to its first dot becomes the function's
    $ aws logs filter-log-events --log-group-name /aws/lambda/checkout --start-time EPOCH_MS --end-time EPOCH_MS \\
        --filter-pattern '?"REPORT RequestId" ?INIT_START' > checkout.json
  With the JSON log format: --filter-pattern '{ $.type = "platform.report" || $.type = "platform.initStart" }'
    $ aws logs tail /aws/lambda/checkout --since 1d --format detailed > checkout.log
  INIT_START and platform.initStart tell provisioned concurrency from cold starts; Insights results do not.

CloudWatch metrics: counts per minute, kept for 15 days
    $ aws cloudwatch get-metric-data --start-time 2026-08-01T00:00:00Z --end-time 2026-08-02T00:00:00Z \\
        --metric-data-queries file://queries.json > metrics.json
  with queries.json:
${METRIC_QUERIES}

  The policy for all of these:
    { "Version": "2012-10-17", "Statement": [
      { "Effect": "Allow", "Action": ["logs:StartQuery", "logs:FilterLogEvents"],
        "Resource": "arn:aws:logs:*:*:log-group:/aws/lambda/*" },
      { "Effect": "Allow", "Action": ["logs:GetQueryResults", "cloudwatch:GetMetricData"], "Resource": "*" } ] }

Prometheus: from a server, with the package isotherm-server
    $ npx isotherm import --prometheus http://localhost:9090 --preset knative --start 2026-08-01 --out calls.csv
    $ npx isotherm import --prometheus http://localhost:9090 --query 'my_calls_total{namespace="shop"}' --step 15
  or from files: range queries of at most 11,000 points a series (a week in steps of 60 s)
    $ curl -G http://localhost:9090/api/v1/query_range --data-urlencode 'query=QUERY' \\
        -d start=2026-08-01T00:00:00Z -d end=2026-08-08T00:00:00Z -d step=60 > calls.json
  Ask for the counters as they are, without rate() and sum(): a file for the calls, one for the time spent
${PRESETS}
  Any other counter (…_total, …_count) with a label function, service, app or job does too.
  Through the Kubernetes API, with a Role that may only read that one service:
    $ kubectl get --raw '/api/v1/namespaces/monitoring/services/prometheus:9090/proxy/api/v1/query_range?query=…'
    rules: [{ apiGroups: [""], resources: ["services/proxy"], resourceNames: ["prometheus:9090"], verbs: ["get"] }]
  Cloud Run: the same API at https://monitoring.googleapis.com/v1/projects/PROJECT/location/global/prometheus,
  with roles/monitoring.viewer and --bearer-env TOKEN after export TOKEN=$(gcloud auth print-access-token).

OTLP: what the file exporter of a collector writes of faas.invocations, faas.errors, faas.timeouts, faas.coldstarts,
  faas.invoke_duration and faas.init_duration; no rights needed.

Examples:
  $ npx isotherm import insights.csv
  $ npx isotherm import calls-1.json calls-2.json --out trace.csv
  $ npx isotherm replay trace.csv

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`;
