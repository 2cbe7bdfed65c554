# PostgreSQL with cx_metrics, from the official image:
#
#   docker build -t postgres-cx_metrics .
#   docker run --name cx -e POSTGRES_PASSWORD=secret -d postgres-cx_metrics
#   docker exec cx psql -U postgres -c 'CREATE EXTENSION cx_metrics'
#
# or, in a new data directory, by itself from a file with that statement:
#
#   docker run -v ./cx.sql:/docker-entrypoint-initdb.d/cx.sql:ro ...
#
# What can be chosen when it is built:
#
#   --build-arg PG_MAJOR=16                          another major version
#   --build-arg POSTGRES_IMAGE=postgres:16-bookworm  or one image, by its tag or digest;
#                                                    any that is made from the official one of Debian
ARG PG_MAJOR=17
ARG POSTGRES_IMAGE=postgres:${PG_MAJOR}

# What builds it stays behind.  Here PG_MAJOR is that of the image.
FROM ${POSTGRES_IMAGE} AS build
RUN apt-get update && \
    apt-get install -y --no-install-recommends postgresql-server-dev-${PG_MAJOR} gcc libc6-dev make
WORKDIR /cx_metrics
COPY LICENSE Makefile cx_metrics.control ./
COPY sql sql
COPY src src
RUN make && \
    make install DESTDIR=/install
RUN strip --strip-unneeded /install/usr/lib/postgresql/${PG_MAJOR}/lib/cx_metrics.so && \
    install -D -m 644 LICENSE /install/usr/share/doc/cx_metrics/LICENSE

FROM ${POSTGRES_IMAGE}
COPY --from=build /install /
