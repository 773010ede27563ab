# graphbuilder for a class: `docker compose up --build`, and compose.yaml says what can be set.
# `make docker-steps` carries out these very steps where there is no Docker.

FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/graphbuilder
ENV PATH=/opt/graphbuilder/bin:$PATH
WORKDIR /build

# First what is depended on, most of it TensorFlow: this layer is made anew only when pyproject.toml changes.
# TensorFlow's headers are 430 MB, and for those who write operators in C++.
COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > dependencies.txt \
 && pip install --requirement dependencies.txt \
 && rm -r /opt/graphbuilder/lib/python3.*/site-packages/tensorflow/include

# Then the package. Its build hook makes the canvas, with the Node that PyPI has.
COPY hatch_build.py README.md LICENSE ./
COPY assets ./assets
COPY app ./app
COPY graphbuilder ./graphbuilder
RUN pip install --no-deps .


FROM python:3.12-slim-bookworm
# Graphviz lays pictures out; Liberation is as wide as Helvetica, which they name.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends graphviz fonts-liberation \
 && rm -rf /var/lib/apt/lists/*
# The number is fixed, so that a volume's files stay the user's own in every later image.
RUN useradd --uid 10001 --create-home graphbuilder \
 && install --directory --owner graphbuilder --group graphbuilder /data
COPY --from=build /opt/graphbuilder /opt/graphbuilder
ENV PATH=/opt/graphbuilder/bin:$PATH PYTHONUNBUFFERED=1 GRAPHBUILDER_HOME=/data
USER 10001
VOLUME /data
EXPOSE 8501
# Without a proxy: Docker hands its own on to the container, where it would be asked for 127.0.0.1. And the answer is
# read: Streamlit answers whatever it is asked for with a page.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import json; from urllib.request import ProxyHandler, build_opener; assert json.load(build_opener(ProxyHandler({})).open('http://127.0.0.1:8501/api/health', timeout=4))['status'] == 'ok'"]
CMD ["graphbuilder", "ui", "--host", "0.0.0.0", "--no-browser"]
