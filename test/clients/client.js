// What a program in JavaScript does, with node-postgres.
//
//   node client.js JOBS
//
// Reads the jobs of test/t/150_clients.pl and prints what Client.java prints.
// Modes: text, prepared (by the server, under a name).

'use strict';

const fs = require('fs');
const { Client } = require('pg');

const kinds = {
	string: (value) => value,
	number: Number,
	date: (value) => new Date(value + 'T00:00:00'),
	none: () => null,
};

const out = [];
const print = (...fields) => out.push(fields.join('\t'));
const two = (number) => String(number).padStart(2, '0');

// The driver makes a date a Date at midnight of the local time zone.
function text(value) {
	if (value === null) {
		return '\\N';
	}
	if (value instanceof Date) {
		return `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
	}
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function main() {
	const client = new Client();
	await client.connect();
	const types = new Map((await client.query('SELECT oid, typname FROM pg_catalog.pg_type')).rows
		.map((row) => [Number(row.oid), row.typname]));

	let prepared = 0;

	for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
		if (line === '') {
			continue;
		}
		const [, name, mode, sql, ...binds] = line.split('\t');
		const query = { text: sql.replace(/\\n/g, '\n'), rowMode: 'array' };

		query.values = binds.map((bind) => {
			const at = bind.indexOf('=');
			return kinds[bind.slice(0, at)](bind.slice(at + 1));
		});
		if (mode === 'prepared') {
			prepared += 1;
			query.name = `query ${prepared}`;
		}
		try {
			let result;
			for (let times = mode === 'prepared' ? 7 : 1; times > 0; times--) {
				result = await client.query(query);
			}
			print('columns', name, mode,
				...result.fields.map((f) => [f.name, types.get(f.dataTypeID), f.format].join(':')));
			for (const row of result.rows) {
				print('row', name, mode, ...row.map(text));
			}
		} catch (error) {
			print('error', name, mode, error.code);
		}
	}
	await client.end();
	print('done');
	process.stdout.write(out.join('\n') + '\n');
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
