/** One round of DuckDB on one thread: loads FILE into a table, the columns given, so that it need not look for them. */
import { createRequire } from 'node:module';

const { DuckDBInstance } = createRequire(new URL('../peers/', import.meta.url))('@duckdb/node-api');
const database = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await database.connect();
const file = process.argv[2].replaceAll("'", "''");
const columns = "{'app': 'VARCHAR', 'func': 'VARCHAR', 'end_timestamp': 'DOUBLE', 'duration': 'DOUBLE'}";
const from = performance.now();
await connection.run(`CREATE TABLE calls AS SELECT * FROM read_csv('${file}', header = true, columns = ${columns})`);
const ms = performance.now() - from;
const counts = 'count(*)::INT, count(DISTINCT app || func)::INT, sum(duration)';
const [[rows, functions, seconds]] = (await connection.runAndReadAll(`SELECT ${counts} FROM calls`)).getRows();
const peakMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ms, peakMiB, rows, functions, seconds }));
