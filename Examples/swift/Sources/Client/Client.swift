import Foundation
import IoTCO2Graph

/// `Client MODEL` assesses a model on a board and writes `report.html` and `bom.json`.
@main
struct Client {
  static func main() throws {
    guard let model = CommandLine.arguments.dropFirst().first else {
      throw Problem("no model given", expected: "the path of an ONNX or TFLite file")
    }
    let target = try AssessmentTarget(
      device: "stm32l4r5", region: "DE", inferencesPerDay: 1000, startYear: 2026)
    let assessment = try ModelAssessment(modelAt: model, on: target)
    try Data(assessment.report(as: .html).utf8).write(to: URL(filePath: "report.html"))
    try Data(assessment.report(as: .cyclonedx).utf8).write(to: URL(filePath: "bom.json"))
    print(assessment.energy?.value ?? .nan, "J for one inference")
  }
}
