# The gate in an image. `gate`, the last one, holds the binary and a folder for temporary files; `shell` has what a GitLab job needs.
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-bookworm@sha256:6258907abe69656e41cd992e0b705cdcfabcbbe3db374f92ed2d47121282d4a1
ARG SHELL_IMAGE=docker.io/library/debian:bookworm-slim@sha256:88200866dfff7ea7f5cbcb6ec7c8a701889efe6fe859fe64d6990e4b07ea4171

FROM ${RUST_IMAGE} AS build
# Whoever tries the image out may build it sooner: `dev` optimises little.
ARG PROFILE=release
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /src
COPY Cargo.toml Cargo.lock README.md ./
COPY data data
COPY examples examples
COPY src src
# The target is named so that build scripts and macros, which run here, are not linked statically.
RUN target="$(rustc -vV | sed -n 's/^host: //p')" \
    && case "$PROFILE" in dev) folder=debug ;; *) folder="$PROFILE" ;; esac \
    && RUSTFLAGS='-C target-feature=+crt-static' cargo build --profile "$PROFILE" --locked --target "$target" \
    && install -D --mode=755 "${CARGO_TARGET_DIR:-target}/$target/$folder/aimsgate" /image/aimsgate \
    && install --directory --mode=1777 /image/tmp

FROM ${SHELL_IMAGE} AS shell
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /image/aimsgate /usr/local/bin/aimsgate
LABEL org.opencontainers.image.title="aimsgate" \
      org.opencontainers.image.description="A merge gate for repositories that build or use AI, with a shell and git" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
CMD ["sh"]

# No user is named: GitHub starts the step as root, and a container as whoever `--user` names.
FROM scratch AS gate
COPY --from=build /image/ /
LABEL org.opencontainers.image.title="aimsgate" \
      org.opencontainers.image.description="A merge gate for repositories that build or use AI" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
ENTRYPOINT ["/aimsgate"]
