/*
 * node compile.js MODEL.js < QUERIES.json
 *
 * Compiles a Cube model, and prints for each query of a JSON array the SQL and
 * the parameters that Cube would send to PostgreSQL, as a JSON array of
 * [sql, parameters].  Wants @cubejs-backend/schema-compiler in NODE_PATH.
 *
 * The planner is the one in JavaScript: the other is a binary that the package
 * downloads when it is installed, which a test should not.  Of that binary only
 * the templates of YAML models would be needed here, and there are none.
 */
'use strict';

const fs = require('fs');
const compilerPath = require.resolve('@cubejs-backend/schema-compiler');
const { createRequire } = require('module');
const native = createRequire(compilerPath)('@cubejs-backend/native');
const { prepareCompiler, PostgresQuery } = require(compilerPath);

native.NativeInstance.prototype.newJinjaEngine = () => ({});

async function main()
{
	const content = fs.readFileSync(process.argv[2], 'utf8');
	const queries = JSON.parse(fs.readFileSync(0, 'utf8'));
	const repository = { localPath: () => '.', dataSchemaFiles: async () => [{ fileName: 'model.js', content }] };
	const compilers = prepareCompiler(repository, { adapter: 'postgres' });

	await compilers.compiler.compile();
	const answers = queries.map(query => new PostgresQuery(compilers, { timezone: 'UTC', order: [], useNativeSqlPlanner: false, ...query }).buildSqlAndParams());
	fs.writeFileSync(1, JSON.stringify(answers));
}

main().catch(error => {
	console.error(error.message || error);
	process.exit(1);
});
