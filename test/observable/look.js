/*
 * node look.js DIRECTORY WIDTH SCHEME [PICTURE]
 *
 * Serves the directory of a built page to a headless chromium that reaches nothing
 * else, waits until the charts are drawn, and prints what a reader would see, as
 * JSON.  SCHEME is dark or light.  A PICTURE is a PNG file to write.
 *
 * Chromium's own window cannot be as narrow as a telephone, so the page is in a
 * frame of that width.  The page around it sends what it found to /told; until then
 * it waits for an image, since chromium ends, or takes the picture, once it has all.
 */
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const http = require('http');
const { execFile } = require('child_process');

const [directory, width, scheme, picture] = process.argv.slice(2);
const height = width > 800 ? 1700 : 2600;
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' };
const missing = [];
let told, waiting;

/* Runs in the browser, in the page around the frame. */
function probe()
{
	const frame = document.querySelector('iframe');
	let patience = 600;

	function told(page)
	{
		const charts = [...page.querySelectorAll('svg[aria-label]')];
		const box = element => element.getBoundingClientRect();
		const texts = charts.flatMap(chart => [...chart.querySelectorAll('text')].map(text => [text, chart]));
		const size = element => parseFloat(frame.contentWindow.getComputedStyle(element).fontSize);

		return {
			title: page.title,
			numbers: Object.fromEntries([...page.querySelectorAll('.big')].map(big => [big.id, big.innerText])),
			below: Object.fromEntries([...page.querySelectorAll('.big')].map(big => [big.id, big.nextElementSibling.innerText])),
			headings: [...page.querySelectorAll('h1, .card h2')].map(heading => heading.innerText),
			charts: charts.map(chart => chart.getAttribute('aria-label')),
			arrows: charts.map(chart => [...chart.querySelectorAll('text')].filter(text => /[▲▼]/.test(text.textContent)).length),
			tips: charts.map(chart => [...chart.querySelectorAll('[aria-label=tip] tspan')].map(line => line.textContent.replace(/\u200b/g, '')).join(' ')),
			cells: charts.map(chart => chart.querySelectorAll('[aria-label=cell] rect').length),
			errors: [...page.querySelectorAll('.observablehq--error')].map(error => error.innerText),
			over: page.documentElement.scrollWidth - frame.clientWidth,
			cut: texts.filter(([text, chart]) => box(text).left < box(chart).left - 1 || box(text).right > box(chart).right + 1).map(([text]) => text.textContent.replace(/\u200b/g, '')),
			smallest: Math.min(...texts.map(([text]) => size(text)), ...[...page.querySelectorAll('h1, h2, p, figure span')].map(size)),
			paper: frame.contentWindow.getComputedStyle(page.documentElement).backgroundColor,
		};
	}

	function look()
	{
		const page = frame.contentDocument;
		const ready = page.querySelectorAll('svg[aria-label]').length >= 5 && page.querySelectorAll('.big').length >= 4;

		if (!ready && patience-- > 0)
			return setTimeout(look, 100);
		page.querySelectorAll('svg[aria-label]').forEach(point);
		setTimeout(() => fetch('/told', { method: 'POST', body: JSON.stringify(told(page)) }), 500);
	}

	function point(chart)
	{
		const box = chart.getBoundingClientRect();

		for (const type of ['pointerenter', 'pointermove'])
			chart.dispatchEvent(new frame.contentWindow.PointerEvent(type,
				{ clientX: box.left + box.width / 3, clientY: box.top + box.height / 2, bubbles: true, pointerType: 'mouse' }));
	}

	frame.addEventListener('load', () => setTimeout(look, 500));
}

const around = `<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><body style="margin: 0">
<iframe src="/" style="width: ${width}px; height: ${height}px; border: 0"></iframe><img src="/wait" hidden><script>(${probe})()</script></body>`;

const server = http.createServer((request, response) => {
	const name = decodeURIComponent(new URL(request.url, 'http://here').pathname);
	const file = path.join(directory, name === '/' ? 'index.html' : path.normalize(name));

	if (name === '/around') {
		response.writeHead(200, { 'Content-Type': 'text/html' }).end(around);
	} else if (name === '/wait') {
		waiting = response;
	} else if (name === '/told') {
		let body = '';

		request.on('data', part => body += part).on('end', () => {
			told = JSON.parse(body);
			response.writeHead(204).end();
			waiting.writeHead(200, { 'Content-Type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg"/>');
		});
	} else if (fs.existsSync(file)) {
		response.writeHead(200, { 'Content-Type': types[path.extname(file)] || 'application/octet-stream' }).end(fs.readFileSync(file));
	} else {
		missing.push(name);
		response.writeHead(404).end();
	}
});

server.listen(0, '127.0.0.1', () => {
	const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'look-'));
	const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync', '--hide-scrollbars', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
		`--user-data-dir=${profile}`, `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`, '--enable-logging=stderr',
		`--window-size=${Math.max(width, 500)},${height}`, picture ? `--screenshot=${picture}` : '--dump-dom'];

	execFile('chromium', [...options, `http://127.0.0.1:${server.address().port}/around`], { timeout: 120000, maxBuffer: 1e8 }, (error, dom, log) => {
		server.close();
		server.closeAllConnections();
		fs.rmSync(profile, { recursive: true, force: true });
		if (error || !told) {
			console.error(`${error || 'the page told nothing'}\n${log}`);
			process.exitCode = 1;
		} else {
			console.log(JSON.stringify({ ...told, console: log.split('\n').filter(line => /CONSOLE/.test(line)), missing }));
		}
	});
});
