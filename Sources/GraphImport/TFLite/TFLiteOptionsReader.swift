internal import CFlatBuffers
import Quantities

/// Makes the options of operators, which are copied out of the file when they are asked for.
struct TFLiteOptionsReader {
  let handle: OpaquePointer
  let contents: FlatBufferContents
  /// The attributes of nodes of TensorFlow by where these lie: operators can share one.
  private var nodes: [Range<UnsafeRawPointer>: TFLiteOptions] = [:]

  init(handle: OpaquePointer, contents: FlatBufferContents) {
    self.handle = handle
    self.contents = contents
  }

  /// The options of an operator of the schema, or in the map of a custom operator's own.
  func options(
    subgraph: Int, operator index: Int, custom: tfl_string
  ) -> TFLiteOptions {
    let handle = self.handle
    let contents = self.contents
    return TFLiteOptions(
      integer: { name in
        var value: Int64 = 0
        return tfl_integer_option(handle, subgraph, index, custom, name, &value) != 0
          ? Int(value) : nil
      },
      real: { name in
        var value = 0.0
        return tfl_real_option(handle, subgraph, index, custom, name, &value) != 0 ? value : nil
      },
      integers: { name throws(Problem) in
        var count = 0
        guard tfl_integers_option(handle, subgraph, index, custom, name, nil, 0, &count) != 0 else {
          return nil
        }
        try contents.spend(onNumbers: count, ofOption: name)
        var values = [Int64](repeating: 0, count: count)
        _ = tfl_integers_option(handle, subgraph, index, custom, name, &values, count, &count)
        return values.map(Int.init)
      },
      length: { name in
        var length = 0
        return tfl_option_length(handle, subgraph, index, name, &length) != 0 ? length : nil
      },
      blob: { name in
        var value = tfl_string()
        guard tfl_text_option(handle, subgraph, index, custom, name, &value) != 0 else {
          return nil
        }
        return UnsafeRawBufferPointer(start: value.bytes, count: value.count)
      },
      text: { name throws(Problem) in
        var value = tfl_string()
        guard tfl_text_option(handle, subgraph, index, custom, name, &value) != 0 else {
          return nil
        }
        return try contents.option(value, named: name)
      },
      bytes: UnsafeRawBufferPointer(start: custom.bytes, count: custom.count))
  }

  /// The options of a Flex operator, which are the attributes of the node of TensorFlow that it carries.
  mutating func flexOptions(_ custom: tfl_string) throws(Problem) -> TFLiteOptions {
    var node = tfl_string()
    guard tfl_custom_element(custom, 1, &node) != 0, let first = node.bytes,
      node.count <= TensorFlowNode.maximumBytes
    else { return TFLiteOptions() }
    let start = UnsafeRawPointer(first)
    let place = start..<(start + node.count)
    if let known = nodes[place] { return known }
    try contents.spend(TensorFlowNode.costPerByte * node.count, on: "options")
    let read = TensorFlowNode(UnsafeRawBufferPointer(start: start, count: node.count))
    let options = read?.options(charging: contents) ?? TFLiteOptions()
    nodes[place] = options
    return options
  }
}
