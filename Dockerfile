# The server in a small image, as nobody in particular.
#
#   docker build -t veralux .
#   docker run -p 4000:4000 -v veralux:/data veralux        # alone, on SQLite in the volume
#
# For several servers over PostgreSQL and Redis see compose.yaml and veralux-http/DEPLOYMENT.md.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc g++ make cmake perl && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p veralux-http && strip target/release/veralux

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin veralux
COPY --from=build /source/target/release/veralux /usr/local/bin/veralux
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV LOG_FORMAT=json
EXPOSE 4000
# SIGTERM drains: requests under way may end.
STOPSIGNAL SIGTERM
ENTRYPOINT ["veralux"]
CMD ["serve", "--listen", "0.0.0.0:4000"]
