ARG BASE_IMAGE=python:3.13-slim

# Everything goes into one virtual environment, which is all that the final image takes over.
FROM ${BASE_IMAGE} AS build
RUN python3 -m venv /opt/guidepost
ENV PATH=/opt/guidepost/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock .
RUN pip install --quiet --require-hashes --no-deps -r requirements.lock
COPY . .
RUN pip install --quiet --no-build-isolation --no-deps .

FROM ${BASE_IMAGE}
# A number instead of a name, so that a cluster can verify that it is not root.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data guidepost \
    && install -d -o guidepost -g guidepost -m 0750 /data
COPY --from=build /opt/guidepost /opt/guidepost
ENV PATH=/opt/guidepost/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/guidepost.db \
    HOST=0.0.0.0 \
    PORT=8080
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python3", "-c", \
    "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["guidepost", "serve"]
