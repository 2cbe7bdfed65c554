// node fresh.js [offline]
//
// Removes what an earlier build read from the database, which Framework would show
// again for as long as the queries' files are the same.
//
// Framework asks npm's registry for the latest version of each library that a page
// could import.  This page imports only what is installed; so without a network any
// version will do, and Framework takes those for which it has a directory.
import fs from 'node:fs';
import path from 'node:path';

const cache = 'src/.observablehq/cache';
const client = 'node_modules/@observablehq/framework/dist/client';

if (fs.existsSync(cache))
	for (const name of fs.readdirSync(cache))
		if (name !== '_node')
			fs.rmSync(path.join(cache, name), { recursive: true });

if (process.argv[2] === 'offline')
	for (const file of fs.readdirSync(client, { recursive: true }).filter(name => name.endsWith('.js')))
		for (const [, name] of fs.readFileSync(path.join(client, file), 'utf8').matchAll(/["']npm:((?:@[\w.-]+\/)?[\w.-]+)/g))
			fs.mkdirSync(`${cache}/_npm/${name}@0.0.0`, { recursive: true });
