/// A model file as a graph of canonical operators.
public struct Model: Sendable {
  /// A file format that is read.
  public enum Format: String, Sendable { case onnx, tflite }

  /// A graph or function of the file, before calls are followed.
  public struct Subgraph: Hashable, Sendable {
    public var name: String
    public var operators: Int
    public var tensors: Int

    /// Creates a description.
    public init(name: String, operators: Int, tensors: Int) {
      self.name = name
      self.operators = operators
      self.tensors = tensors
    }
  }

  /// The format of the file.
  public var format: Format
  /// What made the file, when it says so.
  public var producer: String
  /// The file's own description, when it has one.
  public var description: String
  /// The versions of the operator sets that the file is written in.
  public var operatorSets: [String: Int]
  /// Free entries that the file carries about itself, by name.
  public var metadata: [String: String]
  /// The graph that runs, with what it calls in its regions.
  public var graph: Graph
  /// The graphs and functions that the file defines.
  public var subgraphs: [Subgraph]
  /// Place in `subgraphs` of the one that runs.
  public var runningSubgraph = 0
  /// The ways to run it that the file names.
  public var signatures: [Signature] = []
  /// What the file tells people about the model.
  public var card: ModelCard?
  /// Operators that the file holds as code for an accelerator only.
  public var compiledParts: [CompiledPart] = []
  /// What a user should know of how the file was read.
  public var diagnostics: [Diagnostic]
  /// Whether the file's tensor shapes are binding (TFLite) or hints (ONNX).
  public var shapesAreBinding: Bool

  /// Creates a model.
  public init(
    format: Format, producer: String, description: String, operatorSets: [String: Int],
    metadata: [String: String], graph: Graph, subgraphs: [Subgraph], diagnostics: [Diagnostic],
    shapesAreBinding: Bool
  ) {
    self.format = format
    self.producer = producer
    self.description = description
    self.operatorSets = operatorSets
    self.metadata = metadata
    self.graph = graph
    self.subgraphs = subgraphs
    self.diagnostics = diagnostics
    self.shapesAreBinding = shapesAreBinding
  }
}

/// Something that a user should know and that does not stop the work.
public struct Diagnostic: Hashable, Sendable {
  /// How much a diagnostic matters.
  public enum Severity: String, Sendable { case note, warning, error }

  /// How much it matters.
  public var severity: Severity
  /// A stable identifier for policies and filters, such as `unknown-operator`.
  public var code: String
  /// One sentence that names the fact and, where there was one, the expectation.
  public var message: String
  /// The name of the layer that it is about, if any.
  public var layer: String?

  /// Creates a diagnostic.
  public init(_ severity: Severity, code: String, _ message: String, layer: String? = nil) {
    self.severity = severity
    self.code = code
    self.message = message
    self.layer = layer
  }
}
