# PostgreSQL with cx_metrics, from the official image:
#
#   docker build --build-arg PG_MAJOR=17 -t postgres-cx_metrics .
#   docker run --name cx -e POSTGRES_PASSWORD=... -d postgres-cx_metrics
#   docker exec -it cx psql -U postgres -c 'CREATE EXTENSION cx_metrics'
ARG PG_MAJOR=17

# What builds it stays behind; the image's own PG_MAJOR is the same one.
FROM postgres:${PG_MAJOR} AS build
RUN apt-get update && \
    apt-get install -y --no-install-recommends postgresql-server-dev-${PG_MAJOR} gcc libc6-dev make
WORKDIR /cx_metrics
COPY Makefile cx_metrics.control ./
COPY sql sql
COPY src src
RUN make && \
    make install DESTDIR=/install

FROM postgres:${PG_MAJOR}
COPY --from=build /install /
