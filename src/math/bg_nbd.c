/*-------------------------------------------------------------------------
 *
 * bg_nbd.c
 *	  The BG/NBD and MBG/NBD models: likelihood, P(alive), expected purchases.
 *
 * The two differ in one thing: whether a customer can drop out right after its
 * first purchase.  So x purchases are x chances to drop out in BG/NBD and x + 1
 * in MBG/NBD; "chances" below is that number.  With it both likelihoods are
 *
 *	 (r)_x alpha^r (b)_c / (a+b)_c
 *		* [ (alpha+T)^-(r+x) + a / (b+c-1) (alpha+t_x)^-(r+x) ]
 *
 * where c is chances, (r)_x a rising factorial, and the second term is absent
 * for c = 0 (Fader, Hardie, Lee 2005, eq. 6; Batislam et al. 2007, eq. 3).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "nbd.h"
#include "special.h"

/* Rows between two calls of host->check. */
#define CHECK_EVERY		8192

/* Purchases between two groups of rows that call for another. */
#define CHECK_STEPS		256

/*
 * Value, and gradient and Hessian in the logarithms of r, alpha, a, b.  Rows are
 * sorted by x, so what depends on x alone is worked out once for each x.
 *
 * Terms in r and alpha are written so that they do not cancel as both grow: with
 * v = alpha / (alpha+T), the derivatives of r log alpha - (r+x) log(alpha+T) by
 * log alpha are r (1-v) - x v and -(r+x) v (1-v).
 */
void
bg_nbd_evaluate(const double *parameter, bool modified,
				const NbdRow *rows, size_t n, double scale,
				const NbdHost *host, NewtonPoint *point)
{
	const double r = parameter[0];
	const double alpha = parameter[1];
	const double a = parameter[2];
	const double b = parameter[3];
	const double log_alpha = log(alpha);
	const double inverse_scale = 1.0 / scale;
	const int	first_chance = modified ? 1 : 0;
	Jet			rise_r = {0.0, 0.0, 0.0};
	Jet			rise_b = {0.0, 0.0, 0.0};
	Jet			rise_ab = {0.0, 0.0, 0.0};
	int			x = 0;
	int			chances = 0;
	double		value = 0.0;
	double		lost = 0.0;		/* Neumaier's compensation of value */
	double		g[4] = {0.0};
	double		h[4][4] = {{0.0}};	/* the upper triangle of the Hessian */

	for (size_t start = 0; start < n;)
	{
		double		share_b = 0.0;	/* b / (b + chances - 1) */
		double		log_weight = 0.0;
		double		customers = 0.0;
		double		dropped = 0.0;	/* sum of probabilities to have dropped */
		double		spread = 0.0;	/* sum of their p (1 - p) */
		double		spread_r = 0.0; /* spread times the derivative by log r */
		double		spread_alpha = 0.0;
		int			next_chances;
		size_t		i;

		/* each step may take as long as a row, and a group has many */
		if (host->check != NULL && rows[start].x - x > CHECK_STEPS)
			host->check(host->arg);
		log_rising_advance(&rise_r, r, x, rows[start].x);
		x = rows[start].x;
		next_chances = x + first_chance;
		log_rising_advance(&rise_b, b, chances, next_chances);
		log_rising_advance(&rise_ab, a + b, chances, next_chances);
		chances = next_chances;
		if (chances > 0)
		{
			share_b = b / (b + (chances - 1));
			log_weight = log(a / (b + (chances - 1)));
		}

		for (i = start; i < n && rows[i].x == x; i++)
		{
			double		count = (double) rows[i].count;
			double		T = rows[i].T * inverse_scale;
			double		t_x = rows[i].t_x * inverse_scale;
			double		v = alpha / (alpha + T);
			double		w = T / (alpha + T);
			double		log_end = log1p(T / alpha);
			double		term = rise_r.value + rise_b.value - rise_ab.value -
			(r + x) * log_end - x * log_alpha;
			double		sum;

			if (host->check != NULL && i % CHECK_EVERY == 0)
				host->check(host->arg);

			g[0] -= count * r * log_end;
			g[1] += count * (r * w - x * v);
			h[0][0] -= count * r * log_end;
			h[0][1] += count * r * w;
			h[1][1] -= count * (r + x) * v * w;

			if (chances > 0)
			{
				/*
				 * delta is the log odds of having dropped out, dr and da are
				 * its derivatives by log r and log alpha, daa the second one
				 * by log alpha.  The second one by log r is dr again, that by
				 * log r and log alpha is dra.
				 */
				double		gap = (T - t_x) / (alpha + t_x);
				double		v_last = alpha / (alpha + t_x);
				double		log_gap = log1p(gap);
				double		dr = r * log_gap;
				double		dra = -r * gap * v;
				double		da = -(r + x) * gap * v;
				double		daa = da * (1.0 - v - v_last);
				double		delta = log_weight + (r + x) * log_gap;
				double		e = exp(-fabs(delta));
				double		p = (delta > 0.0 ? 1.0 : e) / (1.0 + e);
				double		vary = count * e / ((1.0 + e) * (1.0 + e));

				term += fmax(delta, 0.0) + log1p(e);

				p *= count;
				g[0] += p * dr;
				g[1] += p * da;
				h[0][0] += p * dr + vary * dr * dr;
				h[0][1] += p * dra + vary * dr * da;
				h[1][1] += p * daa + vary * da * da;
				dropped += p;
				spread += vary;
				spread_r += vary * dr;
				spread_alpha += vary * da;
			}

			customers += count;
			term *= count;
			sum = value + term;
			lost += fabs(value) >= fabs(term) ?
				(value - sum) + term : (term - sum) + value;
			value = sum;
		}

		/* delta has the derivative 1 by log a, and -share_b by log b */
		g[2] += dropped;
		g[3] -= dropped * share_b;
		h[0][2] += spread_r;
		h[0][3] -= spread_r * share_b;
		h[1][2] += spread_alpha;
		h[1][3] -= spread_alpha * share_b;
		h[2][2] += spread;
		h[2][3] -= spread * share_b;
		h[3][3] += spread * share_b * share_b -
			dropped * share_b * (1.0 - share_b);

		/* the rising factorials */
		g[0] += customers * r * rise_r.first;
		g[2] -= customers * a * rise_ab.first;
		g[3] += customers * b * (rise_b.first - rise_ab.first);
		h[0][0] += customers * r * (rise_r.first + r * rise_r.second);
		h[2][2] -= customers * a * (rise_ab.first + a * rise_ab.second);
		h[2][3] -= customers * a * b * rise_ab.second;
		h[3][3] += customers * b *
			(rise_b.first + b * rise_b.second -
			 rise_ab.first - b * rise_ab.second);
		start = i;
	}

	point->value = value + lost;
	for (int k = 0; k < 4; k++)
	{
		point->gradient[k] = g[k];
		for (int l = k; l < 4; l++)
			point->hessian[k][l] = point->hessian[l][k] = h[k][l];
	}
}

/*
 * Return the log odds that the customer has dropped out; -infinity: surely
 * not.
 */
double
bg_nbd_log_odds_dropped(const double *parameter, bool modified,
						double x, double t_x, double T)
{
	double		r = parameter[0];
	double		alpha = parameter[1];
	double		a = parameter[2];
	double		b = parameter[3];
	double		chances = modified ? x + 1.0 : x;

	if (chances <= 0.0)
		return -INFINITY;
	return log(a / (b + (chances - 1.0))) +
		(r + x) * log1p((T - t_x) / (alpha + t_x));
}

/*
 * Expected purchases of a customer who is alive
 * ----------------------------------------------
 *
 * With rate l and dropout probability p it makes (1 - exp(-l p t)) / p
 * purchases on average up to t.  Over l, gamma distributed with shape n and
 * rate A, and with w = t / A, that is g(p) = (1 - (1 + p w)^-n) / p; the mean
 * of g(p) over p, beta distributed with a and b, is wanted.
 *
 * The published form of it has a Gauss hypergeometric function and divides by
 * a - 1.  Two ways avoid that:
 *
 * A series.  Pfaff's and Euler's transformations of the published form, with
 * z = w / (1 + w), L = log(1 - z), C = a + b - 1 and B' = C - n, give
 *
 *	 -C expm1((a-1) L) / (a-1)
 *		- exp((a-1) L) sum_k (a)_(k-1) (B')_k / ((C+1)_(k-1) k!) z^k
 *
 * which has a limit at a = 1 and needs no gamma function.  The sum, h(z), has
 * its only singularities at z >= 1; the map z = 4u / (1+u)^2 takes the plane
 * without them to the unit disc, where its series converges much faster (for
 * w = 1, 10, 100 z is 0.5, 0.91, 0.99 and u is 0.17, 0.54, 0.82).  The
 * coefficients do not depend on t, so that many horizons share them.  Digits are
 * lost where terms nearly cancel; that is seen from their sizes.
 *
 * A quadrature of g over p in the logit y of p, for the rest: all positive, so
 * nothing cancels.  The integrand p^a (1-p)^b g(p) is smooth on the scale of
 * y = 1 and log-concave enough for Gauss-Legendre panels; towards y = -infinity
 * (p to 0) and y = infinity the integral has a power series, which replaces the
 * long tails of small a or b.
 */

/* The series has converged when terms are below this share of the sum. */
#define SERIES_EPSILON		1e-17

/* Accept the series while rounding errors grow by no more than this. */
#define SERIES_LOSS			1000.0

/* The power series at both ends of the quadrature have this many terms. */
#define END_TERMS			5

/*
 * Terms of the power series, END_TERMS of them, are enough while their
 * argument is below this.
 */
#define END_ARGUMENT		2e-3

/* Beyond a fall of exp(-DROP) from the peak nothing is left to add. */
#define DROP				42.0

/* Widest panel of the quadrature, in units of the logit. */
#define PANEL_WIDTH			2.5

void
bg_future_init(BgFuture *future, double n, double a, double b, double w_most)
{
	future->n = n;
	future->a = a;
	future->b = b;
	future->w_most = w_most;
	future->terms = 0;
	future->nodes = 0;
	future->y[0] = 1.0;
	future->y[1] = future->y[2] = 0.0;
	for (int i = 0; i < 3; i++)
		future->quotient[i] = 0.0;
}

/*
 * Work out one more coefficient of the series in u.
 *
 * h'(z) = B' y(z) with y = 2F1(a, B' + 1; a + b; z).  Gauss's equation for y,
 * with z = 4u / (1+u)^2, is
 *
 *	 (u + u^2 - u^3 - u^4) y''
 *	 + (g + (4 + 3g - 4s) u + (2 + 3g - 4s) u^2 + (g - 2) u^3) y'
 *	 - 4 a (B'+1) (1 - u) y = 0,		g = a + b, s = a + B' + 2,
 *
 * which gives the coefficients of y one by one; and h'(u) is
 * 4 B' y (1-u) / (1+u)^3.
 */
static void
bg_future_next_term(BgFuture *future)
{
	const double a = future->a;
	const double g = a + future->b;
	const double bb = g - 1.0 - future->n;
	const double product = 4.0 * a * (bb + 1.0);
	const double slope = 3.0 * g - 4.0 * (a + bb + 2.0);
	double	   *y = future->y;
	double	   *quotient = future->quotient;
	double		k = future->terms;
	double		value = 4.0 * bb * (y[0] - y[1]);

	/* divide by 1 + u three times */
	for (int i = 0; i < 3; i++)
	{
		quotient[i] = value - quotient[i];
		value = quotient[i];
	}
	future->series[future->terms++] = value / (k + 1.0);

	value = ((product - k * (k + 3.0 + slope)) * y[0] +
			 ((k - 1.0) * (k - 4.0 - slope) - product) * y[1] +
			 (k - 2.0) * (k - 1.0 - g) * y[2]) / ((k + 1.0) * (k + g));
	y[2] = y[1];
	y[1] = y[0];
	y[0] = value;
}

/*
 * Compute the result by the series; false where it converges too slowly or
 * loses digits.
 */
static bool
bg_future_series(BgFuture *future, double w, double *result)
{
	double		a = future->a;
	double		c = a + future->b - 1.0;
	double		root = sqrt(1.0 + w);
	double		u = w / ((root + 1.0) * (root + 1.0));
	double		l = -log1p(w);
	double		power = u;
	double		sum = 0.0;
	double		size = 0.0;
	double		before = INFINITY;
	double		shrink;
	double		head;
	int			k;

	if (u > BG_SERIES_MOST_U)
		return false;

	for (k = 0; k < BG_SERIES_TERMS; k++)
	{
		double		term;

		if (k == future->terms)
			bg_future_next_term(future);
		term = future->series[k] * power;
		sum += term;
		size += fabs(term);
		/* two small terms in a row: a single one may be chance */
		if (fabs(term) + before <= SERIES_EPSILON * size)
			break;
		before = fabs(term);
		power *= u;
	}
	if (k == BG_SERIES_TERMS)
		return false;

	shrink = exp((a - 1.0) * l);
	head = a == 1.0 ? -c * l : -c * expm1((a - 1.0) * l) / (a - 1.0);
	*result = head - shrink * sum;
	return *result > 0.0 &&
		fabs(head) + shrink * size < SERIES_LOSS * *result;
}

/* Return log(p^a (1-p)^b) at the logit y of p. */
static double
beta_exponent(double a, double b, double y)
{
	return (y < 0.0 ? a * y : -b * y) - (a + b) * log1p(exp(-fabs(y)));
}

/*
 * Return where p^a (1-p)^b has fallen by DROP from its peak on the way to
 * "bound", or the bound if it does not fall so far.
 */
static double
beta_edge(double a, double b, double peak, double bound)
{
	double		floor = beta_exponent(a, b, peak) - DROP;
	double		inside = peak;
	double		outside = bound;

	if (beta_exponent(a, b, bound) >= floor)
		return bound;
	for (int i = 0; i < 12; i++)
	{
		double		middle = 0.5 * (inside + outside);

		if (beta_exponent(a, b, middle) >= floor)
			inside = middle;
		else
			outside = middle;
	}
	return outside;
}

/*
 * Set where the quadrature runs, and its nodes with the weights of the beta
 * distribution.
 *
 * The logarithm of g falls with slope 0 to -1 in y.  So right of the peak of
 * p^a (1-p)^b the integrand falls at least as fast as that, and left of it at
 * least as fast as p^(a-1) (1-p)^(b+1), if that falls at all.
 */
static void
bg_future_nodes(BgFuture *future)
{
	const double a = future->a;
	const double b = future->b;
	const double w = future->w_most;
	const double peak = log(a / b);
	double		width;
	int			panels;

	future->norm = log_beta(a, b);
	future->p_low = END_ARGUMENT /
		fmax((future->n + END_TERMS) * w, b + END_TERMS);
	future->q_high = END_ARGUMENT /
		(fmax((future->n + END_TERMS) * w / (1.0 + w), a) + END_TERMS);
	future->left = log(future->p_low) - log1p(-future->p_low);
	future->right = log1p(-future->q_high) - log(future->q_high);
	future->ends_low = future->ends_high = true;

	if (a > 1.0)
	{
		double		peak_left = log((a - 1.0) / (b + 1.0));

		if (peak_left > future->left)
		{
			double		edge = beta_edge(a - 1.0, b + 1.0, peak_left,
										 future->left);

			future->ends_low = (edge == future->left);
			future->left = edge;
		}
	}
	if (peak < future->right)
	{
		double		edge = beta_edge(a, b, peak, future->right);

		future->ends_high = (edge == future->right);
		future->right = edge;
	}

	width = fmin(PANEL_WIDTH, 3.0 * sqrt(trigamma(a) + trigamma(b)));
	panels = (int) ceil((future->right - future->left) / width);
	if (panels > BG_PANELS)
		panels = BG_PANELS;
	width = (future->right - future->left) / panels;
	for (int k = 0; k < panels; k++)
	{
		double		middle = future->left + (k + 0.5) * width;

		for (int i = 0; i < 16; i++)
		{
			const QuadratureNode *node = &gauss_legendre_16[i / 2];
			double		y = middle +
			(i % 2 == 0 ? 0.5 : -0.5) * width * node->place;
			double		e = exp(-fabs(y));

			future->place[k * 16 + i] = (y < 0.0 ? e : 1.0) / (1.0 + e);
			future->weight[k * 16 + i] = 0.5 * width * node->weight *
				exp(beta_exponent(a, b, y) - future->norm);
		}
	}
	future->nodes = panels * 16;
}

/*
 * Return the integral of u^(power-1) * first(u) * second(u) from 0 to end,
 * divided by end^power; both factors are given by their coefficients of (u /
 * end)^k.
 */
static double
end_integral(double power, const double *first, const double *second)
{
	double		sum = 0.0;

	for (int k = 0; k < END_TERMS; k++)
	{
		double		coefficient = 0.0;

		for (int j = 0; j <= k; j++)
			coefficient += first[j] * second[k - j];
		sum += coefficient / (power + k);
	}
	return sum;
}

/* Set the coefficients of (1 - u)^-power at (u / end)^k. */
static void
binomial_series(double power, double end, double *coefficient)
{
	coefficient[0] = 1.0;
	for (int k = 1; k < END_TERMS; k++)
		coefficient[k] = coefficient[k - 1] * end * (power + (k - 1)) / k;
}

static double
bg_future_quadrature(BgFuture *future, double w)
{
	const double n = future->n;
	const double a = future->a;
	const double b = future->b;
	double		first[END_TERMS];
	double		second[END_TERMS];
	double		sum = 0.0;

	if (future->nodes == 0)
		bg_future_nodes(future);

	for (int i = 0; i < future->nodes; i++)
	{
		double		p = future->place[i];

		sum -= future->weight[i] * expm1(-n * log1p(p * w)) / p;
	}

	if (future->ends_low)
	{
		/* g(p) = n w (1 - (n+1)/2 p w + (n+1)(n+2)/6 (p w)^2 - ...) */
		double		end = future->p_low;

		first[0] = n * w;
		for (int k = 1; k < END_TERMS; k++)
			first[k] = -first[k - 1] * (n + k) / (k + 1) * end * w;
		binomial_series(1.0 - b, end, second);
		sum += exp(a * log(end) - future->norm) *
			end_integral(a, first, second);
	}
	if (future->ends_high)
	{
		/* with q = 1 - p: p g(p) = 1 - (1+w)^-n (1 - q w / (1+w))^-n */
		double		end = future->q_high;
		double		stay = exp(-n * log1p(w));

		binomial_series(n, end * w / (1.0 + w), first);
		for (int k = 1; k < END_TERMS; k++)
			first[k] *= -stay;
		first[0] = -expm1(-n * log1p(w));
		binomial_series(2.0 - a, end, second);
		sum += exp(b * log(end) - future->norm) *
			end_integral(b, first, second);
	}
	return sum;
}

double
bg_future_purchases(BgFuture *future, double w)
{
	double		result;

	if (w <= 0.0)
		return 0.0;
	if (bg_future_series(future, w, &result))
		return result;
	return bg_future_quadrature(future, w);
}
