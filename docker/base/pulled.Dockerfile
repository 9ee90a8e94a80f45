# The base where a registry answers: a small Debian, and the packages that it does not have yet.
FROM debian:bookworm-slim
LABEL accord.image=true
ARG PACKAGES
RUN dpkg -s ${PACKAGES} >/dev/null 2>&1 \
    || { apt-get update -q \
         && apt-get install -y -q --no-install-recommends ${PACKAGES} \
         && rm -rf /var/lib/apt/lists/*; }
ADD rootfs.tar /
