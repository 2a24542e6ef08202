package import Assessment
import Analysis
import GraphImport
import OpGraph
package import Quantities

/// The lines of a firmware that run a model with TFLite Micro: which kernels it registers, and the arena.
package struct FirmwareSource {
  /// Source text in C++.
  package let text: String

  /// - Throws: `Problem` for a model that TFLite Micro does not run as it is.
  package init(_ assessment: ModelAssessment) throws(Problem) {
    guard let program = assessment.workload.complete.program,
      assessment.workload.complete.isForMicro
    else {
      throw Problem(
        place: assessment.path,
        "is no TFLite file with the sizes that it stores, or is for another runtime; TFLite Micro runs no other"
      )
    }
    guard let (libraries, _) = MicroReservation.all(program) else {
      throw Problem(place: assessment.path, "its tensors are too many to plan an arena")
    }
    let resolver = MicroResolver(program)
    let count = resolver.methods.count + resolver.customOperators.count
    var lines = ["static tflite::MicroMutableOpResolver<\(count)> resolver;"]
    lines += resolver.methods.map { "resolver.\($0)();" }
    lines += resolver.customOperators.map {
      "resolver.AddCustom(\"\(Self.quoted($0))\", /* kernel of the firmware */);"
    }
    lines += resolver.unknownOperators.map { "// TFLite Micro has no kernel for \($0)." }
    lines.append("")
    lines += libraries.map { reservation in
      "// \(Self.title(reservation.library)): \(reservation.value)"
        + " (used: from \(reservation.low))"
    }
    if resolver.methods.count < count || !resolver.unknownOperators.isEmpty {
      lines.append("// What operators without a known kernel take is not in these numbers.")
    }
    let largest = libraries.map(\.value).max() ?? 0
    lines.append("constexpr int kTensorArenaSize = \(largest);")
    lines.append("alignas(16) static uint8_t tensor_arena[kTensorArenaSize];")
    text = lines.joined(separator: "\n") + "\n"
  }

  private static func title(_ library: MicroReservation.Library) -> String {
    switch library {
    case .reference: "reference kernels"
    case .cmsisNN: "CMSIS-NN, any core"
    case .espNN: "ESP-NN, any chip"
    }
  }

  private static func quoted(_ name: String) -> String {
    name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
  }
}
