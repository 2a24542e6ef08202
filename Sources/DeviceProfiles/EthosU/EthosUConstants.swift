import Documents
package import Quantities

/// The numbers of the Ethos-U formulas that are the same for all configurations, from
/// `Data/ethos_u.json`.
///
/// Each was fitted to the output of Vela for networks, and has an interval and a note there. What the
/// architecture fixes is in the code of the formulas, by name.
package struct EthosUConstants: Codable, Sendable {
  /// Copies that wait less for each other: those out of the external memory, and short.
  package struct ShortCopy: Codable, Sendable {
    /// A copy of fewer elements is short.
    package var elements: Estimate<Pieces>
    package var cyclesPerElement: Estimate<CyclesPerElement>
  }

  /// What an element takes that a pad adds.
  package struct PaddedElement: Codable, Sendable {
    /// How many times as long as copying an element it takes.
    package var copies: Estimate<Ratio>
    /// Read out of the external memory.
    package var bytes: Estimate<BytesPerElement>
  }

  package struct Pad: Codable, Sendable {
    package var start: Estimate<Cycles>
    package var lastAxis, otherAxes: PaddedElement
  }

  /// A constant operand of an element-wise operator, which is read at each position.
  package struct ConstantOperand: Codable, Sendable {
    /// Bytes that are read for each begun brick of channels.
    package var brickBytes: Estimate<Bytes>
    /// The most bytes that are read for one that is used.
    package var greatestWaste: Estimate<Ratio>
  }

  /// How many times the bytes that are used are moved when a feature map lies in rows.
  package struct RowWaste: Codable, Sendable {
    /// Of fewer channels than half a brick.
    package var narrow: Estimate<Ratio>
    /// Of more, where they are no whole bricks.
    package var wide: Estimate<Ratio>
  }

  /// Cycles by which the weight decoder is late where a block has one microblock in the plane.
  package struct DecoderWait: Codable, Sendable {
    package var depthwise, other: Estimate<Cycles>
    /// A kernel of one element waits only when it takes more steps than this.
    package var stepsWithoutWait: Estimate<Pieces>
  }

  /// How many times an operand is read that is too large for its memory and is read in stripes.
  package struct StripeOverlap: Codable, Sendable {
    package var unitStride, strided: Estimate<Ratio>
  }

  /// Bytes of weights as they are stored.
  package struct EncodedWeights: Codable, Sendable {
    package var convolution, depthwise, mean: Estimate<BytesPerElement>
    /// Of the start of an operator's weights.
    package var start: Estimate<Bytes>
  }

  package var copyStart: Estimate<Cycles>
  package var shortCopy: ShortCopy
  package var pad: Pad
  package var constantOperand: ConstantOperand
  /// Of the memory for feature maps and of the external one.
  package var rowWaste, externalRowWaste: RowWaste
  /// The fewest cycles of a step for each channel of a microblock: weights are not decoded faster.
  package var decoderCyclesPerChannel: Estimate<Cycles>
  package var decoderWait: DecoderWait
  package var stripeOverlap: StripeOverlap
  package var encodedWeights: EncodedWeights
  /// Which part of the weights that come late has to be waited for.
  package var lateWeightShare: Estimate<Ratio>
  /// What Vela needs for a model whose feature maps all lie in SRAM, over its live activations.
  package var compiledMemory: Estimate<Ratio>
  /// What Vela needs of an external memory behind the SRAM, over the constants and live activations.
  package var compiledExternalMemory: Estimate<Ratio>
  /// Documents by the identifiers that the numbers name.
  package var sources: [String: Source]

  /// The numbers that the tool carries.
  package static let standard = embedded("Data/ethos_u").decoded(as: EthosUConstants.self)

  /// The identifiers of the documents that the numbers name, sorted.
  package var citedSources: [String] { sources.keys.sorted() }
}
