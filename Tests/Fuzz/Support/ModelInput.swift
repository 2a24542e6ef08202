package import Analysis
import Assessment
import DeviceProfiles
import GraphImport

/// An input of the fuzzer of models: a model, and behind it two bytes that say what is asked about it.
///
/// Half of the values of the first only count, which is fast; an eighth also read the weights; the others ask for
/// a report, each on a device of its own. The second byte chooses the report, and of what looks like a
/// decoder the text, or none.
package struct ModelInput {
  private let model: UnsafeRawBufferPointer
  private let depth, question: Int

  /// The texts that are asked of decoders: of no step, of one, of several, of so many that not all are estimated.
  package static let texts = [
    "prompt=3,tokens=1", "prompt=4,tokens=2", "prompt=5,tokens=3,batch=2",
    "prompt=128,tokens=300,max_length=1024",
  ].map { text in
    do { return try GenerationRequest(text) } catch { fatalError("\(error)") }
  }

  /// Every device, used 1,000 times a day, and none.
  private static let targets: [AssessmentTarget?] =
    [nil]
    + DeviceCatalog.names.map { name in
      do {
        return try AssessmentTarget(
          device: name, region: "DE", inferencesPerDay: 1000, startYear: 2026)
      } catch {
        fatalError("\(error)")
      }
    }

  /// Nil for bytes without a model.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 2 else { return nil }
    model = UnsafeRawBufferPointer(rebasing: bytes.dropLast(2))
    (depth, question) = (Int(bytes[bytes.count - 2]), Int(bytes[bytes.count - 1]))
  }

  /// Loads all devices, which then is in the time of no input.
  package static func loadDevices() { precondition(!targets.isEmpty) }

  /// What the bytes of a decoder hold, of either format: only of those are texts asked.
  private var looksLikeDecoder: Bool {
    ["past_", "decode"].map { Array($0.utf8) }.contains { word in
      // The standard library's search for a collection takes a quarter of the time of an execution.
      var rest = model[...]
      while let start = rest.firstIndex(of: word[0]) {
        if rest[start...].starts(with: word) { return true }
        rest = rest[(start + 1)...]
      }
      return false
    }
  }

  /// Asks what the two bytes say.
  /// - Parameter file: Takes the model.
  /// - Throws: What commands end in.
  package func ask(through file: MemoryFile) throws {
    file.write(model)
    let options = ImportOptions(keepsElements: (128..<160).contains(depth))
    let target = depth < 160 ? nil : Self.targets[(depth - 160) % Self.targets.count]
    let text = looksLikeDecoder ? question % (Self.texts.count + 1) : Self.texts.count
    let isText = Self.texts.indices.contains(text)
    let assessment = try ModelAssessment(
      file.path, options, bindings: Bindings(), target: target,
      generating: isText ? Self.texts[text] : nil,
      dropsZeroFilters: options.keepsElements && question < 128 && !isText)
    if depth >= 128 { try Questions.all[question % Questions.all.count](assessment) }
  }
}
