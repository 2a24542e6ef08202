# The command in an image of its own, which holds nothing else:
#   docker build --target command -t iotco2-graph . && docker run --rm -v "$PWD:/work" iotco2-graph analyze model.tflite
# The last stage, which is built without --target, has the shell that actions and CI jobs need.
FROM swift:6.2-bookworm AS build
WORKDIR /source
COPY Scripts/setup.sh Scripts/swift.sh Scripts/
RUN Scripts/setup.sh && rm -rf /var/lib/apt/lists/*
COPY . .
RUN make static && .build-static/release/iotco2-graph --version

FROM scratch AS command
COPY --from=build /source/.build-static/release/iotco2-graph /usr/local/bin/
COPY --from=build /source/.build-static/release/NOTICES.txt /source/LICENSE /usr/share/doc/iotco2-graph/
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/iotco2-graph"]
CMD ["--help"]

FROM debian:bookworm-slim
COPY --from=command /usr /usr
COPY CI/action.sh /usr/local/bin/iotco2-graph-action
WORKDIR /work
ENTRYPOINT ["iotco2-graph"]
CMD ["--help"]
