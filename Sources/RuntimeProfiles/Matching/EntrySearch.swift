import Analysis
import OpGraph

/// The search for the layers of a profile's entries, in steps from the surest to the least sure.
struct EntrySearch {
  /// For each entry the layers that it is known to be, in order; empty where none is found yet.
  private(set) var found: [[Int]]

  private let profile: RuntimeProfile
  private let workload: Workload
  private let families: [OperatorFamily]
  private let layerFamilies: [OperatorFamily]
  private let names: NamedLayers
  /// Layers that some entry is.
  private var isTaken: [Bool]
  private var ranges: LayerRanges

  init(_ profile: RuntimeProfile, _ workload: Workload) {
    self.profile = profile
    self.workload = workload
    families = profile.entries.map { OperatorFamily(word: $0.operatorWord) }
    layerFamilies = workload.layers.map(OperatorFamily.init)
    names = NamedLayers(workload)
    found = Array(repeating: [], count: profile.entries.count)
    isTaken = Array(repeating: false, count: workload.layers.count)
    ranges = LayerRanges(layers: workload.layers.count)
  }

  private mutating func take(_ layers: [Int], for entry: Int) {
    found[entry] = Set(found[entry]).union(layers).sorted()
    for layer in layers { isTaken[layer] = true }
  }

  private var openEntries: [Int] { found.indices.filter { found[$0].isEmpty } }

  /// Layers that an entry may be and none is yet.
  private var openLayers: [Int] {
    workload.layers.indices.filter { !isTaken[$0] && workload.layers[$0].fold == nil }
  }

  /// By the names of operators and tensors, or the operator's place in the file.
  mutating func findNames() {
    for (place, entry) in profile.entries.enumerated() {
      // A layer's own name may hold what joins names in a table.
      let parts =
        profile.format == .table && names.layer(entry.name, families[place]) != nil
        ? [entry.name] : entry.parts
      var layers = parts.compactMap { names.layer($0, families[place]) }
      if entry.isRange, layers.count == 2, layers[0] <= layers[1] {
        layers = ranges.take(layers[0]...layers[1])
      }
      if layers.isEmpty, let index = entry.index, workload.layers.indices.contains(index),
        profile.format == .table || names.agrees(index, families[place])
      {
        layers = [index]
      }
      if !layers.isEmpty { take(layers, for: place) }
    }
  }

  /// What a delegate ran as a whole, which is named after its results: all layers since the entry before.
  mutating func findPartitions() {
    var last = -1
    for (place, entry) in profile.entries.enumerated() {
      guard let end = found[place].last else { continue }
      if entry.operatorWord.hasSuffix("Delegate"), last + 1 < end {
        take((last + 1...end).filter { isOpen($0) || $0 == end }, for: place)
      }
      last = max(last, end)
    }
  }

  /// Functions that a file writes as several operators, such as GELU, and a runtime runs as one.
  mutating func findPatterns() {
    var seen: Set<[Int]> = []
    let patterns = workload.layers.compactMap(\.pattern).filter { pattern in
      seen.insert(pattern.nodes).inserted && !pattern.nodes.contains { isTaken[$0] }
    }
    let entries = openEntries
    let pairs = OrderedPairs.common(
      entries.map { families[$0] }, patterns.map { OperatorFamily(word: $0.name) })
    for (entry, pattern) in pairs { take(patterns[pattern].nodes, for: entries[entry]) }
  }

  /// By operator and size of the result, then by operator, then by its coarse family.
  ///
  /// Where names are known on both sides of an entry, the layers between them come first.
  mutating func findStructure() {
    let levels: [(Int) -> Key?] = [
      { [self] entry in
        profile.entries[entry].outputElements.map { Key(family: families[entry], elements: $0) }
      },
      { [self] entry in Key(family: families[entry]) },
      { [self] entry in Key(family: families[entry].coarse) },
    ]
    let layerKeys: [(Int) -> Key] = [
      { [self] layer in
        let size = workload.layers[layer].outputs.first.flatMap {
          workload.graph[$0].type.elementCount.fixedValue
        }
        return Key(family: layerFamilies[layer], elements: size)
      },
      { [self] layer in Key(family: layerFamilies[layer]) },
      { [self] layer in Key(family: layerFamilies[layer].coarse) },
    ]
    for (entryKey, layerKey) in zip(levels, layerKeys) {
      let keys = workload.layers.indices.map(layerKey)
      findBetweenNeighbours(entryKey, keys)
      let entries = openEntries.compactMap { entry in entryKey(entry).map { (entry, $0) } }
      let layers = openLayers
      for (entry, layer) in OrderedPairs.common(entries.map(\.1), layers.map { keys[$0] }) {
        take([layers[layer]], for: entries[entry].0)
      }
    }
  }

  private struct Key: Hashable {
    var family: OperatorFamily
    var elements: Int?
  }

  /// - Parameter layerKeys: Of each layer.
  private mutating func findBetweenNeighbours(_ entryKey: (Int) -> Key?, _ layerKeys: [Key]) {
    for (entry, gap) in gaps() {
      guard let key = entryKey(entry) else { continue }
      if let layer = gap.suffix(Self.reach).last(where: { isOpen($0) && layerKeys[$0] == key }) {
        take([layer], for: entry)
      }
    }
  }

  /// Layers before an entry among which it is looked for: runtimes fuse near neighbours.
  private static let reach = 200

  private func isOpen(_ layer: Int) -> Bool {
    !isTaken[layer] && workload.layers[layer].fold == nil
  }

  /// The entries without a layer that stand between two with layers, and the layers between those.
  private func gaps() -> [(entry: Int, gap: Range<Int>)] {
    var ends = [Int?](repeating: nil, count: found.count)
    var next: Int?
    for entry in found.indices.reversed() {
      if let first = found[entry].first { next = first } else { ends[entry] = next }
    }
    var last: Int?
    var gaps: [(Int, Range<Int>)] = []
    for entry in found.indices {
      if let layer = found[entry].last {
        last = layer
      } else if let last, let end = ends[entry], last + 1 < end {
        gaps.append((entry, last + 1..<end))
      }
    }
    return gaps
  }

  /// What has a name of its own: the last layer between its neighbours that makes a result of the same size.
  ///
  /// Copies that a runtime adds are none of the file's.
  mutating func findPlaces() {
    for (entry, gap) in gaps() where !families[entry].movesData {
      let size = profile.entries[entry].outputElements
      let layer = gap.suffix(Self.reach).last { layer in
        guard isOpen(layer) else { return false }
        let own = workload.layers[layer].outputs.first.flatMap {
          workload.graph[$0].type.elementCount.fixedValue
        }
        return size == nil || own == size
      }
      if let layer { take([layer], for: entry) }
    }
  }

  /// Parts of an operator: an activation that the file states with it, or what a compiler divided it into.
  mutating func findParts() {
    for entry in openEntries {
      if entry > 0, families[entry].isActivation, let layer = found[entry - 1].last,
        workload.layers[layer].fusedActivation != nil
      {
        take([layer], for: entry)
      }
    }
    guard profile.splitsOperators else { return }
    // The rows of an operator stand together, and the last has its name.
    var whole: Int?
    for entry in found.indices.reversed() {
      if let layer = found[entry].last {
        whole = layer
      } else if let layer = whole, names.agrees(layer, families[entry]) {
        take([layer], for: entry)
      }
    }
  }
}
