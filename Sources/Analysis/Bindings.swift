package import Quantities
import OpGraph

/// Sizes that a user states for dynamic dimensions.
package struct Bindings: Hashable, Sendable {
  /// Sizes of symbolic dimensions by name.
  package var symbols: [String: Int] = [:]
  /// Shapes of whole inputs by name.
  package var shapes: [String: [Int]] = [:]
  /// Values of scalar inputs that are no size.
  package var values: [String: Double] = [:]
  /// The first dimension of every input.
  package var batch: Int?

  /// Whether sizes that depend on data are taken to be the most that they can be.
  package var takesMaxima = false

  /// Empty bindings.
  package init() {}

  /// The same with some names only.
  func only(_ isKept: (String) -> Bool) -> Bindings {
    var result = self
    result.symbols = symbols.filter { isKept($0.key) }
    result.shapes = shapes.filter { isKept($0.key) }
    result.values = values.filter { isKept($0.key) }
    return result
  }

  /// Whether there is no binding.
  package var isEmpty: Bool {
    symbols.isEmpty && shapes.isEmpty && values.isEmpty && batch == nil
  }

  /// Reads `NAME=N`, `NAME=AxBxC` or, of a scalar input, `NAME=0.5` or `NAME=true`: the form of `--bind`.
  ///
  /// One number binds a symbol, an input of rank 1 of that name to its size, and one of rank 0 to its
  /// value.
  /// - Throws: `Problem` that shows the form.
  package mutating func add(_ text: String) throws(Problem) {
    // Symbol names may hold '=', sizes never do.
    guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
      throw Problem("'\(text)' has no value", expected: Self.form)
    }
    let name = String(text[..<equals])
    let value = text[text.index(after: equals)...]
    if let truth = ["true": 1.0, "false": 0.0][value.lowercased()] {
      values[name] = truth
      return
    }
    if Int(value) ?? -1 < 0, let number = Double(value), number.isFinite {
      // A whole number may be written with an exponent.
      if let size = Int(exactly: number), size > 0 {
        symbols[name] = size
      } else {
        values[name] = number
      }
      return
    }
    let sizes = value.split(
      separator: "x", omittingEmptySubsequences: false
    ).map { Int($0) }
    let numbers = sizes.compactMap { $0 }.filter { $0 >= 0 }
    guard numbers.count == sizes.count, !numbers.isEmpty else {
      throw Problem("'\(text)': '\(value)' is not a size", expected: Self.form)
    }
    if numbers.count == 1 {
      symbols[name] = numbers[0]
    } else {
      shapes[name] = numbers
    }
  }
}

extension Bindings {
  fileprivate static let form = "NAME=SIZE, such as NAME=8 or NAME=1x3x224x224"
}

/// The result of binding sizes in a graph.
struct Applied {
  /// Whether an input now differs from the stored shapes of the file.
  var isResized: Bool
  /// Names that neither an input nor a declared size has.
  var unusedNames: Set<String>
}

extension Graph {
  /// Puts bound sizes in place of symbols, in inputs and in all declared types.
  mutating func apply(_ bindings: Bindings) throws(Problem) -> Applied {
    guard !bindings.isEmpty else { return Applied(isResized: false, unusedNames: []) }
    var symbols = bindings.symbols
    var isResized = false
    var unused = Set(bindings.symbols.keys).union(bindings.shapes.keys).union(bindings.values.keys)
    for id in inputs {
      if self[id].type.shape?.rank == 0 || isNumber(id),
        let value = try scalar(of: id, bindings)
      {
        self[id].constant = value
        unused.remove(self[id].name)
        continue
      }
      guard var shape = self[id].type.shape else {
        if let bound = bindings.shapes[self[id].name] {
          self[id].type.shape = Shape(bound.map(Dimension.fixed))
          unused.remove(self[id].name)
        }
        continue
      }
      let name = self[id].name
      var target = bindings.shapes[name]
      if shape.rank == 1, target == nil, let size = bindings.symbols[name] { target = [size] }
      if let target {
        unused.remove(name)
        guard target.count == shape.rank else {
          throw Problem(
            "input '\(name)' has rank \(shape.rank) (\(shape)), bound to \(counted(target.count, "size"))"
          )
        }
      } else if let batch = bindings.batch, shape.rank > 0 {
        target = shape.dimensions.indices.map { $0 == 0 ? batch : shape[$0].fixedValue ?? -1 }
      }
      for (axis, size) in (target ?? []).enumerated() where size >= 0 {
        try bind(&shape[axis], to: size, input: name, &symbols, &isResized)
      }
      self[id].type.shape = shape
    }
    if let name = unused.intersection(bindings.values.keys).sorted().first,
      let value = bindings.values[name]
    {
      let fact = value < 0 ? "is not positive" : "is no whole number"
      throw Problem("'\(name)': \(shortest(value)) \(fact)", expected: Bindings.form)
    }
    for index in values.indices {
      guard let shape = values[index].type.shape, !shape.isStatic else { continue }
      for dimension in shape.dimensions {
        unused.subtract(dimension.symbols)
        // Only the cache of a decoder may be empty.
        let empty = dimension.symbols.first { symbols[$0] == 0 && !$0.hasPrefix("past") }
        if let empty { throw Problem("'\(empty)': 0 is not positive", expected: Bindings.form) }
      }
      values[index].type.shape = Shape(shape.dimensions.map { $0.substituting(symbols) })
    }
    for value in values {
      if let problem = value.type.sizeProblem {
        throw Problem("'\(value.name)', as bound, has \(problem)")
      }
    }
    return Applied(isResized: isResized, unusedNames: unused)
  }

  /// Whether an input is a list of one integer or truth, as the operands of sizes and choices of branches are: a
  /// number that it is bound to is its value.
  private func isNumber(_ id: ValueID) -> Bool {
    let type = self[id].type
    return type.shape == [1] && [.int64, .int32, .bool].contains(type.elementType)
  }

  /// The value that a scalar input is bound to.
  private func scalar(of id: ValueID, _ bindings: Bindings) throws(Problem) -> ConstantValue? {
    let name = self[id].name
    guard let number = bindings.values[name] ?? bindings.symbols[name].map(Double.init) else {
      return nil
    }
    if self[id].type.elementType.isFloat { return .floats([number]) }
    guard let whole = Int(exactly: number) else {
      throw Problem("input '\(name)' is an integer, bound to \(number)")
    }
    return .integers([.fixed(whole)])
  }

  private func bind(
    _ dimension: inout Dimension, to size: Int, input: String, _ symbols: inout [String: Int],
    _ isResized: inout Bool
  ) throws(Problem) {
    if let fixed = dimension.fixedValue {
      if fixed != size { isResized = true }
    } else if let symbol = dimension.symbols.first, dimension == .symbol(symbol) {
      if let other = symbols[symbol], other != size {
        throw Problem(
          "'\(symbol)' is bound to \(other) and, through input '\(input)', to \(size)")
      }
      symbols[symbol] = size
    } else {
      try solve(dimension.substituting(symbols), for: size, stated: dimension, input, &symbols)
    }
    dimension = .fixed(size)
  }

  /// Finds the only open name of an expression that has to have a value.
  private func solve(
    _ expression: Dimension, for size: Int, stated: Dimension, _ input: String,
    _ symbols: inout [String: Int]
  ) throws(Problem) {
    if let known = expression.fixedValue {
      guard known == size else {
        throw Problem("'\(stated)' is \(known) and, through input '\(input)', bound to \(size)")
      }
      return
    }
    guard let name = expression.symbols.first, expression.symbols.count == 1,
      case let start = expression.substituting([name: 0]),
      case let step = expression.substituting([name: 1]) - start, step != 0,
      let value = (.fixed(size) - start).floorDivided(by: step).fixedValue
    else { return }
    if value >= 0, expression.substituting([name: value]) == .fixed(size) { symbols[name] = value }
  }

  /// The symbols that the shapes of some values hold, sorted.
  func dynamicSymbols(in ids: some Sequence<ValueID>) -> [String] {
    ids.reduce(into: Set<String>()) { names, id in
      for dimension in self[id].type.shape?.dimensions ?? [] {
        names.formUnion(dimension.symbols)
      }
    }.sorted()
  }
}
