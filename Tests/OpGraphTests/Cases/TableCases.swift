import OpGraph

/// A classical model on 5 rows of 3 features; its numbers are attributes, which nothing is read of.
private func model(
  _ name: OperatorName, _ attributes: [String: FileOperator.Attribute], gives results: [TensorType],
  macs: Int = 0, adds: Int, written: Int
) -> OperatorCase {
  OperatorCase(
    name, .onnx("ai.onnx.ml", name.rawValue, attributes), on: [.float32([5, 3])], gives: results,
    macs: macs,
    other: .of(adds: adds), traffic: .bytes(read: 4 * 5 * 3, written: written))
}

private func classical(
  _ name: String, _ attributes: [String: FileOperator.Attribute] = [:]
) -> FileOperator { .onnx("ai.onnx.ml", name, attributes) }

/// One tree: a root, whose second child has two children.
///
/// The deepest path has two comparisons.
private let tree: [String: FileOperator.Attribute] = [
  "nodes_treeids": [0, 0, 0, 0, 0], "nodes_nodeids": [0, 1, 2, 3, 4],
  "nodes_truenodeids": [1, 0, 3, 0, 0], "nodes_falsenodeids": [2, 0, 4, 0, 0],
]

extension OperatorCases {
  /// Linear models and support vectors: rows x features x vectors multiply-accumulates and one
  /// addition for each value of each row; of trees the comparisons of the deepest paths besides.
  static let tables = list {
    model(
      .linearClassifier, ["classlabels_ints": [0, 1, 2]],
      gives: [.int64([5]), .float32([5, 3])], macs: 5 * 3 * 3, adds: 5 * 3,
      written: 8 * 5 + 4 * 5 * 3)
    model(
      .linearRegressor, ["targets": 2], gives: [.float32([5, 2])], macs: 5 * 3 * 2, adds: 5 * 2,
      written: 4 * 5 * 2)
    model(
      .svmClassifier, ["vectors_per_class": [2, 3], "classlabels_ints": [0, 1]],
      gives: [.int64([5]), .float32([5, 2])], macs: 5 * 3 * (2 + 3), adds: 5 * 2,
      written: 8 * 5 + 4 * 5 * 2)
    model(
      .svmRegressor, ["n_supports": 4], gives: [.float32([5, 1])], macs: 5 * 3 * 4, adds: 5,
      written: 4 * 5)
    model(
      .treeEnsembleClassifier, tree.merging(["classlabels_int64s": [0, 1]]) { $1 },
      gives: [.int64([5]), .float32([5, 2])], adds: 5 * 2 + 5 * 2, written: 8 * 5 + 4 * 5 * 2)
    model(
      .treeEnsembleRegressor, tree, gives: [.float32([5, 1])], adds: 5 * 2 + 5, written: 4 * 5)
    // The second child of the root is another node, all others are leaves.
    model(
      .treeEnsemble,
      [
        "nodes_truenodeids": [0, 1], "nodes_trueleafs": [1, 1], "nodes_falsenodeids": [1, 2],
        "nodes_falseleafs": [0, 1], "tree_roots": [0],
      ],
      gives: [.float32([5, 1])], adds: 5 * 2 + 5, written: 4 * 5)

    // A difference and a product; a square, a sum and a product; a comparison.
    OperatorCase(
      .scaler, classical("Scaler"), on: [.float32([5, 3])], gives: [.float32([5, 3])],
      other: .of(adds: 5 * 3, multiplies: 5 * 3),
      traffic: .bytes(read: 4 * 5 * 3, written: 4 * 5 * 3))
    OperatorCase(
      .normalizer, classical("Normalizer"), on: [.float32([5, 3])], gives: [.float32([5, 3])],
      other: .of(adds: 5 * 3, multiplies: 2 * 5 * 3),
      traffic: .bytes(read: 4 * 5 * 3, written: 4 * 5 * 3))
    OperatorCase(
      .imputer, classical("Imputer"), on: [.float32([5, 3])], gives: [.float32([5, 3])],
      other: .of(adds: 5 * 3), traffic: .bytes(read: 4 * 5 * 3, written: 4 * 5 * 3))
    OperatorCase(
      .binarizer, classical("Binarizer"), on: [.float32([5, 3])], gives: [.float32([5, 3])],
      other: .of(adds: 5 * 3), traffic: .bytes(read: 4 * 5 * 3, written: 4 * 5 * 3))
    // Both look each element up.
    OperatorCase(
      .labelEncoder, "numbers to texts", classical("LabelEncoder"), on: [.int64([5])],
      gives: [.string([5])], other: .of(lookUps: 5), traffic: .bytes(read: 8 * 5, written: 32 * 5))
    OperatorCase(
      .categoryMapper, "texts to numbers", classical("CategoryMapper"), on: [.string([5])],
      gives: [.int64([5])], other: .of(lookUps: 5), traffic: .bytes(read: 32 * 5, written: 8 * 5))
    // Only the columns that are taken are read.
    OperatorCase(
      .arrayFeatureExtractor, "two of three columns", classical("ArrayFeatureExtractor"),
      on: [.float32([5, 3]), .numbers([0, 2])], gives: [.float32([5, 2])], other: .moved(5 * 2),
      traffic: .bytes(read: 4 * 5 * 2, written: 4 * 5 * 2))
    OperatorCase(
      .featureVectorizer, classical("FeatureVectorizer", ["inputdimensions": [3, 2]]),
      on: [.float32([5, 3]), .float32([5, 2])], gives: [.float32([5, 5])], other: .moved(5 * 5),
      traffic: .bytes(read: 4 * 5 * 5, written: 4 * 5 * 5))
    // A comparison with each category.
    OperatorCase(
      .oneHotEncoder, classical("OneHotEncoder", ["cats_int64s": [1, 2, 3]]), on: [.int64([5])],
      gives: [.float32([5, 3])], other: .of(adds: 5 * 3),
      traffic: .bytes(read: 8 * 5, written: 4 * 5 * 3))
    OperatorCase(
      .castMap, classical("CastMap"), on: [.float32([3])], gives: [.float32([1, 3])],
      other: .moved(3), traffic: .bytes(read: 4 * 3, written: 4 * 3))
    OperatorCase(
      .dictVectorizer, classical("DictVectorizer", ["int64_vocabulary": [1, 2, 3, 4]]),
      on: [.float32([3])], gives: [.float32([1, 4])], other: .moved(4),
      traffic: .bytes(read: 4 * 3, written: 4 * 4))
  }
}
