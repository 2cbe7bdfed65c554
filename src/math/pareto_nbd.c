/*-------------------------------------------------------------------------
 *
 * pareto_nbd.c
 *	  The Pareto/NBD model: likelihood and P(alive) by quadrature.
 *
 * With n = r + x and A(u) = (1 + u/alpha)^-n (1 + u/beta)^-s, the likelihood of
 * a customer (Schmittlein, Morrison, Colombo 1987; Fader, Hardie 2005) is
 *
 *	 (r)_x alpha^-x [ A(T) + s int_{t_x}^T A(u) / (beta + u) du ]
 *
 * The usual form writes the integral as a difference of hypergeometric
 * functions, which cancels where T is near t_x.  Here the integrals themselves
 * are worked out.  Integrating by parts, for any end E >= T
 *
 *	 A(T) = A(E) + int_T^E A(u) (n / (alpha+u) + s / (beta+u)) du,
 *
 * so that the bracket is a sum of two positive parts, one of x and T and one of
 * x and t_x:
 *
 *	 [A(E) + n int_T^E A(u) / (alpha+u) du] + s int_{t_x}^E A(u) / (beta+u) du
 *
 * There are far fewer pairs of x and T, and of x and t_x, than customers; both
 * parts are kept for all customers that share them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "nbd.h"
#include "special.h"

/* Rows between two calls of host->check. */
#define CHECK_EVERY		256

/* Beyond a fall of exp(-DROP) from its peak nothing of an integrand is left. */
#define DROP			40.0

/*
 * Slots of a cache that finds parts of the likelihood by the time they belong
 * to.
 */
#define CACHE_SLOTS		8192
#define CACHE_PROBES	4

/*
 * The integral of (1 + u/alpha)^-na (1 + u/beta)^-sb from "from" to "to", in
 * y = log of (min(alpha, beta) + u): there the integrand is smooth on the scale
 * of 1 whatever the parameters, and log-concave.
 */
typedef struct Integrand
{
	double		alpha;
	double		beta;
	double		na;
	double		sb;
	double		near;			/* min(alpha, beta) */
	double		from;
	double		log_alpha_from; /* log1p(from / alpha) */
	double		log_beta_from;
} Integrand;

/*
 * A part of the likelihood: its logarithm; under its integrand as a weight the
 * mean gradient of the integrand's logarithm in the logarithms of r, alpha, s,
 * beta, and the mean of its Hessian plus the outer square of its gradient.
 */
typedef struct Part
{
	double		log_value;
	double		first[4];
	double		second[10];		/* 00 01 02 03 11 12 13 22 23 33 */
} Part;

typedef struct CacheSlot
{
	double		time;			/* -1: empty */
	Part		part;
} CacheSlot;

typedef struct ParetoWorkspace
{
	CacheSlot	slots[CACHE_SLOTS];
} ParetoWorkspace;

size_t
pareto_nbd_workspace_size(void)
{
	return sizeof(ParetoWorkspace);
}

/*
 * Return the logarithm of the integrand over y, relative to its value at the
 * start.
 */
static inline double
integrand_exponent(const Integrand *in, double y, double *log_alpha,
				   double *log_beta, double *u)
{
	double		more = (in->near + in->from) * expm1(y);

	*u = in->from + more;
	if (in->alpha <= in->beta)
	{
		*log_alpha = in->log_alpha_from + y;
		*log_beta = in->log_beta_from + log1p(more / (in->beta + in->from));
	}
	else
	{
		*log_alpha = in->log_alpha_from + log1p(more / (in->alpha + in->from));
		*log_beta = in->log_beta_from + y;
	}
	return y - in->na * (*log_alpha - in->log_alpha_from) -
		in->sb * (*log_beta - in->log_beta_from);
}

/* Return the derivative by y of the integrand's logarithm. */
static inline double
integrand_slope(const Integrand *in, double u)
{
	return 1.0 - (in->near + u) *
		(in->na / (in->alpha + u) + in->sb / (in->beta + u));
}

/*
 * Return where the integration may end: at "length" or, if the integrand falls
 * by more than DROP, a little after that.  *fall is how far it falls.
 *
 * The logarithm starts at 0 and is concave.  From the right side Newton's
 * method comes down to the place where it is -DROP without passing it, so any
 * number of steps gives a valid end.
 */
static double
integrand_end(const Integrand *in, double length, double *fall)
{
	double		slope = integrand_slope(in, in->from);
	double		log_alpha;
	double		log_beta;
	double		u;
	double		value;

	if (slope < 0.0 && -slope * length > DROP)
		length = DROP / -slope;
	for (int i = 0; i < 8; i++)
	{
		double		move;

		value = integrand_exponent(in, length, &log_alpha, &log_beta, &u);
		if (value > -DROP - 2.0)
			break;
		move = (-DROP - value) / integrand_slope(in, u);
		length += move;
	}
	*fall = -value;
	return length;
}

/*
 * Return the nodes that reach 13 digits: few for a short and flat integrand,
 * and several panels for a long one.  *panels is their number.
 */
static const QuadratureNode *
choose_nodes(double length, double fall, int *half, int *panels)
{
	*panels = 1;
	if (length <= 0.7 && fall <= 4.0)
	{
		*half = 4;
		return gauss_legendre_8;
	}
	if (length <= 2.5 && fall <= 18.0)
	{
		*half = 8;
		return gauss_legendre_16;
	}
	*half = 12;
	*panels = (int) ceil(length / 3.5);
	return gauss_legendre_24;
}

static void
integrand_init(Integrand *in, double alpha, double beta, double na, double sb,
			   double from)
{
	in->alpha = alpha;
	in->beta = beta;
	in->na = na;
	in->sb = sb;
	in->near = fmin(alpha, beta);
	in->from = from;
	in->log_alpha_from = log1p(from / alpha);
	in->log_beta_from = log1p(from / beta);
}

/* A quadrature over y: panels of a width with the same nodes. */
typedef struct Quadrature
{
	const QuadratureNode *nodes;
	int			half;			/* half the number of nodes of a panel */
	int			panels;
	double		width;
} Quadrature;

static void
quadrature_init(Quadrature *quadrature, const Integrand *in, double to)
{
	double		fall;
	double		length = integrand_end(in, log1p((to - in->from) /
												 (in->near + in->from)),
									   &fall);

	quadrature->nodes = choose_nodes(length, fall, &quadrature->half,
									 &quadrature->panels);
	quadrature->width = length / quadrature->panels;
}

/*
 * Return the integrand at a panel's i-th node, times its weight, and store
 * where that is.
 */
static inline double
quadrature_term(const Quadrature *quadrature, const Integrand *in, int panel,
				int i, double *log_alpha, double *log_beta, double *u)
{
	const QuadratureNode *node = &quadrature->nodes[i / 2];
	double		place = i % 2 == 0 ? node->place : -node->place;

	return node->weight *
		exp(integrand_exponent(in,
							   quadrature->width * (panel + 0.5 + 0.5 * place),
							   log_alpha, log_beta, u));
}

/*
 * Return the integral alone, divided by (near + from) and its value at the
 * start.
 */
static double
integrate(const Integrand *in, double to)
{
	Quadrature	quadrature;
	double		sum = 0.0;

	quadrature_init(&quadrature, in, to);
	for (int k = 0; k < quadrature.panels; k++)
	{
		for (int i = 0; i < 2 * quadrature.half; i++)
		{
			double		log_alpha;
			double		log_beta;
			double		u;

			sum += quadrature_term(&quadrature, in, k, i, &log_alpha,
								   &log_beta, &u);
		}
	}
	return sum * 0.5 * quadrature.width;
}

/*
 * What the gradient of an integrand's logarithm is made of at one u.  With
 * v = alpha / (alpha+u) and w = 1 - v the derivatives by log alpha are written
 * so that nothing cancels as r and alpha grow together; the same for beta.
 */
typedef struct Sums
{
	double		weight;
	double		g[4];
	double		gg[10];
	double		w_alpha;
	double		vw_alpha;
	double		w_beta;
	double		vw_beta;
} Sums;

/* The customers' parameters, and which factor the integrand has besides A(u). */
typedef struct Customer
{
	double		r;
	double		alpha;
	double		s;
	double		beta;
	double		x;
	double		extra_n;		/* 1: n / (alpha+u) */
	double		extra_s;		/* 1: s / (beta+u) */
} Customer;

static inline void
sums_add(Sums *sums, const Customer *c, double weight, double u,
		 double log_alpha, double log_beta)
{
	double		inverse_alpha = 1.0 / (c->alpha + u);
	double		inverse_beta = 1.0 / (c->beta + u);
	double		v_alpha = c->alpha * inverse_alpha;
	double		w_alpha = u * inverse_alpha;
	double		v_beta = c->beta * inverse_beta;
	double		w_beta = u * inverse_beta;
	double		g0 = -c->r * log_alpha;
	double		g1 = c->r * w_alpha - (c->x + c->extra_n) * v_alpha;
	double		g2 = -c->s * log_beta;
	double		g3 = c->s * w_beta - c->extra_s * v_beta;
	double		weight0 = weight * g0;
	double		weight1 = weight * g1;
	double		weight2 = weight * g2;
	double		weight3 = weight * g3;

	sums->weight += weight;
	sums->g[0] += weight0;
	sums->g[1] += weight1;
	sums->g[2] += weight2;
	sums->g[3] += weight3;
	sums->gg[0] += weight0 * g0;
	sums->gg[1] += weight0 * g1;
	sums->gg[2] += weight0 * g2;
	sums->gg[3] += weight0 * g3;
	sums->gg[4] += weight1 * g1;
	sums->gg[5] += weight1 * g2;
	sums->gg[6] += weight1 * g3;
	sums->gg[7] += weight2 * g2;
	sums->gg[8] += weight2 * g3;
	sums->gg[9] += weight3 * g3;
	sums->w_alpha += weight * w_alpha;
	sums->vw_alpha += weight * v_alpha * w_alpha;
	sums->w_beta += weight * w_beta;
	sums->vw_beta += weight * v_beta * w_beta;
}

/*
 * Turn sums into means, and add the factors n and s of the integrands, which
 * do not depend on u: their logarithms add c0 and c2 to the gradient.
 */
static void
part_from_sums(const Sums *sums, const Customer *c, Part *part)
{
	double		n = c->r + c->x;
	double		c0 = c->extra_n * c->r / n;
	double		c2 = c->extra_s;
	double		scale = 1.0 / sums->weight;
	double		mean[4];
	double	   *second = part->second;

	for (int i = 0; i < 4; i++)
		part->first[i] = mean[i] = sums->g[i] * scale;
	part->first[0] += c0;
	part->first[2] += c2;

	for (int i = 0; i < 10; i++)
		second[i] = sums->gg[i] * scale;
	second[0] += c0 * (c0 + 2.0 * mean[0]);
	second[1] += c0 * mean[1];
	second[2] += c0 * mean[2] + c2 * mean[0] + c0 * c2;
	second[3] += c0 * mean[3];
	second[5] += c2 * mean[1];
	second[7] += c2 * (c2 + 2.0 * mean[2]);
	second[8] += c2 * mean[3];

	/* the Hessian of the factors */
	second[0] += mean[0] + c0 * c->x / n;
	second[1] += c->r * sums->w_alpha * scale;
	second[4] -= (n + c->extra_n) * sums->vw_alpha * scale;
	second[7] += mean[2];
	second[8] += c->s * sums->w_beta * scale;
	second[9] -= (c->s + c->extra_s) * sums->vw_beta * scale;
}

/* Add two parts. */
static void
part_add(Part *into, const Part *from)
{
	double		most = fmax(into->log_value, from->log_value);
	double		mine = exp(into->log_value - most);
	double		theirs = exp(from->log_value - most);
	double		sum = mine + theirs;

	into->log_value = most + log(sum);
	mine /= sum;
	theirs /= sum;
	for (int i = 0; i < 4; i++)
		into->first[i] = mine * into->first[i] + theirs * from->first[i];
	for (int i = 0; i < 10; i++)
		into->second[i] = mine * into->second[i] + theirs * from->second[i];
}

/* Set a part to A(end). */
static void
part_at_end(const Customer *customer, double end, Part *part)
{
	Sums		sums;
	double		log_alpha = log1p(end / customer->alpha);
	double		log_beta = log1p(end / customer->beta);

	memset(&sums, 0, sizeof(sums));
	sums_add(&sums, customer, 1.0, end, log_alpha, log_beta);
	part_from_sums(&sums, customer, part);
	part->log_value = -(customer->r + customer->x) * log_alpha -
		customer->s * log_beta;
}

/*
 * Set a part to the integral from "from" to "to" of A(u) n / (alpha+u)
 * (extra_n) or of A(u) s / (beta+u) (extra_s).
 */
static void
part_of_integral(const Customer *customer, double from, double to, Part *part)
{
	double		n = customer->r + customer->x;
	Integrand	in;
	Sums		sums;
	Quadrature	quadrature;

	integrand_init(&in, customer->alpha, customer->beta,
				   n + customer->extra_n, customer->s + customer->extra_s,
				   from);
	quadrature_init(&quadrature, &in, to);
	memset(&sums, 0, sizeof(sums));
	for (int k = 0; k < quadrature.panels; k++)
	{
		for (int i = 0; i < 2 * quadrature.half; i++)
		{
			double		log_alpha;
			double		log_beta;
			double		u;
			double		weight = quadrature_term(&quadrature, &in, k, i,
												 &log_alpha, &log_beta, &u);

			sums_add(&sums, customer, weight, u, log_alpha, log_beta);
		}
	}
	part_from_sums(&sums, customer, part);

	/* the factors at the start, and du = (near + from) e^y dy */
	part->log_value = log(sums.weight * 0.5 * quadrature.width * (in.near + from) *
						  (customer->extra_n > 0.0 ? n / customer->alpha :
						   customer->s / customer->beta)) -
		in.na * in.log_alpha_from - in.sb * in.log_beta_from;
}

static inline size_t
cache_slot(double time)
{
	uint64_t	bits;

	memcpy(&bits, &time, sizeof(bits));
	return (size_t) ((bits * UINT64_C(0x9E3779B97F4A7C15)) >> 51);
}

/*
 * Evaluate the likelihood, its gradient and Hessian in the logarithms of r,
 * alpha, s, beta.  Rows are sorted by x, t_x and T: the part of t_x changes
 * seldom, the parts of T are remembered for one x.
 */
void
pareto_nbd_evaluate(const double *parameter, const NbdRow *rows, size_t n,
					double scale, const NbdHost *host, NewtonPoint *point)
{
	const double r = parameter[0];
	const double alpha = parameter[1];
	const double s = parameter[2];
	const double beta = parameter[3];
	const double log_alpha = log(alpha);
	const double inverse_scale = 1.0 / scale;
	CacheSlot  *slots = ((ParetoWorkspace *) host->workspace)->slots;
	Jet			rise = {0.0, 0.0, 0.0};
	int			x = 0;
	double		end = 0.0;
	double		value = 0.0;
	double		lost = 0.0;		/* Neumaier's compensation of value */
	double		first[4] = {0.0};
	double		second[10] = {0.0};
	int			k = 0;

	for (size_t i = 0; i < n; i++)
		end = fmax(end, rows[i].T);
	end *= inverse_scale;

	for (size_t start = 0; start < n;)
	{
		Customer	plain = {r, alpha, s, beta, 0.0, 0.0, 0.0};
		Customer	buying;
		Customer	dropping;
		Part		at_end = {0};
		Part		dropout = {0};
		double		dropout_time = -1.0;
		double		customers = 0.0;
		size_t		i;

		log_rising_advance(&rise, r, x, rows[start].x);
		x = rows[start].x;
		plain.x = x;
		buying = dropping = plain;
		buying.extra_n = 1.0;
		dropping.extra_s = 1.0;
		part_at_end(&plain, end, &at_end);
		for (int slot = 0; slot < CACHE_SLOTS; slot++)
			slots[slot].time = -1.0;

		for (i = start; i < n && rows[i].x == x; i++)
		{
			double		count = (double) rows[i].count;
			double		T = rows[i].T * inverse_scale;
			double		t_x = rows[i].t_x * inverse_scale;
			size_t		slot = cache_slot(T);
			int			probe;
			double		most;
			double		stay;
			double		drop;
			double		sum;
			double		term;
			double		mean[4];

			if (host->check != NULL && i % CHECK_EVERY == 0)
				host->check(host->arg);

			if (t_x != dropout_time)
			{
				if (t_x < end)
					part_of_integral(&dropping, t_x, end, &dropout);
				else
				{
					memset(&dropout, 0, sizeof(dropout));
					dropout.log_value = -INFINITY;
				}
				dropout_time = t_x;
			}

			for (probe = 0; probe < CACHE_PROBES; probe++)
			{
				size_t		next = (slot + probe) % CACHE_SLOTS;

				if (slots[next].time == T || slots[next].time < 0.0)
				{
					slot = next;
					break;
				}
			}
			if (slots[slot].time != T)
			{
				slots[slot].time = T;
				slots[slot].part = at_end;
				if (T < end)
				{
					Part		purchases = {0};

					part_of_integral(&buying, T, end, &purchases);
					part_add(&slots[slot].part, &purchases);
				}
			}

			{
				const Part *alive = &slots[slot].part;

				most = fmax(alive->log_value, dropout.log_value);
				stay = exp(alive->log_value - most);
				drop = exp(dropout.log_value - most);
				sum = stay + drop;
				term = count * (rise.value - x * log_alpha + most + log(sum));
				stay /= sum;
				drop /= sum;
				for (int j = 0; j < 4; j++)
				{
					mean[j] = stay * alive->first[j] + drop * dropout.first[j];
					first[j] += count * mean[j];
				}
				k = 0;
				for (int j = 0; j < 4; j++)
				{
					for (int l = j; l < 4; l++, k++)
						second[k] += count * (stay * alive->second[k] +
											  drop * dropout.second[k] -
											  mean[j] * mean[l]);
				}
			}

			customers += count;
			sum = value + term;
			lost += fabs(value) >= fabs(term) ?
				(value - sum) + term : (term - sum) + value;
			value = sum;
		}

		/*
		 * the rising factorial; what alpha^-x adds is in the integrands'
		 * gradients already
		 */
		first[0] += customers * r * rise.first;
		second[0] += customers * r * (rise.first + r * rise.second);
		start = i;
	}

	point->value = value + lost;
	k = 0;
	for (int j = 0; j < 4; j++)
	{
		point->gradient[j] = first[j];
		for (int l = j; l < 4; l++, k++)
			point->hessian[j][l] = point->hessian[l][j] = second[k];
	}
}

/*
 * Return the log odds that the customer has dropped out; -infinity: surely
 * not.
 *
 * It is computed relative to A(T), with the integrand relative to its value at
 * t_x.
 */
double
pareto_nbd_log_odds_dropped(const double *parameter, double x, double t_x,
							double T)
{
	double		r = parameter[0];
	double		alpha = parameter[1];
	double		s = parameter[2];
	double		beta = parameter[3];
	Integrand	in;

	if (T <= t_x)
		return -INFINITY;
	integrand_init(&in, alpha, beta, r + x, s + 1.0, t_x);
	return log(s * integrate(&in, T) * (in.near + t_x) / (beta + t_x)) +
		(r + x) * log1p((T - t_x) / (alpha + t_x)) +
		s * log1p((T - t_x) / (beta + t_x));
}
