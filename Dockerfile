# One image for Airflow, the consumers, the steps and the simulator. Written where no container can run: checked by
# hadolint, never built. Kafka, PostgreSQL and the registry have images of their own, see docker-compose.yml.
FROM python:3.13.9-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements requirements
RUN python -m venv /opt/branchespor \
    && /opt/branchespor/bin/pip install --quiet --require-hashes -r requirements/bootstrap.txt \
    && /opt/branchespor/bin/uv pip sync --quiet --python /opt/branchespor/bin/python --require-hashes \
        --compile-bytecode requirements/lock.txt requirements/bootstrap.txt
COPY . .
RUN /opt/branchespor/bin/uv pip install --quiet --python /opt/branchespor/bin/python --no-deps --no-build-isolation -e .

FROM python:3.13.9-slim-bookworm
# Group 0 may write: the container runs as whoever owns the secret files.
RUN useradd --uid 1000 --gid 0 --home-dir /srv/branchespor --create-home branchespor \
    && chmod 0770 /srv/branchespor
COPY --from=build /opt/branchespor /opt/branchespor
COPY --from=build /app /app
ENV PATH=/opt/branchespor/bin:$PATH BRANCHESPOR_HOME=/srv/branchespor
WORKDIR /srv/branchespor
USER 1000
ENTRYPOINT ["python", "-m", "branchespor.stack.run"]
