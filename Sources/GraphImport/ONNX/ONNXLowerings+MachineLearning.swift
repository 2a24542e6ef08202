import Quantities
import OpGraph

/// Classical models (domain `ai.onnx.ml`), as scikit-learn pipelines export them.
extension ONNXLowerings {
  static let machineLearning: [ONNXLowering] = [
    .classical("Scaler") { _ in
      LoweredOperator(
        SameShape(
          .scaler, operationsPerElement: OperationCounts(adds: 1, multiplies: 1),
          resultTypes: [.float32]))
    },
    .classical("Normalizer") { _ in
      LoweredOperator(
        SameShape(
          .normalizer, operationsPerElement: OperationCounts(adds: 1, multiplies: 2),
          resultTypes: [.float32]))
    },
    .classical("Imputer") { _ in
      LoweredOperator(SameShape(.imputer, operationsPerElement: .adds(1)))
    },
    .classical("Binarizer") { _ in
      LoweredOperator(SameShape(.binarizer, operationsPerElement: .adds(1)))
    },
    .classical("LabelEncoder", lower: labelEncoder),
    .classical("CategoryMapper") { node throws(Problem) in
      let fromStrings = node.statedType(0) == .string
      return LoweredOperator(
        SameShape(
          .categoryMapper, operationsPerElement: .lookUps(1),
          resultTypes: [fromStrings ? .int64 : .string], attributes: [1]))
    },
    .classical("ArrayFeatureExtractor") { _ in LoweredOperator(ArrayFeatureExtractor()) },
    .classical("FeatureVectorizer") { node throws(Problem) in
      let sizes = try node.integers("inputdimensions")
      let sum = sizes.flatMap { $0.map(SymbolicInt.fixed).sum.fixedValue }
      return LoweredOperator(FeatureVectorizer(columns: sum))
    },
    .classical("OneHotEncoder") { node throws(Problem) in
      // bounded: lengths of lists in memory
      let categories = node.count("cats_int64s") + node.count("cats_strings")
      return LoweredOperator(OneHotEncoder(categories: categories))
    },
    .classical("CastMap") { node throws(Problem) in
      let types: [String: ElementType] = [
        "TO_FLOAT": .float32, "TO_STRING": .string, "TO_INT64": .int64,
      ]
      let isSparse = try node.text("map_form", default: "DENSE") == "SPARSE"
      return LoweredOperator(
        MapToTensor(
          .castMap, type: types[try node.text("cast_to", default: "TO_FLOAT")] ?? .float32,
          columns: isSparse ? try node.integer("max_map") : nil))
    },
    .classical("DictVectorizer") { node in
      LoweredOperator(
        MapToTensor(
          .dictVectorizer, type: node.statedType(0) ?? .float32,
          // bounded: lengths of lists in memory
          columns: node.count("string_vocabulary") + node.count("int64_vocabulary")))
    },
    .classical("TreeEnsemble") { node throws(Problem) in
      LoweredOperator(
        TabularModel(
          .treeEnsemble, columns: min(1 << 30, max(1, try node.integer("n_targets", default: 1))),
          labelType: nil, vectors: 0, comparisons: try linkedComparisons(node),
          scoreType: node.statedType(0)))
    },
    .classical("LinearClassifier") { node throws(Problem) in
      let classes = max(1, node.count("intercepts"), labels(node).count)
      return LoweredOperator(
        TabularModel(
          .linearClassifier, columns: classes, labelType: labels(node).type, vectors: classes,
          comparisons: 0))
    },
    .classical("LinearRegressor") { node throws(Problem) in
      let targets = try node.integer("targets", default: 1)
      guard (1...1 << 30).contains(targets) else {
        throw Problem("attribute 'targets' is \(targets)")
      }
      return LoweredOperator(
        TabularModel(
          .linearRegressor, columns: targets, labelType: nil, vectors: targets, comparisons: 0))
    },
    .classical("SVMClassifier", lower: supportVectorClassifier),
    .classical("SVMRegressor") { node throws(Problem) in
      LoweredOperator(
        TabularModel(
          .svmRegressor, columns: 1, labelType: nil,
          // Without support vectors it is linear.
          vectors: max(1, try supportVectors(node, "n_supports")), comparisons: 0))
    },
    .classical("TreeEnsembleClassifier") { node throws(Problem) in
      LoweredOperator(
        TabularModel(
          .treeEnsembleClassifier, columns: max(1, labels(node).count),
          labelType: labels(node).type, vectors: 0, comparisons: try comparisons(node)))
    },
    .classical("TreeEnsembleRegressor") { node throws(Problem) in
      LoweredOperator(
        TabularModel(
          .treeEnsembleRegressor,
          columns: min(1 << 30, max(1, try node.integer("n_targets", default: 1))),
          labelType: nil, vectors: 0, comparisons: try comparisons(node)))
    },
  ]

  private static func labels(_ node: ONNXNodeReader) -> (count: Int, type: ElementType) {
    for name in ["classlabels_strings", "classlabels_int64s", "classlabels_ints"] {
      let count = node.count(name)
      if count > 0 { return (count, name.hasSuffix("strings") ? .string : .int64) }
    }
    return (0, .int64)
  }

  @Sendable private static func labelEncoder(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    let types: [(String, ElementType)] = [
      ("values_strings", .string), ("values_int64s", .int64), ("values_floats", .float32),
    ]
    var result = types.first { node.has($0.0) }?.1
    // Version 1 maps strings to their indices in a list, and back.
    if result == nil { result = node.statedType(0) == .string ? .int64 : .string }
    if case .tensor(let tensor)? = node.node.attributes["values_tensor"] {
      result = tensor.elementType
    }
    return LoweredOperator(
      SameShape(
        .labelEncoder, operationsPerElement: .lookUps(1), resultTypes: [result], attributes: [1]))
  }

  /// Every row is compared with every support vector, by a product and a kernel function.
  private static func supportVectors(
    _ node: ONNXNodeReader, _ countName: String
  ) throws(Problem) -> Int {
    if let count = try node.integer(countName) { return min(1 << 30, max(0, count)) }
    let perClass = try node.integers("vectors_per_class") ?? []
    // bounded: two numbers of at most 2^30
    return perClass.reduce(0) { min(1 << 30, $0 + min(1 << 30, max(0, $1))) }
  }

  @Sendable private static func supportVectorClassifier(
    _ node: ONNXNodeReader
  ) throws(Problem) -> LoweredOperator {
    let classes = max(1, labels(node).count)
    let vectors = try supportVectors(node, "n_supports")
    // Without support vectors it is linear, one vector a class.
    return LoweredOperator(
      TabularModel(
        .svmClassifier, columns: max(2, classes), labelType: labels(node).type,
        vectors: vectors > 0 ? vectors : classes, comparisons: 0))
  }

  /// At most as many comparisons as the deepest path of every tree has.
  ///
  /// Depth is found from the links of the nodes; a broken link ends a path.
  // bounded: a depth by the number of nodes, which are in memory
  private static func comparisons(_ node: ONNXNodeReader) throws(Problem) -> Int {
    let trees = try node.integers("nodes_treeids") ?? []
    let ids = try node.integers("nodes_nodeids") ?? []
    let yes = try node.integers("nodes_truenodeids") ?? []
    let no = try node.integers("nodes_falsenodeids") ?? []
    guard ids.count == trees.count, yes.count == trees.count, no.count == trees.count else {
      throw Problem("the lists that describe the trees' nodes have different lengths")
    }
    struct Key: Hashable {
      var tree: Int
      var node: Int
    }
    var depth: [Key: Int] = [:]
    var deepest: [Int: Int] = [:]
    // Exporters write a node before those below it, so one pass finds the depths.
    for place in trees.indices {
      let own = depth[Key(tree: trees[place], node: ids[place])] ?? 0
      deepest[trees[place]] = max(deepest[trees[place]] ?? 0, own)
      guard yes[place] != no[place] else { continue }
      for child in [yes[place], no[place]] {
        depth[Key(tree: trees[place], node: child)] = own + 1
      }
    }
    return deepest.values.reduce(0, +)
  }

  /// The same where the nodes of all trees stand in one list and name those below by their places.
  // bounded: a depth by the number of nodes, which are in memory
  private static func linkedComparisons(_ node: ONNXNodeReader) throws(Problem) -> Int {
    let yes = try node.integers("nodes_truenodeids") ?? []
    let no = try node.integers("nodes_falsenodeids") ?? []
    let yesIsLeaf = try node.integers("nodes_trueleafs") ?? []
    let noIsLeaf = try node.integers("nodes_falseleafs") ?? []
    guard no.count == yes.count, yesIsLeaf.count == yes.count, noIsLeaf.count == yes.count else {
      throw Problem("the lists that describe the trees' nodes have different lengths")
    }
    var depth = [Int](repeating: 1, count: yes.count)
    // A node that stands before the one above it has that one's depth found too late; at most its
    // own depth is then counted.
    for place in yes.indices {
      for (child, isLeaf) in [(yes[place], yesIsLeaf[place]), (no[place], noIsLeaf[place])]
      where isLeaf == 0 && depth.indices.contains(child) && child > place {
        depth[child] = max(depth[child], depth[place] + 1)
      }
    }
    let roots = (try node.integers("tree_roots") ?? [0]).sorted()
    return roots.indices.reduce(0) { sum, index in
      let end = index + 1 < roots.count ? roots[index + 1] : depth.count
      guard depth.indices.contains(roots[index]), end >= roots[index] else { return sum }
      return sum + (depth[roots[index]..<min(end, depth.count)].max() ?? 0)
    }
  }
}

extension ONNXNodeReader {
  /// How many values a list attribute holds; 0 when there is none.
  fileprivate func count(_ name: String) -> Int {
    switch node.attributes[name] {
    case .integers(let values): return values.count
    case .reals(let values): return values.count
    case .texts(let values): return values.count
    default: return 0
    }
  }
}

extension ONNXLowering {
  fileprivate static func classical(
    _ type: String,
    lower: @escaping @Sendable (ONNXNodeReader) throws(Problem) -> LoweredOperator
  ) -> ONNXLowering {
    ONNXLowering(type, domain: "ai.onnx.ml") { node throws(Problem) in
      var lowered = try lower(node)
      lowered.stored = node.storedAttributes
      return lowered
    }
  }
}
