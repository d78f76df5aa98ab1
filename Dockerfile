# syntax=docker/dockerfile:1
# rust-toolchain.toml stays outside: it would have rustup fetch clippy and the formatter, which nothing runs.
FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches live outside the image, so a rebuild after a change compiles what changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p server --bin quartermaster \
    && install -D target/release/quartermaster /out/quartermaster

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Quartermaster" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /var/lib/quartermaster --create-home quartermaster
COPY --from=build /out/quartermaster /usr/local/bin/quartermaster
USER quartermaster
WORKDIR /var/lib/quartermaster
ENV QUARTERMASTER_LISTEN=0.0.0.0:8080 \
    QUARTERMASTER_DATA_DIR=/var/lib/quartermaster
VOLUME /var/lib/quartermaster
EXPOSE 8080
# The image has no curl: the binary asks itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["quartermaster", "health"]
ENTRYPOINT ["quartermaster"]
CMD ["serve"]
