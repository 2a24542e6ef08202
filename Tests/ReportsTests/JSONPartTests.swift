import Assessment
import Testing

@testable import Reports

/// Parts of reports that write their members themselves leave none out.
@Suite struct JSONPartTests {
  private func analysis(_ path: String) throws -> AnalysisReport {
    let target = try AssessmentTarget(
      device: "ethos-u55-128", region: "DE", inferencesPerDay: 1000, startYear: 2026)
    return AnalysisReport(
      try ModelAssessment(modelAt: "Fixtures/\(path)", on: target), withLayers: true)
  }

  /// The names of all properties that are not nil are the keys, sorted.
  private func expectAllKeys(_ part: some JSONPart) throws {
    let named = Mirror(reflecting: part).children.compactMap { child -> String? in
      let value = Mirror(reflecting: child.value)
      return value.displayStyle == .optional && value.children.isEmpty ? nil : child.label
    }
    let keys = try JSON.document(part).split(separator: "\n")
      .filter { $0.hasPrefix("  \"") }.map { $0.dropFirst(3).prefix { $0 != "\"" } }.map(
        String.init)
    #expect(keys == named.sorted(), "\(type(of: part))")
  }

  @Test(arguments: ["tflite/ds_cnn_int8.tflite", "tflite/autoencoder_int8.tflite"])
  func writesAllProperties(path: String) throws {
    let report = try analysis(path)
    let layers = try #require(report.layers)
    for row in layers.rows {
      let layer = layers.part(row)
      try expectAllKeys(layer)
      try expectAllKeys(layer.operations)
      try expectAllKeys(layer.trafficBytes)
      for output in layer.outputs {
        try expectAllKeys(output)
        if let quantization = output.quantization { try expectAllKeys(quantization) }
        if let sparsity = output.sparsity { try expectAllKeys(sparsity) }
      }
    }
    let kernels = try #require(report.kernels)
    for row in kernels.rows { try expectAllKeys(kernels.part(row)) }
  }
}
