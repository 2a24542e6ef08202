import Quantities
import OpGraph
import Testing

@testable import GraphImport

/// Files that say a thing once and mean it many times.
@Suite struct TFLiteLimitTests {
  private typealias Part = FlatBufferBytes.Part

  /// As often as 20 kB are more than any small file may hold.
  private static let often = 300
  private static let long = String(repeating: "x", count: 20_000)

  private static func shared(_ part: Part, _ count: Int = often) -> [Part] {
    [Part](repeating: part, count: count)
  }

  /// A model of one subgraph, whose operators share a table and a code.
  private static func operators(
    _ builtin: UInt32, custom: String? = nil, count: Int = often,
    _ node: (inout FlatBufferBytes) -> Part
  ) -> [UInt8] {
    var file = FlatBufferBytes()
    let tensors = [file.tensor("t"), file.tensor("u")]
    let made = node(&file)
    let code = file.code(builtin, custom: custom)
    // What CALL and the like run: nothing.
    let empty = file.subgraph([])
    return file.model(
      [file.subgraph(tensors, shared(made, count), inputs: [0]), empty], codes: [code])
  }

  private static func cases(_ branches: Int, count: Int) -> [UInt8] {
    operators(209, count: count) { file in
      let list = file.numbers([Int32](repeating: 1, count: branches))
      return file.node(second: (23, file.table([0: .part(list)])))
    }
  }

  /// Subgraphs that each call the next one.
  private static func chain(_ count: Int) -> [UInt8] {
    var file = FlatBufferBytes()
    let tensor = file.tensor()
    var subgraphs = [file.subgraph([tensor], inputs: [0])]
    for next in (1..<UInt32(count)).reversed() {
      let call = file.node(options: (16, file.table([0: .number(next)])))
      subgraphs.append(file.subgraph([tensor], [call], inputs: [0]))
    }
    return file.model(subgraphs.reversed(), codes: [file.code(31)])
  }

  private static func sparse(axes: Int, order: Int) -> [UInt8] {
    var file = FlatBufferBytes()
    let axis = file.table([0: .byte(1)])
    let sparsity = file.table([
      0: .part(file.numbers([Int32](repeating: 0, count: order))),
      2: .part(file.list(shared(axis, axes))),
    ])
    return file.model([file.subgraph([file.tensor(sparsity: sparsity)])])
  }

  private static func signatures(_ key: String, entries: Int, count: Int) -> [UInt8] {
    var file = FlatBufferBytes()
    let entry = file.table([0: .part(file.text("a"))])
    let signature = file.table([
      0: .part(file.list(shared(entry, entries))), 2: .part(file.text(key)),
    ])
    return file.model(
      [file.subgraph([file.tensor(long)])], signatures: shared(signature, count))
  }

  /// What a file does too often, the file, and what the error says of it.
  private static let refused: [(String, @Sendable () -> [UInt8], String)] = [
    ("keys of signatures", { signatures(long, entries: 0, count: often) }, "more signatures than"),
    ("tensors of signatures", { signatures("", entries: often, count: 1) }, "more signatures than"),
    (
      "names of operator codes",
      {
        var file = FlatBufferBytes()
        let code = file.code(32, custom: long)
        return file.model([file.subgraph([])], codes: shared(code))
      }, "more operator codes than"
    ),
    (
      "custom names", { operators(32, custom: long) { $0.node() } }, "more operators than"
    ),
    (
      "custom options",
      { operators(32, custom: "c") { $0.node(custom: [UInt8](repeating: 0, count: 100_000)) } },
      "more options than"
    ),
    (
      "names of tensors",
      {
        var file = FlatBufferBytes()
        let tensor = file.tensor(long)
        return file.model([file.subgraph(shared(tensor))])
      }, "more tensors than"
    ),
    (
      "names of subgraphs",
      {
        var file = FlatBufferBytes()
        let subgraph = file.subgraph([], name: long)
        return file.model(shared(subgraph))
      }, "more subgraphs than"
    ),
    (
      "subgraphs",
      {
        var file = FlatBufferBytes()
        let subgraph = file.subgraph([])
        return file.model(shared(subgraph, 50_000))
      }, "more subgraphs than"
    ),
    (
      "inputs of subgraphs",
      {
        var file = FlatBufferBytes()
        let tensor = file.tensor()
        let inputs = [Int32](repeating: 0, count: 5000)
        let subgraph = file.subgraph([tensor], inputs: inputs)
        return file.model(shared(subgraph))
      }, "more subgraphs than"
    ),
    (
      "metadata",
      {
        var file = FlatBufferBytes()
        let entry = file.table([0: .part(file.text(long))])
        return file.model([file.subgraph([])], metadata: shared(entry))
      }, "more metadata than"
    ),
    ("axes of sparse tensors", { sparse(axes: 129, order: 0) }, "is stored along 129 axes"),
    ("orders of sparse tensors", { sparse(axes: 0, order: 129) }, "is stored along 129 axes"),
    (
      "names of variables",
      {
        operators(142, count: 1) { file in
          let name = file.text(String(repeating: "x", count: 1025))
          return file.node(options: (111, file.table([1: .part(name)])))
        }
      }, "option 'shared_name' has 1025 bytes, expected at most 1024"
    ),
    (
      "branches", { cases(129, count: 1) },
      "option 'branch_subgraph_indices' has 129 numbers, expected at most 128"
    ),
    ("cases of empty branches", { cases(100, count: 100) }, "calls make more than"),
    (
      "calls of an empty subgraph",
      {
        operators(31, count: 9000) { $0.node(options: (16, $0.table([0: .number(1)]))) }
      }, "calls make more than"
    ),
    ("calls in each other", { chain(101) }, "expected at most 100 in each other"),
    (
      "results", { operators(0, count: 2) { $0.node(outputs: [1]) } }, "has two producers"
    ),
  ]

  @Test(arguments: refused.indices) func whatIsSharedIsCharged(index: Int) throws {
    let (name, make, expected) = Self.refused[index]
    let error = try #require(throws: Problem.self) {
      try Model(bytes: make(), named: "model")
    }
    #expect("\(error)".contains(expected), "\(name): \(error)")
  }

  /// The same files as far as they may go.
  private static let accepted: [(String, @Sendable () -> [UInt8])] = [
    ("one long key", { signatures(long, entries: 1, count: 1) }),
    ("100 calls in each other", { chain(100) }),
    ("as many axes as a sparse tensor can have", { sparse(axes: 128, order: 128) }),
    ("some empty branches", { cases(128, count: 10) }),
    ("operators without results", { operators(0) { $0.node() } }),
    (
      "a variable",
      {
        operators(142, count: 1) { file in
          let name = file.text(String(repeating: "x", count: 1024))
          return file.node(options: (111, file.table([1: .part(name)])))
        }
      }
    ),
  ]

  @Test(arguments: accepted.indices) func whatFilesNeedPasses(index: Int) throws {
    let (name, make) = Self.accepted[index]
    #expect(throws: Never.self, "\(name)") { try Model(bytes: make(), named: "model") }
  }

  /// A list that is longer than any of axes makes one operator's cost unknown, not the file useless.
  @Test func longListsOfAxesAreErrorsOfTheirOperators() throws {
    let bytes = Self.operators(43) { file in
      let axes = file.numbers([Int32](repeating: 0, count: 129))
      return file.node(options: (30, file.table([0: .part(axes)])))
    }
    let model = try Model(bytes: bytes, named: "model")
    #expect(model.diagnostics.count == Self.often)
    #expect(
      model.diagnostics.first?.message.contains(
        "option 'squeeze_dims' has 129 numbers, expected at most 128") == true)
  }

  @Test func onlyTheEndOfALongNameTellsModules() {
    let modules = String(repeating: "a/", count: 100)
    let rest = String(repeating: "b/", count: 600)
    #expect(TensorModules.Name(modules + "w").path?.count == 64)
    #expect(TensorModules.Name(rest + "w").path == nil)
    #expect(TensorModules.Name("\(rest)w;a/b/w").path == ["a", "b"])
    #expect(TensorModules.Name("net.Net/net.Stage_stage/x.Conv2d_conv;1").classes?.count == 2)
  }

  @Test func prefixesHaveSoManyBytes() {
    let character = "e" + String(repeating: "\u{301}", count: 1000)
    #expect(character.count == 1)
    #expect(character.end(201).utf8.count == 200)
    #expect("name".end(4) == "name" && "name".end(2) == "me")
  }

  /// Sections of a container of LiteRT-LM, which share one that has a long name.
  @Test func modelsOfContainersAreCharged() throws {
    for (count, expected) in [(2, "of 2 models"), (Self.often, "more sections than")] {
      var file = FlatBufferBytes()
      let name = file.table([0: .part(file.text(Self.long))])
      let entry = file.table([
        0: .part(file.text("model_type")), 1: .byte(9), 2: .part(name),
      ])
      let section = file.table([
        0: .part(file.list([entry])), 1: .long(32), 2: .long(40), 3: .byte(3),
      ])
      let sections = file.table([0: .part(file.list(Self.shared(section, count)))])
      let root = file.table([1: .part(sections)])
      let header = file.finish(root)
      let end = withUnsafeBytes(of: UInt64(32 + header.count).littleEndian) { Array($0) }
      // Three numbers of a version and a gap come before the end of the header.
      var bytes = Array("LITERTLM".utf8) + [UInt8](repeating: 0, count: 16)
      bytes += end
      bytes += header
      let error = try #require(throws: Problem.self) { try Model(bytes: bytes, named: "model") }
      #expect("\(error)".contains(expected), "\(error)")
    }
  }
}
