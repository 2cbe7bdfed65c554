// The dashboard asks nobody but the database: the libraries are those of npm,
// the fonts those of the reader, and nothing is loaded from elsewhere.
export default {
	root: 'src',
	title: 'Customer experience',
	head: '<link rel="icon" href="data:,">',
	footer: '',
	sidebar: false,
	toc: false,
	pager: false,
	globalStylesheets: [],

	// A file data/NAME.json.sql is a query whose one value becomes data/NAME.json.
	// psql finds the database by PGHOST, PGPORT, PGUSER, PGDATABASE, or PGSERVICE.
	interpreters: {
		'.sql': ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f'],
	},
};
