# syntax=docker/dockerfile:1
ARG BASE=python:3.13-slim-bookworm

# The wheels, checked against their hashes, and the project itself, in one folder to carry over.
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv --without-pip /opt/tad
WORKDIR /src
COPY requirements-build.lock requirements.lock ./
RUN python -m pip --python /opt/tad/bin/python install --require-hashes -r requirements-build.lock \
    && python -m pip --python /opt/tad/bin/python install --require-hashes \
        --no-build-isolation --use-pep517 -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY downloader downloader
COPY storage storage
RUN python -m pip --python /opt/tad/bin/python install --no-deps --no-build-isolation . \
    && python -m pip --python /opt/tad/bin/python uninstall --yes setuptools \
    && python -m compileall -q -j 0 /opt/tad/lib

FROM ${BASE}
# Debian's packages that are to be in the image as well, such as ffmpeg.
ARG PROGRAMS=
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini ${PROGRAMS} \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/tad /opt/tad
COPY --chmod=755 docker/entrypoint.sh /usr/local/sbin/tad
# The root file system may be read-only: everything that is written is in the two volumes.
ENV PATH=/usr/local/sbin:/opt/tad/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    DATA_DIR=/data \
    MUSIC_DIR=/music \
    LOG_FORMAT=json \
    PUID=1000 \
    PGID=1000
RUN install --directory --owner=1000 --group=1000 --mode=700 /data \
    && install --directory --owner=1000 --group=1000 /music
VOLUME ["/data", "/music"]
WORKDIR /data
HEALTHCHECK --interval=1m --timeout=15s --start-period=30s CMD ["tad", "doctor", "--quick"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "tad"]
CMD ["run"]
