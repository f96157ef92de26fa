# snowconf for pipelines that run containers: packages as runtime.lock pins them, a user without rights.
FROM python:3.13-slim-bookworm AS build
COPY . /source
RUN python -m venv /opt/snowconf \
 && /opt/snowconf/bin/pip install --no-cache-dir --quiet --require-hashes --requirement /source/runtime.lock \
 && /opt/snowconf/bin/pip install --no-cache-dir --quiet --no-deps --no-build-isolation /source

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="snowconf" \
      org.opencontainers.image.description="Configuration as code for ServiceNow integrations" \
      org.opencontainers.image.licenses="Apache-2.0"
# curl is what GitLab's job fetches the plan of a merge request with.
RUN apt-get update && apt-get install --yes --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 snowconf
COPY --from=build /opt/snowconf /opt/snowconf
ENV PATH="/opt/snowconf/bin:$PATH" PYTHONUNBUFFERED=1 SNOWCONF_NO_INPUT=1
USER 10001:10001
WORKDIR /stack
ENTRYPOINT ["snowconf"]
