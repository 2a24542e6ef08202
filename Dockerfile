# The command in an image that holds nothing else:
#   docker build -t iotco2-graph . && docker run --rm -v "$PWD:/work" iotco2-graph analyze model.tflite
FROM swift:6.2-bookworm AS build
WORKDIR /source
COPY Scripts/setup.sh Scripts/swift.sh Scripts/
RUN Scripts/setup.sh && rm -rf /var/lib/apt/lists/*
COPY . .
RUN make static && .build-static/release/iotco2-graph --version

FROM scratch
COPY --from=build /source/.build-static/release/iotco2-graph /usr/local/bin/
COPY --from=build /source/.build-static/release/NOTICES.txt /source/LICENSE /usr/share/doc/iotco2-graph/
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/iotco2-graph"]
CMD ["--help"]
