# The server in a small image, as nobody in particular.
#
#   docker build -t veralux .
#   docker run -d --name veralux --stop-timeout 20 -p 127.0.0.1:4000:4000 -v veralux:/data veralux
#
# runs it alone, on SQLite in the volume; `docker logs veralux` shows the admin key of the first start. For several servers
# over PostgreSQL and Redis see compose.yaml and veralux-http/DEPLOYMENT.md.
FROM rust:1.95-slim-bookworm AS compiler

# What says which dependencies there are: manifests, and of every crate its roots, empty. It stays the same as long as they do.
FROM compiler AS manifests
WORKDIR /source
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock ! -path '*/src/lib.rs' ! -path '*/src/bin/*/main.rs' \
        ! -path './benches/benches/*.rs' ! -path './fuzz/fuzz_targets/*.rs' -delete \
    && find . -type d -empty -delete \
    && for root in $(find . -name '*.rs'); do echo 'fn main() {}' > "$root"; done

FROM compiler AS build
WORKDIR /source
COPY --from=manifests /source .
RUN cargo build --release --locked -p veralux-http
COPY . .
# The sources are older than what was built of the empty ones, and Cargo would take it for theirs.
RUN find . -path ./target -prune -o -name '*.rs' -exec touch {} + \
    && cargo build --release --locked -p veralux-http && strip target/release/veralux

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 veralux \
    && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin veralux \
    && install --directory --owner veralux --group veralux --mode 700 /data
COPY --from=build /source/target/release/veralux /usr/local/bin/veralux
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV LOG_FORMAT=json
EXPOSE 4000
# SIGTERM drains: requests under way have 10 seconds to end, which is why whoever stops it waits for 20.
STOPSIGNAL SIGTERM
# Whether it lives, not whether the database does. The image has no HTTP client; bash can say these two lines.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/4000 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]
ENTRYPOINT ["veralux"]
CMD ["serve", "--listen", "0.0.0.0:4000"]
