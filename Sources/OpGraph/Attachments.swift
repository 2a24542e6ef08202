/// A signature of a model: one of its graphs, with names of inputs and outputs for callers.
package struct Signature: Hashable, Sendable {
  package var key: String
  /// Index of the graph in `Model.subgraphs`.
  package var subgraph: Int
  /// Names of tensors by what callers call them.
  package var inputs: [String: String]
  package var outputs: [String: String]

  package init(key: String, subgraph: Int, inputs: [String: String], outputs: [String: String]) {
    self.key = key
    self.subgraph = subgraph
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// The description of a model in its file (TFLite metadata).
package struct ModelCard: Hashable, Sendable {
  /// A tensor as its users know it.
  package struct Tensor: Hashable, Sendable {
    package var name: String
    package var description: String

    package init(name: String, description: String) {
      self.name = name
      self.description = description
    }
  }

  /// A file that belongs to the model, such as the labels of its classes.
  package struct File: Hashable, Sendable {
    package var name: String
    /// What the file is, in the schema's terms, such as `TENSOR_AXIS_LABELS`.
    package var kind: String
    package var description: String
    /// Its size where it is packed into the model's file; nil where it is not.
    package var bytes: Int?

    package init(name: String, kind: String, description: String, bytes: Int?) {
      self.name = name
      self.kind = kind
      self.description = description
      self.bytes = bytes
    }
  }

  package var name = ""
  package var description = ""
  package var version = ""
  package var author = ""
  package var license = ""
  package var inputs: [Tensor] = []
  package var outputs: [Tensor] = []
  package var files: [File] = []

  package init() {}
}

/// Operators that a compiler made code for an accelerator of; the file does not show them.
package struct CompiledPart: Hashable, Sendable {
  /// The name of the layer in reports.
  package var layer: String
  /// The operator's name in the file, such as `ethos-u`.
  package var sourceOperator: String
  /// The target of the code, as far as its header states it.
  package var target: String
  /// Facts of its header and its operands, by name; bytes unless the name states another unit.
  package var facts: [String: Int]

  package init(layer: String, sourceOperator: String, target: String, facts: [String: Int]) {
    self.layer = layer
    self.sourceOperator = sourceOperator
    self.target = target
    self.facts = facts
  }
}
