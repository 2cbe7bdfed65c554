// The charts of the dashboard.  Each is a function of the rows of a query and of the
// width that there is for it.
import * as Plot from '@observablehq/plot';

const month = { type: 'utc', label: null };
const narrow = 520;
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });
const monthName = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const shortMonth = new Intl.DateTimeFormat('en', { month: 'short', year: '2-digit', timeZone: 'UTC' });

// JSON has no days: they arrive as texts.
export function dated(rows)
{
	const day = text => text && new Date(`${text}T00:00:00Z`);

	return rows.map(row => ({ ...row, month: day(row.month), cohort: day(row.cohort) }));
}

// A dash where there is no number.
const written = format => value => value == null ? '–' : format(value);

export const amount = written(compact.format);
export const count = written(value => value.toLocaleString('en'));
export const score = written(value => value.toFixed(1));
export const percent = written(value => `${value.toFixed(1)} %`);

// What is said below the number of the last month.
export function said(row, direction)
{
	const change = { 1: '▲ rises', '-1': '▼ falls', 0: 'no significant change' }[direction];

	return row ? [monthName.format(row.month), change].filter(Boolean).join(', ') : 'no rows';
}

// Arrows where a change is more than chance.  Their place is above the line.
function arrows(rows, y, direction)
{
	return Plot.text(rows.filter(row => row[direction]), {
		x: 'month', y, text: row => row[direction] > 0 ? '▲' : '▼', dy: -14, fontSize: 14,
		fill: row => row[direction] > 0 ? 'var(--rise)' : 'var(--fall)', stroke: 'var(--theme-background-alt)', strokeWidth: 3,
	});
}

function plot(width, label, options)
{
	return Plot.plot({
		width, height: Math.max(240, Math.min(320, width / 2)), marginLeft: 48, marginRight: 16, marginTop: 28,
		style: { fontSize: '12px' }, ariaLabel: label, x: { ...month, ticks: width < narrow ? 4 : 8 }, ...options,
	});
}

export function npsChart(rows, width)
{
	return plot(width, 'NPS by month', {
		y: { label: 'NPS', grid: true, nice: true },
		marks: [
			Plot.areaY(rows, { x: 'month', y1: 'low', y2: 'high', fill: 'var(--one)', fillOpacity: 0.18 }),
			Plot.ruleY([0], { strokeOpacity: 0.4 }),
			Plot.lineY(rows, { x: 'month', y: 'nps', stroke: 'var(--one)', strokeWidth: 2 }),
			arrows(rows, 'nps', 'direction'),
			Plot.tip(rows, Plot.pointerX({ x: 'month', y: 'nps', title: row =>
				`${monthName.format(row.month)}\nNPS ${score(row.nps)}, ${score(row.low)} to ${score(row.high)}\n${count(row.answers)} answers` })),
		],
	});
}

// A column for each month: parts that add above zero, others below it.
function columns(rows, width, label, unit, colors, more = [])
{
	const parts = Object.keys(colors);
	const long = rows.flatMap(row => parts.map(part => ({ month: row.month, part, value: row[part] })));
	const ticks = rows.length > 12 ? (width < narrow ? 'year' : '6 months') : (width < narrow ? '3 months' : 'month');

	return plot(width, label, {
		x: { type: 'band', interval: 'month', label: null, padding: 0.06, ticks },
		y: { label: unit, grid: true, nice: true, tickFormat: amount },
		color: { domain: parts, range: parts.map(part => `var(--${colors[part]})`), legend: true },
		marks: [
			Plot.barY(long, { x: 'month', y: 'value', fill: 'part', order: parts }),
			Plot.ruleY([0]),
			...more,
			Plot.tip(rows, Plot.pointerX({ x: 'month', y: 0, title: row =>
				[monthName.format(row.month), ...parts.map(part => `${part} ${count(row[part])}`)].join('\n') })),
		],
	});
}

export function mrrChart(rows, width)
{
	return columns(rows, width, 'What moved MRR, by month', 'MRR',
		{ new: 'three', reactivation: 'one', expansion: 'five', contraction: 'two', churned: 'four' });
}

export function usersChart(rows, width)
{
	return columns(rows, width, 'Active users by month', 'users',
		{ returning: 'one', resurrected: 'five', new: 'three', dormant: 'four' }, [arrows(rows, 'active', 'direction')]);
}

export function cohortChart(rows, width)
{
	return Plot.plot({
		width, height: 340, marginLeft: 52, marginRight: 4, marginTop: 40, padding: 0.04,
		style: { fontSize: '12px' }, ariaLabel: 'Users who are still there, in percent, by cohort and age',
		x: { type: 'band', label: 'months later', axis: 'top', tickSize: 0 },
		y: { type: 'band', label: null, tickFormat: shortMonth.format, tickSize: 0 },
		// Shades that black text can be read on, in the dark theme too.
		color: { type: 'linear', domain: [0, 100], range: ['#f2f7fc', '#5b9bd5'] },
		marks: [
			Plot.cell(rows, { x: 'age', y: 'cohort', fill: 'retention', title: row =>
				`${monthName.format(row.cohort)}\n${count(row.size)} users\n${row.age} ${row.age === 1 ? 'month' : 'months'} later ${percent(row.retention)}`, tip: true }),
			Plot.text(rows, { x: 'age', y: 'cohort', text: row => Math.round(row.retention), fill: '#111', pointerEvents: 'none' }),
		],
	});
}

export function serviceChart(rows, width)
{
	const kinds = ['answered', 'resolved'];
	const long = rows.flatMap(row => kinds.map(kind => ({ month: row.month, kind, value: row[kind], direction: row[`${kind}_direction`] })));

	return plot(width, 'Tickets within their targets, by month', {
		y: { label: '% in time', grid: true, domain: [0, 100] },
		color: { domain: kinds, range: ['var(--one)', 'var(--two)'], legend: true },
		marks: [
			Plot.lineY(long, { x: 'month', y: 'value', stroke: 'kind', strokeWidth: 2 }),
			arrows(long, 'value', 'direction'),
			Plot.tip(rows, Plot.pointerX({ x: 'month', y: 'answered', title: row =>
				`${monthName.format(row.month)}, ${count(row.tickets)} tickets\nanswered in time ${percent(row.answered)}\nresolved in time ${percent(row.resolved)}` })),
		],
	});
}
