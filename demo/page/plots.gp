# The plots of the page: reads the CSV files in the directory "dir" and writes
# an SVG file for each.
#
# The colours are names in disguise: rgb 1,1,1 is the page's colour 1 and so on.
# demo/page/build.pl makes CSS variables of them, so that a plot is light or
# dark as its reader's screen is.  In the heat map rgb 0,N,11 is colour 1 at N
# percent.

set datafile separator ','
set terminal svg size 520,340 font 'sans-serif,14' linewidth 1.2
set encoding utf8
set border 3 linecolor rgb '#090909'
set tics nomirror textcolor rgb '#080808'
set grid ytics linecolor rgb '#0a0a0a' linewidth 0.6 dashtype 1
set key top left horizontal textcolor rgb '#080808' samplen 1.2 spacing 1.1
set lmargin 7
set rmargin 2
unset title

c1 = '#010101'	# the first series
c2 = '#020202'
c3 = '#030303'
good = '#040404'
middling = '#050505'
bad = '#060606'
band = '#070707'

# NPS by month with its interval
set output dir.'/nps.svg'
set xdata time
set timefmt '%Y-%m-%d'
set format x "%b\n%Y"
set xtics '2023-01-01', 60 * 60 * 24 * 184
set xrange ['2023-01-15':'2025-12-15']
set yrange [0:60]
unset key
plot dir.'/nps.csv' skip 1 using 1:3:4 with filledcurves linecolor rgb band, \
     '' skip 1 using 1:2 with lines linecolor rgb c1 linewidth 2
unset xdata
set xtics autofreq
set format x '%g'
set autoscale x

# The MRR bridge: gains above the line, losses below it
set output dir.'/bridge.svg'
set style data histograms
set style histogram rowstacked
set style fill solid 1 noborder
set boxwidth 0.75
set key outside top center horizontal
set yrange [-400:1400]
set xtics rotate by 0
set xzeroaxis linetype 1 linecolor rgb '#090909'
plot dir.'/bridge.csv' skip 1 using 2:xtic(1) linecolor rgb c1 title 'new', \
     '' skip 1 using 3 linecolor rgb c3 title 'came back', \
     '' skip 1 using 4 linecolor rgb good title 'expansion', \
     newhistogram '' at 0, \
     '' skip 1 using 5:xtic(1) linecolor rgb middling title 'contraction', \
     '' skip 1 using 6 linecolor rgb bad title 'churn'
unset xzeroaxis

# The cohort triangle as a heat map: paler is fewer
set output dir.'/cohorts.svg'
reset
set datafile separator ','
set encoding utf8
set border 0
unset key
unset colorbox
set lmargin 7
set rmargin 1
set tics scale 0 textcolor rgb '#080808'
set xlabel 'months since the first' textcolor rgb '#080808'
set xrange [-0.5:8.5]
set yrange [11.5:2.5]
set style fill solid noborder
set xtics 1
plot dir.'/cohorts.csv' skip 1 using 3:1:(0.47):(0.45):(int($4) * 256 + 11):ytic(2) \
       with boxxyerror linecolor rgb variable, \
     '' skip 1 using 3:1:(sprintf('%.0f', $4)) with labels textcolor rgb '#0c0c0c' font ',12'

# How long customers stay
set output dir.'/survival.svg'
reset
set datafile separator ','
set encoding utf8
set border 3 linecolor rgb '#090909'
set tics nomirror textcolor rgb '#080808'
set grid ytics linecolor rgb '#0a0a0a' linewidth 0.6 dashtype 1
set lmargin 7
set rmargin 2
set key bottom left vertical textcolor rgb '#080808' samplen 1.5
set xlabel 'months' textcolor rgb '#080808'
set xtics 6
set xrange [0:36]
set yrange [0:100]
plot dir.'/survival.csv' skip 1 using 1:2 with steps linecolor rgb good linewidth 2 title 'enterprise', \
     '' skip 1 using 1:3 with steps linecolor rgb c1 linewidth 2 title 'mid', \
     '' skip 1 using 1:4 with steps linecolor rgb bad linewidth 2 title 'small'

# How fast tickets are answered
set output dir.'/replies.svg'
set key bottom right vertical
set xlabel 'hours'
set xrange [0:48]
plot dir.'/replies.csv' skip 1 using 1:2 with lines linecolor rgb good linewidth 2 title 'phone', \
     '' skip 1 using 1:3 with lines linecolor rgb c1 linewidth 2 title 'chat', \
     '' skip 1 using 1:4 with lines linecolor rgb c2 linewidth 2 title 'app', \
     '' skip 1 using 1:5 with lines linecolor rgb middling linewidth 2 title 'email'

# What is open
set output dir.'/backlog.svg'
set key center right vertical
set xlabel 'days since October 1st'
set xtics 14
set xrange [0:91]
set yrange [0:*]
plot dir.'/backlog.csv' skip 1 using 1:2 with steps linecolor rgb c1 linewidth 2 title 'open', \
     '' skip 1 using 1:3 with steps linecolor rgb middling linewidth 2 title 'waiting for the customer'

# The health of the customers
set output dir.'/health.svg'
set style fill solid 1 noborder
set boxwidth 4.4 absolute
set key top left vertical
set xlabel 'health score'
set xtics 10
set xrange [0:100]
set yrange [0:*]
plot dir.'/health.csv' skip 1 using ($1 + 2.5):($2 + $3 + $4) with boxes linecolor rgb good title 'green, from 70', \
     '' skip 1 using ($1 + 2.5):($2 + $3) with boxes linecolor rgb middling title 'yellow', \
     '' skip 1 using ($1 + 2.5):2 with boxes linecolor rgb bad title 'red, below 40'

# What was expected of the customers, and what they bought
set output dir.'/holdout.svg'
reset
set datafile separator ','
set encoding utf8
set border 3 linecolor rgb '#090909'
set tics nomirror textcolor rgb '#080808'
set grid ytics linecolor rgb '#0a0a0a' linewidth 0.6 dashtype 1
set lmargin 7
set rmargin 2
set key top left vertical textcolor rgb '#080808' samplen 1.5
set style data histograms
set style histogram clustered gap 1
set style fill solid 1 noborder
set boxwidth 0.9
set xlabel 'days with a purchase before, after the first (7: or more)' textcolor rgb '#080808'
set yrange [0:*]
plot dir.'/holdout.csv' skip 1 using 2:xtic(1) linecolor rgb c1 title 'bought', \
     '' skip 1 using 3 linecolor rgb c3 title 'expected'
