#!/usr/bin/env python3
"""Write data/nbd_extremes.csv: what nbd_test.c checks predictions against.

The published formulas with Gauss's hypergeometric function, at many digits
(Debian: python3-mpmath).  Where they are not defined (a = 1, a + b + x = 1) the
mean of two neighbours at a distance of 1e-30 stands in, whose error is of the
order of 1e-60.

Usage: generate_nbd.py > data/nbd_extremes.csv
"""
import random

import mpmath as mp

mp.mp.dps = 120
STEP = mp.mpf(10) ** -30


def hyp2f1(a, b, c, z):
    return mp.hyp2f1(a, b, c, z, maxterms=10 ** 6, maxprec=100000)


def bg_log_likelihood(r, alpha, a, b, x, t_x, T, modified):
    c = x + 1 if modified else x
    end = (alpha + T) ** -(r + x)
    if c > 0:
        end += a / (b + c - 1) * (alpha + t_x) ** -(r + x)
    return (mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha)
            + mp.loggamma(a + b) + mp.loggamma(b + c) - mp.loggamma(b)
            - mp.loggamma(a + b + c) + mp.log(end))


def bg_alive(r, alpha, a, b, x, t_x, T, modified):
    c = x + 1 if modified else x
    if c == 0:
        return mp.mpf(1)
    return 1 / (1 + a / (b + c - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x))


def bg_future(n, rate, a, b, t):
    """Purchases of an alive customer: (a+b-1)/(a-1) [1 - ... 2F1(...)]."""
    if a == 1 or a + b == 1:
        return (bg_future(n, rate, a + STEP, b + STEP / 3, t)
                + bg_future(n, rate, a - STEP, b - STEP / 3, t)) / 2
    c = a + b - 1
    z = t / (rate + t)
    return c / (a - 1) * (1 - (1 - z) ** n * hyp2f1(n, b, c, z))


def bg(r, alpha, a, b, x, t_x, T, t, modified):
    alive = bg_alive(r, alpha, a, b, x, t_x, T, modified)
    c = x + 1 if modified else x
    expected = alive * bg_future(r + x, alpha + T, a, b + c, t)
    if modified:
        new = b / (a + b) * bg_future(r, alpha, a, b + 1, t)
    else:
        new = bg_future(r, alpha, a, b, t)
    return (alive, expected, new,
            bg_log_likelihood(r, alpha, a, b, x, t_x, T, modified))


def pareto_time(s, since, t):
    """How long an alive customer stays, up to t."""
    if s == 1:
        return since * mp.log1p(t / since)
    return since / (s - 1) * (1 - (since / (since + t)) ** (s - 1))


def pareto(r, alpha, s, beta, x, t_x, T, t):
    n = r + s + x
    if alpha >= beta:
        def part(u):
            return (hyp2f1(n, s + 1, n + 1, (alpha - beta) / (alpha + u))
                    / (alpha + u) ** n)
    else:
        def part(u):
            return (hyp2f1(n, r + x, n + 1, (beta - alpha) / (beta + u))
                    / (beta + u) ** n)
    at_T = (alpha + T) ** -(r + x) * (beta + T) ** -s
    dropped = s / n * (part(t_x) - part(T))
    alive = at_T / (at_T + dropped)
    expected = (alive * (r + x) / (alpha + T) * pareto_time(s, beta + T, t))
    new = r / alpha * pareto_time(s, beta, t)
    log_likelihood = (mp.loggamma(r + x) - mp.loggamma(r) + r * mp.log(alpha)
                      + s * mp.log(beta) + mp.log(at_T + dropped))
    return alive, expected, new, log_likelihood


def draw(source, low, high):
    """Log-uniform, three digits: exact in the file and in binary alike."""
    return float('%.3g' % (low * (high / low) ** source.random()))


def cases(source, kind, count):
    for i in range(count):
        r = draw(source, 0.01, 50)
        alpha = draw(source, 0.1, 1000)
        third = draw(source, 0.01, 50)
        fourth = draw(source, 0.1, 1000) if kind == 'pareto' else \
            draw(source, 0.01, 50)
        if i % 8 == 1:
            third = 1.0
        if i % 8 == 2 and kind != 'pareto':
            third = float(source.choice([0.25, 0.5, 0.75, 0.0625, 0.9375]))
            fourth = 1 - third
        if i % 8 == 3:
            alpha = source.choice([0.1, 1000.0])
            third = source.choice([0.01, 50.0])
            if kind == 'pareto':
                fourth = source.choice([0.1, 1000.0])
            else:
                fourth = source.choice([0.01, 50.0])
        if i % 8 == 4:
            r = source.choice([0.01, 50.0])
        x = source.choice([0, 0, 1, 2, 3, 5, 10, 30, 100, 365, 1000, 2000])
        T = draw(source, 1, 7305)
        if x == 0:
            t_x = 0.0
        elif i % 5 == 0:
            t_x = T
        elif i % 5 == 1:
            t_x = float('%.4g' % (T * (1 - source.random() * 0.01)))
        else:
            t_x = float('%.4g' % (T * source.random()))
        t_x = min(t_x, T)
        t = source.choice([1.0, 30.4375, 365.25, 7305.0,
                           draw(source, 0.1, 7305)])
        if i % 8 == 2 and i % 16 == 2:
            x, t_x = 0, 0.0
        yield r, alpha, third, fourth, x, t_x, T, t


def main():
    source = random.Random(20260101)
    print('kind,r,alpha,a_or_s,b_or_beta,x,t_x,T,horizon,'
          'p_alive,expected,new,log_likelihood')
    for kind in ('bg', 'mbg', 'pareto'):
        for case in cases(source, kind, 240):
            exact = [mp.mpf(v) for v in case]
            exact[4] = int(case[4])
            if kind == 'pareto':
                figures = pareto(*exact)
            else:
                figures = bg(*exact, kind == 'mbg')
            print(','.join([kind] + [repr(v) for v in case]
                           + [mp.nstr(v, 18) for v in figures]), flush=True)


if __name__ == '__main__':
    main()
