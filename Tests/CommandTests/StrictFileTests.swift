import Assessment
import Carbon
import DeviceProfiles
import Foundation
import Policies
import TestSupport
import Testing

@testable import Documents
@testable import iotco2_graph

/// A whole file of one of the kinds that users write, one key to a line.
struct StrictFile: CustomTestStringConvertible, Sendable {
  var name: String
  /// Reads a text as a file of the kind.
  var read: @Sendable (String, String) throws -> Void
  /// Decodes a text and returns what was asked for.
  var trace: @Sendable (String) throws -> NodeDecoder

  var testDescription: String { name }

  /// The JSON Schema of the kind, for editors; nil where there is none.
  var schema: (path: String, text: String)? {
    let paths = [
      "device.json": "Reports/Schemas/device.json",
      "device.short.json": "Reports/Schemas/device.json", "product": "Carbon/Schemas/bom.json",
      "deployment": "Carbon/Schemas/deployment.json", "policy": "Policies/Schemas/policy.json",
      "configuration": "Reports/Schemas/configuration.json",
    ]
    guard let path = paths.first(where: { name.hasPrefix($0.key) }).map({ "Sources/\($0.value)" })
    else { return nil }
    let text = try? String(contentsOf: Paths.root.appending(path: path), encoding: .utf8)
    return (path, text ?? "")
  }

  var text: String {
    (try? String(contentsOfFile: Paths.fixture("strict/\(name)"), encoding: .utf8)) ?? ""
  }

  init<Content: Decodable & SendableMetatype>(
    _ name: String, as type: Content.Type,
    check: @escaping @Sendable (Content) throws -> Void = { _ in }
  ) {
    self.name = name
    read = { text, name in
      _ = try Document<Content>(
        Array(text.utf8), name: name, limits: .deviceProfile, check: check)
    }
    trace = { text in
      let decoder = try NodeDecoder(
        node: #require(try Composer.compose(text, limits: .deviceProfile)))
      _ = try decoder.value(Content.self)
      return decoder
    }
  }

  /// The error of a text; empty when it is read.
  func message(_ text: String) -> String {
    do {
      try read(text, name)
      return ""
    } catch {
      return "\(error)"
    }
  }

  static let kinds: [[StrictFile]] = [
    [
      StrictFile("device.json", as: DeviceProfile.self) { profile in
        if let problem = profile.problems().first { throw problem }
      }
    ],
    [StrictFile("device.short.json", as: BoardProfile.self) { _ = try $0.resolved() }],
    [
      StrictFile("device.rates.json", as: DeviceRates.self) { rates in
        let text = try String(
          contentsOfFile: Paths.fixture("strict/device.json"), encoding: .utf8)
        let profile = try DeviceCatalog.decode(Array(text.utf8), from: "device.json")
        let problems = rates.problems(of: profile) + profile.with(rates).problems()
        if let problem = problems.first { throw problem }
      }
    ],
    ["product_parts.yaml", "product_published.yaml", "product_sheet.yaml"].map {
      StrictFile($0, as: Product.self) { try $0.check() }
    },
    ["deployment_region.yaml", "deployment_intensity.yaml", "deployment_profile.yaml"].map {
      StrictFile($0, as: Deployment.self) { try $0.check() }
    } + [StrictFile("deployment_tables.yaml", as: Deployment.self)],
    [StrictFile("policy.yaml", as: Policy.self) { try $0.check() }],
    [StrictFile("configuration.yml", as: Configuration.self)],
  ]
}

@Suite struct StrictFileTests {
  static let files = StrictFile.kinds.flatMap(\.self)

  @Test(arguments: files) func isReadAsItIs(file: StrictFile) {
    #expect(!file.text.isEmpty)
    #expect(file.message(file.text) == "")
  }

  /// Names of sources and memories, which a file chooses itself.
  private static let freeNames: Set<String> = [
    "book", "calibration", "data-sheet", "flash", "sram",
  ]

  /// What the files are for: a key that the types know stands in one of them at least.
  @Test(arguments: StrictFile.kinds) func noKeyIsLeftOut(kind: [StrictFile]) throws {
    var (asked, present) = (Set<String>(), Set<String>())
    for file in kind {
      try file.trace(file.text).visit { node, keys in
        asked.formUnion(keys.names)
        present.formUnion(node.mapping?.compactMap(\.key.scalar?.text) ?? [])
      }
    }
    let names = kind.map { "Fixtures/strict/\($0.name)" }.joined(separator: " or ")
    for key in asked.subtracting(present).sorted() {
      Issue.record("no test file has the key '\(key)': add it to \(names)")
    }
    guard let schema = kind[0].schema else { return }
    for key in asked.subtracting(Self.freeNames).sorted()
    where !schema.text.contains("\"\(key)\"") {
      Issue.record("\(schema.path) lacks the key '\(key)': add it, with its type and a description")
    }
  }

  /// What an editor shows of a key.
  @Test func everyKeyOfADeviceIsDescribed() throws {
    let url = Paths.root.appending(path: "Sources/Reports/Schemas/device.json")
    func check(_ value: Any) {
      if let list = value as? [Any] { list.forEach(check) }
      guard let fields = value as? [String: Any] else { return }
      for (key, property) in fields["properties"] as? [String: [String: Any]] ?? [:] {
        let isDescribed = property["description"] != nil
        #expect(isDescribed, "\(key) has no description")
      }
      fields.values.forEach(check)
    }
    var schema = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
    let definitions = schema?["$defs"] as? [String: Any]
    // The fields of a number are alike everywhere.
    schema?["$defs"] = definitions?.filter { ["whole", "board"].contains($0.key) }
    check(schema as Any)
  }

  /// Each key of each level, one after the other.
  @Test(arguments: files) func aRenamedKeyIsRefused(file: StrictFile) {
    let lines = file.text.components(separatedBy: "\n")
    var count = 0
    for (index, line) in lines.enumerated() {
      guard let match = line.firstMatch(of: #/^ *"?(?<key>[A-Za-z][A-Za-z0-9.-]*)"?:/#) else {
        continue
      }
      var (changed, renamed) = (lines, line)
      renamed.insert("x", at: match.output.key.endIndex)
      changed[index] = renamed
      let message = file.message(changed.joined(separator: "\n"))
      #expect(message.contains("\(match.output.key)x"), "\(line): \(message)")
      // Names of sources are free; where one is cited that is not there is the error.
      if !["book", "calibration", "data-sheet"].contains(match.output.key) {
        #expect(message.hasPrefix("\(file.name):\(index + 1): "), "\(line): \(message)")
      }
      count += 1
    }
    #expect(count > 5)
  }

  @Test(arguments: files) func anUnknownWordIsAnsweredWithTheRightOne(file: StrictFile) throws {
    let lines = file.text.components(separatedBy: "\n")
    try file.trace(file.text).visit { node, keys in
      guard keys.isWord, let word = node.scalar?.text else { return }
      let line = node.line
      var changed = lines
      guard let range = lines[line - 1].range(of: word, options: .backwards) else {
        Issue.record("\(word) is not in line \(line)")
        return
      }
      changed[line - 1].replaceSubrange(range, with: word + "1")
      let message = file.message(changed.joined(separator: "\n"))
      #expect(message.hasPrefix("\(file.name):\(line): "), "\(word): \(message)")
      #expect(message.contains("did you mean '\(word)'"), "\(word): \(message)")
    }
  }
}
