import Quantities

/// Limits of what calls make of a file.
///
/// A function or subgraph is lowered again for each call. Where each calls another one twice, the
/// operators double with each level, and a few hundred bytes would stand for any number of them.
struct CallBudget {
  /// How many calls may lie in each other, each of which takes a part of the stack.
  static let deepest = 100

  /// What one call makes.
  struct Cost {
    /// Operators, those of bodies in it included.
    var operators = 0
    /// What names, lists and attributes take, roughly.
    var bytes = 0

    /// What a name or a list costs besides its contents.
    static let perItem = 64

    static func += (left: inout Cost, right: Cost) {
      left.operators += right.operators
      left.bytes += right.bytes
    }
  }

  private let limit: Cost
  private var spent = Cost()
  private var calls: [String: Int] = [:]

  /// - Parameter bytes: The file's size. The largest files are large by their weights.
  init(bytes: Int) {
    limit = Cost(
      operators: 8192 + min(bytes, 1 << 20) / 64, bytes: (4 << 20) + 2 * min(bytes, 1 << 24))
  }

  /// Takes away what a call makes.
  /// - Parameter callee: What is called, such as `function 'local.Norm'`.
  /// - Throws: `Problem` when calls make more than a file of its size can need.
  mutating func call(_ callee: String, _ cost: Cost) throws(Problem) {
    calls[callee, default: 0] += 1
    // A call of an empty graph makes a node and a region too, which has the callee's name.
    try spend(
      Cost(
        operators: max(1, cost.operators), bytes: cost.bytes + Cost.perItem + callee.utf8.count),
      on: callee)
  }

  /// Takes away what a call makes besides the body that it runs.
  mutating func spend(_ cost: Cost, on callee: String) throws(Problem) {
    spent += cost
    if spent.operators > limit.operators {
      throw exceeded(callee, counted(limit.operators, "operator"))
    }
    if spent.bytes > limit.bytes {
      throw exceeded(callee, "\(counted(limit.bytes, "byte")) of names and attributes")
    }
  }

  /// States what is called most often, which makes most of the operators.
  private func exceeded(_ callee: String, _ most: String) -> Problem {
    let frequent = calls.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return Problem(
      "is called \(counted(frequent?.value ?? 1, "time")) or more, and calls make more than \(most)",
      at: frequent?.key ?? callee, expected: "no more than that in a file of its size")
  }
}
