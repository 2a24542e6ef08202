import OpGraph
import TestSupport
import Testing

@testable import Analysis

/// Vela's counts of small graphs; ethos-u-vela 5.2.0 prints these numbers for such files
/// (`Tests/Differential/vela_cases.py`).
@Suite struct VelaConventionTests {
  /// 8 x 8 pixels of 8 channels.
  private static let elements = 8 * 8 * 8

  /// A 1x1 convolution from 8 to 8 channels, which counts `elements * 8`.
  private static func convolution(
    _ test: inout TestGraph, _ x: ValueID, kernel: Int = 1, channels: Int = 8, dilation: Int = 1,
    padding: Padding = .sameUpper, name: String
  ) -> ValueID {
    let weights = test.weights(
      "\(name)w", [.fixed(channels), .fixed(kernel), .fixed(kernel), 8], .int8)
    let operation = Convolution(
      window: SlidingWindow(
        strides: [1, 1], dilations: [dilation, dilation], padding: padding),
      groups: 1, layout: .channelsLast, weightLayout: .outputSpaceInput)
    return test.node(operation, [x, weights], name: name)
  }

  private static func widths(_ test: inout TestGraph) -> ValueID {
    test.weights("widths", [4, 2], .int32, .integers([0, 0, 1, 1, 1, 1, 0, 0]))
  }

  /// A graph over an input and a convolution of it, and what Vela counts besides that convolution.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: Int
    var build: @Sendable (inout TestGraph, _ x: ValueID, _ y: ValueID) -> [ValueID]

    init(
      _ name: String, _ expected: Int,
      _ build: @escaping @Sendable (inout TestGraph, ValueID, ValueID) -> [ValueID]
    ) {
      (testDescription, self.expected, self.build) = (name, expected, build)
    }
  }

  static let cases: [Case] = [
    Case("a concatenation's operand that its producer writes", elements * 8) { test, x, y in
      let z = convolution(&test, x, name: "z")
      return [test.node(Concat(axis: 3), [y, z], name: "c")]
    },
    Case("an input of the graph is copied", elements) { test, x, y in
      [test.node(Concat(axis: 3), [x, y], name: "c")]
    },
    Case("so is an operand that others read", elements * 8 + elements) { test, _, y in
      let z = convolution(&test, y, name: "z")
      return [test.node(Concat(axis: 3), [y, z], name: "c")]
    },
    Case("and one that is read twice", 2 * elements) { test, _, y in
      [test.node(Concat(axis: 3), [y, y], name: "c")]
    },
    Case("a pad that convolutions do themselves", elements * 8 * 9) { test, _, y in
      let pad = test.node(Pad(.pairs), [y, widths(&test)], name: "p")
      return [convolution(&test, pad, kernel: 3, padding: .valid, name: "z")]
    },
    // Two rows and two columns of 10 pixels.
    Case("a pad for others: its borders", 4 * 10 * 8) { test, _, y in
      [test.node(Pad(.pairs), [y, widths(&test)], name: "p")]
    },
    Case("a pad of an input is copied as well", elements + 4 * 10 * 8) { test, x, y in
      [test.node(Pad(.pairs), [x, widths(&test)], name: "p"), y]
    },
    Case("a view between an input and a result", elements) { test, x, y in
      [test.node(Reshape(.fixed([1, -1], zeroIsLiteral: false)), [x], name: "v"), y]
    },
    Case("a view elsewhere", 0) { test, _, y in
      [test.node(Reshape(.fixed([1, -1], zeroIsLiteral: false)), [y], name: "v")]
    },
    Case("parts that convolutions read", 2 * elements * 8) { test, x, y in
      let c = test.node(Concat(axis: 1), [y, convolution(&test, x, name: "z")], name: "c")
      let begin = test.weights("b", [4], .int32, .integers([0, 0, 0, 0]))
      let size = test.weights("s", [4], .int32, .integers([1, 8, 8, 8]))
      let part = test.node(Slice(.startsAndSizes), [c, begin, size], name: "p")
      return [convolution(&test, part, name: "r")]
    },
    // A 3x3 kernel becomes one of 7x7, most of which are zeros.
    Case("a dilated kernel", elements * 8 * 49) { test, _, y in
      [convolution(&test, y, kernel: 3, dilation: 3, name: "z")]
    },
    Case("an activation that becomes part", 0) { test, _, y in
      [test.node(Activation(.sigmoid), [y], name: "a")]
    },
    Case("an activation after few channels", 64 * 4 * 8 + 64 * 4) { test, _, y in
      let z = convolution(&test, y, channels: 4, name: "z")
      return [test.node(Activation(.sigmoid), [z], name: "a")]
    },
    Case("a squared difference", 2 * elements) { test, x, y in
      [test.node(Elementwise(.squaredDifference), [x, y], name: "d")]
    },
    // Two rows of blocks, then three columns of them.
    Case("repetitions along two axes", 2 * elements + 6 * elements) { test, _, y in
      let repeats = test.weights("r", [4], .int32, .integers([1, 2, 3, 1]))
      return [test.node(Tile(), [y, repeats], name: "t")]
    },
    // Rows, then the columns of one row.
    Case("a maximum over both axes", elements + 8 * 8) { test, _, y in
      [
        test.node(
          Reduction(.maximum, axes: .fixed([1, 2]), keepsDimensions: true), [y], name: "m")
      ]
    },
    Case("a resize to twice the size", 4 * elements) { test, _, y in
      let sizes = test.weights("s", [2], .int32, .integers([16, 16]))
      return [
        test.node(Resize(.nearest, target: .spatialSizes), [y, sizes], name: "r")
      ]
    },
    Case("a bilinear one, with a 4x4 kernel after a step", 4 * elements + 16 * 16 * elements) {
      test, _, y in
      let sizes = test.weights("s", [2], .int32, .integers([32, 32]))
      let resize = Resize(.linear, target: .spatialSizes, sampling: .asymmetric)
      return [test.node(resize, [y, sizes], name: "r")]
    },
    Case("a resize to the same size", elements) { test, _, y in
      let sizes = test.weights("s", [2], .int32, .integers([8, 8]))
      return [
        test.node(Resize(.nearest, target: .spatialSizes), [y, sizes], name: "r")
      ]
    },
  ]

  @Test(arguments: cases) func countsAsVelaDoes(_ example: Case) throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 8], .int8)
    let y = Self.convolution(&test, x, name: "y")
    let results = example.build(&test, x, y)
    let found = Reconciliation(
      try test.workload(outputs: results), VelaConvention(), format: .tflite)
    #expect(found.theirs == .fixed(Self.elements * 8 + example.expected))
    let told = found.differences.map { $0.theirs - $0.ours }.sum
    #expect(found.ours + told == found.theirs)
  }

  @Test func saysWhatStoredValuesDecide() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 8], .int8)
    let slopes = test.weights("slopes", [1, 1, 8], .int8)
    let y = test.node(Activation(.parametricRelu), [x, slopes], name: "y")
    let found = Reconciliation(
      try test.workload(outputs: [y]), VelaConvention(), format: .tflite)
    #expect(found.theirs == 0)
    #expect(
      found.remark
        == "ethos-u-vela 5.2.0 may count up to 512 more at 1 PRelu, first at 'y', which depends on "
        + "stored values")
  }

  @Test func hostLayersCountNothing() throws {
    var test = TestGraph()
    let x = test.input("x", [1, 8, 8, 8], .int8)
    let y = Self.convolution(&test, x, name: "y")
    let c = test.node(Concat(axis: 3), [y, Self.convolution(&test, x, name: "z")], name: "c")
    let found = Reconciliation(
      try test.workload(outputs: [c]), VelaConvention(), format: .tflite, hostLayers: [0])
    // What the host computes is copied.
    #expect(found.theirs == .fixed(Self.elements * 8 + Self.elements))
  }
}
