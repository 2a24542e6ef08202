import Analysis
import Assessment
import DeviceProfiles
import FuzzDriver
import FuzzSupport
import GraphImport

private let file = MemoryFile()

/// Every device, used 1,000 times a day, and none.
private let targets: [AssessmentTarget?] =
  [nil]
  + DeviceCatalog.names.map { name in
    do {
      return try AssessmentTarget(
        device: name, region: "DE", inferencesPerDay: 1000, startYear: 2026)
    } catch {
      fatalError("\(error)")
    }
  }

@main
struct FuzzModels {
  static func main() {
    // Devices are loaded once, and not in the time of an input.
    precondition(!targets.isEmpty)
    fuzz { assess($0, $1) }
  }
}

/// What libFuzzer calls with each of its inputs: a model, and behind it two bytes that say what is
/// asked about it.
///
/// Half of the values of the first only count, which is fast; an eighth also read the weights; the others ask for
/// a report, each on a device of its own. The second byte chooses the report. An error is an answer; what
/// libFuzzer looks for are crashes, hangs and memory without bounds.
@_cdecl("LLVMFuzzerTestOneInput")
package func assess(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 2 else { return -1 }
  let input = UnsafeRawBufferPointer(start: start, count: count)
  let (depth, question) = (Int(input[count - 2]), Int(input[count - 1]))
  file.write(UnsafeRawBufferPointer(rebasing: input.dropLast(2)))
  do {
    let options = ImportOptions(keepsElements: (128..<160).contains(depth))
    let target = depth < 160 ? nil : targets[(depth - 160) % targets.count]
    let assessment = try ModelAssessment(
      file.path, options, bindings: Bindings(), target: target,
      dropsZeroFilters: options.keepsElements && question < 128)
    if depth >= 128 { try Questions.all[question % Questions.all.count](assessment) }
  } catch {
    return 0
  }
  return 0
}
