package import OpGraph

/// The kernels that firmware registers with TFLite Micro to run a model.
package struct MicroResolver: Sendable {
  /// Methods of `MicroMutableOpResolver`, each once, sorted.
  package let methods: [String]
  /// Custom operators that firmware registers with kernels of its own, and others that there is no kernel for.
  package let customOperators: [String]
  package let unknownOperators: [String]

  package init(_ program: StoredProgram) {
    var methods: Set<String> = []
    var custom: Set<String> = []
    var unknown: Set<String> = []
    for op in program.subgraphs.lazy.flatMap(\.operators) {
      if let kernel = MicroKernel.named(op.name) {
        methods.insert("Add" + kernel.resolverMethod)
      } else if op.isCustom {
        custom.insert(op.name)
      } else {
        unknown.insert(op.name)
      }
    }
    self.methods = methods.sorted()
    customOperators = custom.sorted()
    unknownOperators = unknown.sorted()
  }
}
