# The plots of the page: reads the CSV files in the directory "dir" and writes
# two SVG files for each, NAME-broad.svg for a screen and NAME-slim.svg for a
# telephone and for paper: text keeps its size, and the drawing does not.
#
# axes.csv says where on the picture which value is, so that
# demo/page/build.pl can lay the values over it.
#
# The colours are names in disguise: rgb 1,1,1 is the page's colour 1 and so on.
# demo/page/build.pl makes CSS variables of them, so that a plot is light or
# dark as its reader's screen is.  In the heat map rgb 0,N,11 is colour 1 at N
# percent.

c1 = '#010101'	# the first series
c2 = '#020202'
c3 = '#030303'
good = '#040404'
middling = '#050505'
bad = '#060606'
band = '#070707'

# What all plots begin with.
begin = "reset; \
set datafile separator ','; \
set encoding utf8; \
set border 3 linecolor rgb '#090909'; \
set tics out nomirror scale 0.6 textcolor rgb '#080808'; \
set grid ytics linecolor rgb '#0a0a0a' linewidth 0.6 dashtype 1; \
set lmargin 7; \
set rmargin 2; \
set key Left reverse textcolor rgb '#080808' samplen 1.5 spacing 1.1; \
set style fill solid 1 noborder; \
set output dir.'/'.name.'-'.shape.'.svg'"

# The ends of both axes as values and in pixels; SVG counts from the top.
end = "set output; print sprintf('%s,%s,%.10g,%.10g,%.10g,%.10g,%.10g,%.10g,%.10g,%.10g,%d', name, shape, \
GPVAL_X_MIN, GPVAL_X_MAX, GPVAL_Y_MIN, GPVAL_Y_MAX, \
GPVAL_TERM_XMIN, GPVAL_TERM_XMAX, GPVAL_TERM_YMIN, GPVAL_TERM_YMAX, height)"

set print dir.'/axes.csv'
print 'name,shape,x min,x max,y min,y max,left,right,bottom,top,height'

do for [shape in 'broad slim'] {
slim = shape eq 'slim'
width = slim ? 360 : 520
height = slim ? 280 : 340
# Names in the data are names, not markup.
set terminal svg size width,height font 'sans-serif,14' linewidth 1.2 noenhanced

# NPS by month with its interval
name = 'nps'
eval begin
set xdata time
set timefmt '%Y-%m-%d'
set format x "%b\n%Y"
set xtics ('2023-01-01', '2023-07-01', '2024-01-01', '2024-07-01', '2025-01-01', '2025-07-01', '2026-01-01')
set rmargin 3
set xrange ['2023-01-01':'2026-01-01']
set yrange [0:60]
unset key
plot dir.'/nps.csv' skip 1 using 1:3:4 with filledcurves linecolor rgb band, \
     '' skip 1 using 1:2 with lines linecolor rgb c1 linewidth 2
eval end

# The MRR bridge: gains above the line, losses below it
name = 'bridge'
eval begin
month(text) = slim ? text[1:1] : text
set style data histograms
set style histogram rowstacked
set boxwidth 0.75
# titles are narrower than gnuplot thinks: two of them stand beside each other
set key outside top left horizontal samplen 1 width -3
set yrange [-400:1400]
set ytics 400
set xtics rotate by 0
set xzeroaxis linetype 1 linecolor rgb '#090909'
plot dir.'/bridge.csv' skip 1 using 2:xtic(month(strcol(1))) linecolor rgb c1 title 'new', \
     '' skip 1 using 3 linecolor rgb c2 title 'came back', \
     '' skip 1 using 4 linecolor rgb good title 'expansion', \
     newhistogram '' at 0, \
     '' skip 1 using 5:xtic(month(strcol(1))) linecolor rgb middling title 'contraction', \
     '' skip 1 using 6 linecolor rgb bad title 'churn'
eval end

# The cohort triangle as a heat map: paler is fewer
name = 'cohorts'
eval begin
set border 0
unset grid
unset key
set lmargin 5
set rmargin 1
set tics scale 0
set xlabel 'months since the first' textcolor rgb '#080808'
set xrange [-0.5:11.5]
set yrange [11.5:-0.5]
set xtics 1
plot dir.'/cohorts.csv' skip 1 using 2:4:(0.47):(0.45):(int($3) * 256 + 11):ytic(1) \
       with boxxyerror linecolor rgb variable, \
     '' skip 1 using 2:4:(sprintf('%.0f', $3)) with labels textcolor rgb '#0c0c0c' font ',12'
eval end

# How long customers stay
name = 'survival'
eval begin
set key bottom left vertical
set xlabel 'months' textcolor rgb '#080808'
set xtics 6
set xrange [0:36]
set yrange [0:100]
plot dir.'/survival.csv' skip 1 using ($1 / 30.4375):2 with steps linecolor rgb good linewidth 2 title 'enterprise', \
     '' skip 1 using ($1 / 30.4375):3 with steps linecolor rgb c1 linewidth 2 dashtype (12,4) title 'mid', \
     '' skip 1 using ($1 / 30.4375):4 with steps linecolor rgb bad linewidth 2 title 'small'
eval end

# How fast tickets are answered
name = 'replies'
eval begin
set key bottom right vertical
set xlabel 'hours' textcolor rgb '#080808'
set xtics 6
set xrange [0:48]
set yrange [0:100]
plot dir.'/replies.csv' skip 1 using 1:2 with lines linecolor rgb good linewidth 2 title 'phone', \
     '' skip 1 using 1:3 with lines linecolor rgb c1 linewidth 2 dashtype (12,4) title 'chat', \
     '' skip 1 using 1:4 with lines linecolor rgb c2 linewidth 2 title 'app', \
     '' skip 1 using 1:5 with lines linecolor rgb middling linewidth 2 dashtype (4,3) title 'email'
eval end

# What is open
name = 'backlog'
eval begin
set key center right vertical
set xdata time
set timefmt '%Y-%m-%d'
set format x '%b'
set xtics ('2025-10-01', '2025-11-01', '2025-12-01', '2026-01-01')
set xrange ['2025-10-01':'2026-01-01']
set yrange [0:*]
plot dir.'/backlog.csv' skip 1 using 1:2 with steps linecolor rgb c1 linewidth 2 title 'open', \
     '' skip 1 using 1:3 with steps linecolor rgb middling linewidth 2 dashtype (12,4) title 'with the customer'
eval end

# The health of the customers
name = 'health'
eval begin
set boxwidth 4.4 absolute
set key top left vertical
set xlabel 'health score' textcolor rgb '#080808'
set xtics 10
set xrange [0:100]
set yrange [0:*]
set offsets 0, 0, graph 0.25, 0
plot dir.'/health.csv' skip 1 using ($1 + 2.5):($2 + $3 + $4) with boxes linecolor rgb good title 'green, from 70', \
     '' skip 1 using ($1 + 2.5):($2 + $3) with boxes linecolor rgb middling title 'yellow', \
     '' skip 1 using ($1 + 2.5):2 with boxes linecolor rgb bad title 'red, below 40'
eval end

# What was expected of the customers, and what they bought
name = 'holdout'
eval begin
set key top left vertical
set style data histograms
set style histogram clustered gap 1
set boxwidth 0.9
bought(text) = text eq '7 or more' ? '7+' : text
set xlabel 'days with a purchase before, after the first' textcolor rgb '#080808'
set yrange [0:*]
plot dir.'/holdout.csv' skip 1 using 2:xtic(bought(strcol(1))) linecolor rgb c1 title 'bought', \
     '' skip 1 using 3 linecolor rgb c3 title 'expected'
eval end
}
