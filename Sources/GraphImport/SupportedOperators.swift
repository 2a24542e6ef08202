package import OpGraph

/// The operators that files may hold and that have rules here, for documentation.
package enum SupportedOperators {
  /// One row of a lowering table.
  package struct Row: Sendable {
    /// The operator set or schema that the name belongs to.
    package var domain: String
    /// The operator's name in the file's own terms.
    package var name: String
    /// The first version of the operator set that the row is for.
    package var sinceVersion: Int
    /// The canonical operator; nil where it depends on attributes.
    package var canonicalName: OperatorName?
    /// The kind of kernel that carries it out, as far as that does not depend on operands.
    package var kind: KernelKind?
  }

  /// The ONNX operators, sorted by domain, name and version.
  package static var onnx: [Row] {
    let runners = ONNXGraphLowering.controlFlow.map {
      Row(
        domain: "ai.onnx", name: $0, sinceVersion: 1, canonicalName: OperatorName(rawValue: $0),
        kind: .view)
    }
    let rows = ONNXLowerings.all.map { row in
      let node = ONNXNode(
        name: "", operatorType: row.operatorType, domain: row.domain, inputs: [], outputs: [""],
        attributes: [:])
      let reader = ONNXNodeReader(
        node: node, name: "", operatorSet: row.sinceVersion, operands: [])
      let operation = (try? row.lower(reader))?.operation
      return Row(
        domain: row.domain, name: row.operatorType, sinceVersion: row.sinceVersion,
        canonicalName: operation?.name, kind: operation?.kind(for: Operands([])))
    }
    return (runners + rows).sorted {
      ($0.domain, $0.name, $0.sinceVersion) < ($1.domain, $1.name, $1.sinceVersion)
    }
  }

  /// The TFLite operators, sorted by name.
  package static var tflite: [Row] {
    let runners = TFLiteGraphLowering.controlFlow.map {
      Row(
        domain: "tflite", name: $0.key, sinceVersion: 1, canonicalName: $0.value, kind: .view)
    }
    let tables = [
      ("tflite", "", TFLiteLowerings.builtins), ("tflite custom", "", TFLiteLowerings.custom),
      ("tflite flex", TFLiteLowerings.flexPrefix, TFLiteLowerings.flex),
    ]
    let rows = tables.flatMap { domain, prefix, table in
      table.map { row in
        let op = TFLiteOperator(
          index: 0, name: prefix + row.name, isCustom: domain != "tflite", version: 1, inputs: [],
          outputs: [], options: TFLiteOptions())
        let lowered = try? row.lower(TFLiteOperatorReader(op))
        return Row(
          domain: domain, name: prefix + row.name, sinceVersion: 1,
          canonicalName: lowered?.operation.name,
          kind: lowered?.operation.kind(for: Operands([])))
      }
    }
    return (runners + rows).sorted { ($0.domain, $0.name) < ($1.domain, $1.name) }
  }
}
