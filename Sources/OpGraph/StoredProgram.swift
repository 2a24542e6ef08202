/// A file's subgraphs, tensors and operators as they are stored, for runtimes that execute a file as it
/// is: nothing is folded, called subgraphs have tensors of their own, and open sizes have the size that is stored.
package struct StoredProgram: Sendable {
  /// Bytes in the file, which tensors can share.
  package struct Stored: Hashable, Sendable {
    package var place: Int
    package var bytes: Int

    package init(place: Int, bytes: Int) {
      self.place = place
      self.bytes = bytes
    }
  }

  package struct Tensor: Sendable {
    package var elementType: ElementType
    /// The sizes that are stored, also for axes that are open.
    package var shape: [Int]
    /// Bytes of its elements in the file, with the place that they lie in; nil where the file does not hold them.
    package var stored: Stored?
    /// Whether the elements are kept from one inference to the next.
    package var isVariable: Bool
    /// Scales of its quantization, where there are zero points too.
    package var scaleCount: Int

    package init(
      _ elementType: ElementType, _ shape: [Int], stored: Stored? = nil, isVariable: Bool = false,
      scaleCount: Int = 0
    ) {
      self.elementType = elementType
      self.shape = shape
      self.stored = stored
      self.isVariable = isVariable
      self.scaleCount = scaleCount
    }
  }

  package struct Operator: Sendable {
    package var name: String
    package var isCustom: Bool
    /// Places of tensors; negative where an optional one is left out.
    package var inputs: [Int]
    package var outputs: [Int]
    /// Subgraphs that it runs, in the order of its runs.
    package var subgraphs: [Int] = []
    /// Options that the memory of its kernel depends on.
    package var options: [String: Int] = [:]
    /// The name of the variable that it is a handle of.
    package var variable: String?

    package init(
      _ name: String, isCustom: Bool = false, inputs: [Int], outputs: [Int], subgraphs: [Int] = [],
      options: [String: Int] = [:], variable: String? = nil
    ) {
      self.name = name
      self.isCustom = isCustom
      self.inputs = inputs
      self.outputs = outputs
      self.subgraphs = subgraphs
      self.options = options
      self.variable = variable
    }
  }

  package struct Subgraph: Sendable {
    package var tensors: [Tensor]
    package var operators: [Operator]
    package var inputs: [Int]
    package var outputs: [Int]

    package init(tensors: [Tensor], operators: [Operator], inputs: [Int], outputs: [Int]) {
      self.tensors = tensors
      self.operators = operators
      self.inputs = inputs
      self.outputs = outputs
    }
  }

  /// The first one is the one that runs.
  package var subgraphs: [Subgraph]
  /// Where the file places each tensor of each subgraph; negative where it leaves that to the runtime.
  package var plannedOffsets: [Int]?
  /// Whether operators of it are code for an accelerator.
  package var hasCompiledParts = false
  /// By subgraph and tensor, the value that the tensor became; nil where it became none, or one of another tensor.
  package var values: [[ValueID?]] = []

  package init(subgraphs: [Subgraph], plannedOffsets: [Int]? = nil) {
    self.subgraphs = subgraphs
    self.plannedOffsets = plannedOffsets
  }
}
