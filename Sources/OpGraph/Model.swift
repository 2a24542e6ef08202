/// A model file as a graph of canonical operators.
package struct Model: Sendable {
  /// A file format that is read.
  package enum Format: String, Sendable { case onnx, tflite }

  /// A graph or function of the file, before calls are followed.
  package struct Subgraph: Hashable, Sendable {
    package var name: String
    package var operators: Int
    package var tensors: Int

    package init(name: String, operators: Int, tensors: Int) {
      self.name = name
      self.operators = operators
      self.tensors = tensors
    }
  }

  /// The format of the file.
  package var format: Format
  /// The producer of the file, if it is stated.
  package var producer: String
  /// The file's own description, when it has one.
  package var description: String
  /// The versions of the operator sets that the file is written in.
  package var operatorSets: [String: Int]
  /// Free entries that the file carries about itself, by name.
  package var metadata: [String: String]
  /// The graph that runs, with what it calls in its regions.
  package var graph: Graph
  /// The graphs and functions that the file defines.
  package var subgraphs: [Subgraph]
  /// Place in `subgraphs` of the one that runs.
  package var runningSubgraph = 0
  /// The ways to run it that the file names.
  package var signatures: [Signature] = []
  /// The description of the model in the file.
  package var card: ModelCard?
  /// Operators that the file holds as code for an accelerator only.
  package var compiledParts: [CompiledPart] = []
  /// The file's subgraphs as they are stored, for runtimes that execute it so; nil for ONNX.
  package var program: StoredProgram?
  /// The elements of stored tensors; nil unless they were asked for.
  package var elements: (any StoredElements)?
  /// Diagnostics for the user of how the file was read.
  package var diagnostics: [Diagnostic]
  /// Whether the file's tensor shapes are binding (TFLite) or hints (ONNX).
  package var shapesAreBinding: Bool

  package init(
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
package struct Diagnostic: Hashable, Sendable {
  /// How much a diagnostic matters.
  package enum Severity: String, Sendable { case note, warning, error }

  /// How much it matters.
  package var severity: Severity
  /// A stable identifier for policies and filters, such as `unknown-operator`.
  package var code: String
  /// One sentence that names the fact and, where there was one, the expectation.
  package var message: String
  /// The name of the layer that it is about, if any.
  package var layer: String?

  /// Whether a number may be wrong or missing, and not only explained.
  package var isWarning: Bool { severity != .note }

  package init(_ severity: Severity, code: String, _ message: String, layer: String? = nil) {
    self.severity = severity
    self.code = code
    self.message = message
    self.layer = layer
  }
}

extension [Diagnostic] {
  /// Each diagnostic once, in the order in which they first occur, with how often it occurs.
  package var counted: [(diagnostic: Diagnostic, count: Int)] {
    var places: [Diagnostic: Int] = [:]
    var result: [(diagnostic: Diagnostic, count: Int)] = []
    for diagnostic in self {
      if let place = places[diagnostic] {
        result[place].count += 1
      } else {
        places[diagnostic] = result.count
        result.append((diagnostic, 1))
      }
    }
    return result
  }
}
