// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// A static build takes the parser from a folder: a copy without Foundation (Scripts/parser/copy.sh).
let parser: Package.Dependency =
  if let folder = Context.environment["IOTCO2_PARSER"] {
    .package(path: folder)
  } else {
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  }

let package = Package(
  name: "iotco2-graph",
  products: [
    .library(
      name: "IoTCO2Graph", targets: ["IoTCO2Graph"]),
    .executable(name: "iotco2-graph", targets: ["iotco2-graph"]),
  ],
  dependencies: [parser],
  targets: [
    .target(
      name: "CProtobuf",
      exclude: ["onnx.proto", "node_def.proto"],
      linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(
      name: "CFlatBuffers",
      exclude: ["schema.fbs", "metadata.fbs", "edgetpu.fbs"],
      // Without a class of the library that reads numbers of texts, there is nothing to link with.
      cxxSettings: [.define("FLATBUFFERS_LOCALE_INDEPENDENT", to: "0")]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CYaml", providers: [.apt(["libyaml-dev"])]),
    .target(name: "Quantities"),
    .target(name: "Statistics"),
    .target(name: "Documents", dependencies: ["Quantities", "CYaml"]),
    .target(name: "OpGraph", dependencies: ["Quantities"]),
    .target(
      name: "GraphImport",
      dependencies: ["OpGraph", "Quantities", "CProtobuf", "CFlatBuffers", "CZlib"]),
    .target(name: "Analysis", dependencies: ["OpGraph", "Quantities"]),
    .target(
      name: "DeviceProfiles",
      dependencies: ["Analysis", "Documents", "OpGraph", "Quantities", "Statistics"],
      exclude: ["Devices", "Data", "Rates"],
      plugins: ["EmbedResources"]),
    .target(
      name: "HardwareMapping",
      dependencies: ["Analysis", "DeviceProfiles", "OpGraph", "Quantities"]),
    .target(
      name: "Calibration",
      dependencies: [
        "HardwareMapping", "DeviceProfiles", "Analysis", "OpGraph", "Documents", "Quantities",
        "Statistics",
      ],
      exclude: ["Data"],
      plugins: ["EmbedResources"]),
    .target(
      name: "RuntimeProfiles",
      dependencies: [
        "Calibration", "Analysis", "Documents", "OpGraph", "Quantities", "Statistics",
      ]),
    .target(
      name: "Hotspots",
      dependencies: ["HardwareMapping", "DeviceProfiles", "Analysis", "OpGraph", "Quantities"]),
    .target(
      name: "Carbon",
      dependencies: ["HardwareMapping", "DeviceProfiles", "Documents", "Quantities"],
      exclude: ["Data", "Products", "Schemas"],
      plugins: ["EmbedResources"]),
    .target(
      name: "Policies", dependencies: ["Quantities"], exclude: ["Schemas"],
      plugins: ["EmbedResources"]),
    .target(
      name: "Assessment",
      dependencies: [
        "Quantities", "Documents", "OpGraph", "GraphImport", "Analysis", "DeviceProfiles",
        "HardwareMapping", "Hotspots", "Carbon",
      ],
      exclude: ["Data"],
      plugins: ["EmbedResources"]),
    .target(
      name: "Reports",
      dependencies: [
        "Quantities", "Documents", "OpGraph", "GraphImport", "Analysis", "DeviceProfiles",
        "HardwareMapping", "Calibration", "RuntimeProfiles", "Hotspots", "Carbon", "Policies",
        "Statistics", "Assessment",
      ],
      exclude: ["Page/Resources", "Schemas"],
      plugins: ["EmbedResources"]),
    .target(name: "IoTCO2Graph", dependencies: ["Assessment", "Quantities", "Reports"]),
    .executableTarget(
      name: "iotco2-graph",
      dependencies: [
        "Quantities", "Documents", "OpGraph", "GraphImport", "Analysis", "DeviceProfiles",
        "HardwareMapping", "Calibration", "RuntimeProfiles", "Hotspots", "Carbon", "Policies",
        "Assessment", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "embed-resources"),
    .plugin(name: "EmbedResources", capability: .buildTool(), dependencies: ["embed-resources"]),
    .target(
      name: "TestSupport",
      dependencies: ["HardwareMapping", "DeviceProfiles", "Analysis", "OpGraph", "Quantities"],
      path: "Tests/TestSupport"),
    .target(
      name: "FuzzSupport",
      dependencies: [
        "Analysis", "Assessment", "Calibration", "Carbon", "DeviceProfiles", "Documents",
        "GraphImport", "HardwareMapping", "Hotspots", "Policies", "Quantities", "Reports",
      ],
      path: "Tests/Fuzz/Support"),
    .testTarget(name: "EmbedResourcesTests", dependencies: ["embed-resources"]),
    .testTarget(name: "QuantitiesTests", dependencies: ["Quantities"]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics"]),
    .testTarget(
      name: "DeviceProfilesTests",
      dependencies: [
        "DeviceProfiles", "Documents", "HardwareMapping", "OpGraph", "Quantities", "TestSupport",
      ]),
    // Some operators get what they compute from the lowering tables.
    .testTarget(name: "OpGraphTests", dependencies: ["OpGraph", "GraphImport"]),
    .testTarget(
      name: "GraphImportTests",
      dependencies: ["GraphImport", "OpGraph", "Quantities", "TestSupport"]),
    .testTarget(
      name: "AnalysisTests",
      dependencies: ["Analysis", "GraphImport", "OpGraph", "Quantities", "TestSupport"]),
    .testTarget(
      name: "HardwareMappingTests",
      dependencies: [
        "HardwareMapping", "DeviceProfiles", "Analysis", "GraphImport", "OpGraph", "Quantities",
        "TestSupport",
      ]),
    .testTarget(
      name: "CalibrationTests",
      dependencies: [
        "Calibration", "DeviceProfiles", "HardwareMapping", "Analysis", "OpGraph", "Quantities",
        "TestSupport",
      ]),
    .testTarget(
      name: "RuntimeProfilesTests",
      dependencies: [
        "RuntimeProfiles", "Analysis", "GraphImport", "OpGraph", "Quantities", "TestSupport",
      ]),
    .testTarget(
      name: "HotspotsTests",
      dependencies: [
        "Hotspots", "HardwareMapping", "DeviceProfiles", "Analysis", "GraphImport", "OpGraph",
        "Quantities",
        "TestSupport",
      ]),
    .testTarget(name: "PoliciesTests", dependencies: ["Policies", "Documents", "Quantities"]),
    .testTarget(name: "DocumentsTests", dependencies: ["Documents"]),
    .testTarget(
      name: "CarbonTests",
      dependencies: [
        "Carbon", "DeviceProfiles", "Documents", "HardwareMapping", "Quantities", "TestSupport",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Assessment", "Carbon", "Documents", "Reports", "Quantities"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "iotco2-graph", "Analysis", "Assessment", "Carbon", "DeviceProfiles", "Documents",
        "FuzzSupport", "GraphImport", "Policies", "Reports", "TestSupport",
      ], exclude: ["Golden"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Every Swift target is built with the same strictness; C modules and the plugin's own code take no
// Swift settings.
let withoutSwiftSettings: Set = ["CProtobuf", "CFlatBuffers", "CZlib", "CYaml", "EmbedResources"]
for target in package.targets where !withoutSwiftSettings.contains(target.name) {
  target.swiftSettings = strict
}

// The fuzzers, with code that tells libFuzzer which way it takes. Tools of the build have none, since they
// are linked without libFuzzer.
if Context.environment["IOTCO2_FUZZ"] != nil {
  for target in package.targets where target.name != "embed-resources" {
    target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer"]))
    if ["CProtobuf", "CFlatBuffers"].contains(target.name) {
      target.cSettings = [.unsafeFlags(["-fsanitize=fuzzer-no-link"])]
      target.cxxSettings =
        (target.cxxSettings ?? []) + [.unsafeFlags(["-fsanitize=fuzzer-no-link"])]
    }
  }
  let instrumented: [SwiftSetting] = strict + [.unsafeFlags(["-sanitize=fuzzer"])]
  let linked: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer"])]
  package.targets += [
    .target(
      name: "CMutators", path: "Tests/Fuzz/Mutators",
      cxxSettings: [
        .headerSearchPath("../../../Sources/CFlatBuffers"),
        .define("FLATBUFFERS_LOCALE_INDEPENDENT", to: "0"),
      ]),
    .target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: strict),
    .executableTarget(
      name: "fuzz-models",
      dependencies: ["CMutators", "FuzzDriver", "FuzzSupport"], path: "Tests/Fuzz/Models",
      swiftSettings: instrumented, linkerSettings: linked),
    .executableTarget(
      name: "fuzz-files",
      dependencies: ["FuzzDriver", "FuzzSupport"], path: "Tests/Fuzz/Files",
      swiftSettings: instrumented,
      linkerSettings: linked),
  ]
}
