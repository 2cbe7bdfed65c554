// compare.js NAME.sql...: what bench/duckdb/run measures.
//
// A comparison is SQL with lines that begin with -- and divide it:
//
//   -- title: what is measured
//   -- goal: 2               how many times as fast as DuckDB, in its better variant
//   -- tables: events        what is copied into DuckDB
//   -- setup                 makes the tables in PostgreSQL; :scale is the size
//   -- ours                  the query with cx_metrics
//   -- duckdb                the query for DuckDB
//
// Both queries return the same rows of integers and dates, in the same order.
// Data files are kept for the comparisons that name the same tables.
'use strict';

const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');
const { DuckDBInstance } = require('@duckdb/node-api');

const scale = process.env.BENCH_SCALE || '1';
const runs = Number(process.env.BENCH_RUNS || 7);
const dir = process.env.BENCH_DIR;
const variants = [
  { name: 'one process', workers: 0, threads: 1 },
  { name: 'two processes', workers: 1, threads: 2 },
];

// The parts of a comparison.
function parse(file) {
  const parts = { title: '', goal: 1, tables: [], setup: '', ours: '', duckdb: '' };
  let into = null;

  for (const line of fs.readFileSync(path.join(__dirname, file), 'utf8').split('\n')) {
    const option = line.match(/^-- (title|goal|tables): (.*)$/);
    const section = line.match(/^-- (setup|ours|duckdb)$/);

    if (option && option[1] === 'tables') parts.tables = option[2].split(/[ ,]+/);
    else if (option) parts[option[1]] = option[1] === 'goal' ? Number(option[2]) : option[2];
    else if (section) into = section[1];
    else if (into) parts[into] += line + '\n';
  }
  return parts;
}

// A psql that runs one statement after the other; answers with lines and the time.
class Psql {
  constructor() {
    this.waiting = null;
    this.lines = [];
    this.rest = '';
    this.process = spawn(process.env.PSQL, ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1',
      '-v', `scale=${scale}`, '-d', 'bench'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdout.on('data', (data) => this.read(data.toString()));
    this.process.on('exit', (code) => { if (code) { console.error('psql failed'); process.exit(3); } });
    this.process.stdin.write('\\timing on\n');
  }

  read(text) {
    const lines = (this.rest + text).split('\n');

    this.rest = lines.pop();
    for (const line of lines) {
      if (line === '=end') {
        const times = this.lines.filter((l) => /^Time: /.test(l)).map((l) => Number(l.split(' ')[1]));
        const rows = this.lines.filter((l) => l !== '' && !/^Time: /.test(l));

        this.lines = [];
        this.waiting({ rows, time: times[times.length - 1] });
      } else this.lines.push(line);
    }
  }

  run(sql) {
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.process.stdin.write(`${sql}\n\\echo =end\n`);
    });
  }

  end() { this.process.stdin.end('\\q\n'); }
}

async function duck(connection, sql) {
  const begin = process.hrtime.bigint();
  const reader = await connection.runAndReadAll(sql);
  const rows = reader.getRows();
  const time = Number(process.hrtime.bigint() - begin) / 1e6;

  return { time, rows: rows.map((row) => row.map((v) => (v === null ? '' : String(v))).join('|')) };
}

const types = { integer: 'INTEGER', bigint: 'BIGINT', date: 'DATE', numeric: 'DECIMAL(18,2)',
  'timestamp without time zone': 'TIMESTAMP' };

// Copies a table of PostgreSQL into DuckDB.
async function copy(psql, connection, table) {
  const file = path.join(dir, `${table}.csv`);
  const columns = (await psql.run(`SELECT attname || ' ' || format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 ORDER BY attnum;`)).rows
    .map((line) => [line.slice(0, line.indexOf(' ')), types[line.slice(line.indexOf(' ') + 1)]]);

  if (!fs.existsSync(file)) await psql.run(`\\copy ${table} TO '${file}' (FORMAT csv)`);
  await connection.run(`CREATE TABLE ${table} (${columns.map((c) => c.join(' ')).join(', ')})`);
  await connection.run(`COPY ${table} FROM '${file}' (FORMAT csv)`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);

  return sorted[Math.floor((sorted.length - 1) / 2)];
}

async function compare(file, psql) {
  const parts = parse(file);
  let best = 0;

  await psql.run(parts.setup);
  for (const variant of variants) {
    const instance = await DuckDBInstance.create(':memory:', { threads: String(variant.threads) });
    const connection = await instance.connect();
    const ours = [];
    const theirs = [];

    for (const table of parts.tables) await copy(psql, connection, table);
    await psql.run(`SET max_parallel_workers_per_gather = ${variant.workers}; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;`);
    for (let run = 0; run <= runs; run++) {
      const mine = await psql.run(parts.ours);
      const its = await duck(connection, parts.duckdb);

      if (run === 0) {
        if (mine.rows.join('\n') !== its.rows.join('\n')) {
          console.error(`${file}: results differ`);
          console.error(mine.rows.slice(0, 5), its.rows.slice(0, 5));
          process.exit(2);
        }
      } else {
        ours.push(mine.time);
        theirs.push(its.time);
      }
    }
    const ratio = median(theirs) / median(ours);

    best = Math.max(best, ratio);
    console.log(`${parts.title} | ${variant.name} | ours ${median(ours).toFixed(0)} ms | DuckDB ${median(theirs).toFixed(0)} ms | ${ratio.toFixed(2)} x`);
    connection.disconnectSync();
    instance.closeSync();
  }
  console.log(`${parts.title} | goal ${parts.goal} x | ${best >= parts.goal ? 'met' : 'MISSED'}`);
  return best >= parts.goal;
}

(async () => {
  const psql = new Psql();
  let met = true;

  for (const file of process.argv.slice(2)) met = (await compare(file, psql)) && met;
  psql.end();
  process.exitCode = met ? 0 : 1;
})();
