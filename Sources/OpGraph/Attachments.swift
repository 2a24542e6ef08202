/// A way to run a model that its file names: one of its graphs, and what callers call its inputs.
public struct Signature: Hashable, Sendable {
  public var key: String
  /// Place of the graph in `Model.subgraphs`.
  public var subgraph: Int
  /// Names of tensors by what callers call them.
  public var inputs: [String: String]
  public var outputs: [String: String]

  /// Creates a signature.
  public init(key: String, subgraph: Int, inputs: [String: String], outputs: [String: String]) {
    self.key = key
    self.subgraph = subgraph
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// What a model's file tells people about the model (TFLite metadata).
public struct ModelCard: Hashable, Sendable {
  /// A tensor as its users know it.
  public struct Tensor: Hashable, Sendable {
    public var name: String
    public var description: String

    /// Creates a description.
    public init(name: String, description: String) {
      self.name = name
      self.description = description
    }
  }

  /// A file that belongs to the model, such as the labels of its classes.
  public struct File: Hashable, Sendable {
    public var name: String
    /// What the file is, in the schema's terms, such as `TENSOR_AXIS_LABELS`.
    public var kind: String
    public var description: String
    /// Its size where it is packed into the model's file; nil where it is not.
    public var bytes: Int?

    /// Creates a description.
    public init(name: String, kind: String, description: String, bytes: Int?) {
      self.name = name
      self.kind = kind
      self.description = description
      self.bytes = bytes
    }
  }

  public var name = ""
  public var description = ""
  public var version = ""
  public var author = ""
  public var license = ""
  public var inputs: [Tensor] = []
  public var outputs: [Tensor] = []
  public var files: [File] = []

  /// Creates an empty card.
  public init() {}
}

/// Operators that a compiler made code for an accelerator of; the file does not show them.
public struct CompiledPart: Hashable, Sendable {
  /// The name of the layer in reports.
  public var layer: String
  /// The operator's name in the file, such as `ethos-u`.
  public var sourceOperator: String
  /// What the code is for, as far as its header tells.
  public var target: String
  /// What its header and its operands tell, by name; bytes unless the name says otherwise.
  public var facts: [String: Int]

  /// Creates a description.
  public init(layer: String, sourceOperator: String, target: String, facts: [String: Int]) {
    self.layer = layer
    self.sourceOperator = sourceOperator
    self.target = target
    self.facts = facts
  }
}
