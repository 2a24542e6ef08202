// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Client",
  dependencies: [.package(name: "iotco2-graph", path: "../..")],
  targets: [
    .executableTarget(
      name: "Client", dependencies: [.product(name: "IoTCO2Graph", package: "iotco2-graph")])
  ])
