import Analysis
import Assessment
import DeviceProfiles
import FuzzDriver
import FuzzSupport
import GraphImport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

private let file = MemoryFile()

/// The texts that are asked of decoders: of no step, of one, of several, of so many that not all are estimated.
private let texts = [
  "prompt=3,tokens=1", "prompt=4,tokens=2", "prompt=5,tokens=3,batch=2",
  "prompt=128,tokens=400,max_length=1024",
].map { text in
  do { return try GenerationRequest(text) } catch { fatalError("\(error)") }
}

/// What the bytes of a decoder hold, of either format: only of those are texts asked.
private func looksLikeDecoder(_ input: UnsafeRawBufferPointer) -> Bool {
  ["past_", "decode"].contains { mark in
    memmem(input.baseAddress, input.count, mark, mark.utf8.count) != nil
  }
}

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
/// a report, each on a device of its own. The second byte chooses the report, and of what looks like a
/// decoder the text, or none. An error is an answer; what libFuzzer looks for are crashes, hangs and memory
/// without bounds.
@_cdecl("LLVMFuzzerTestOneInput")
package func assess(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count > 2 else { return -1 }
  let input = UnsafeRawBufferPointer(start: start, count: count)
  let (depth, question) = (Int(input[count - 2]), Int(input[count - 1]))
  file.write(UnsafeRawBufferPointer(rebasing: input.dropLast(2)))
  do {
    let options = ImportOptions(keepsElements: (128..<160).contains(depth))
    let target = depth < 160 ? nil : targets[(depth - 160) % targets.count]
    let text = looksLikeDecoder(input) ? question % (texts.count + 1) : texts.count
    let assessment = try ModelAssessment(
      file.path, options, bindings: Bindings(), target: target,
      generating: text < texts.count ? texts[text] : nil,
      dropsZeroFilters: options.keepsElements && question < 128 && text == texts.count)
    if depth >= 128 { try Questions.all[question % Questions.all.count](assessment) }
  } catch {
    return 0
  }
  return 0
}
