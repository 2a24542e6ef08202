import DeviceProfiles

/// What the architecture of Ethos-U55 and Ethos-U65 fixes, for every configuration alike.
///
/// From the Arm Ethos-U55 and Ethos-U65 NPU Technical Reference Manuals, and from
/// `architecture_features.py`, `tensor.py` and `weight_compressor.py` of ethos-u-vela 5.2.0.
enum EthosUArchitecture {
  /// Channels of a brick, in which operators leave feature maps for each other (NHCWB16).
  static let brickChannels = 16
  /// Feature maps of fewer channels are kept in rows (NHWC).
  static let leastChannelsInBricks = 8

  /// An element of a result takes 32 products in 4 cycles: those of 32 channels at one kernel
  /// position, of 8 channels at 4 positions, or of one channel at 4 positions.
  static let bundleCycles = 4.0
  static let bundleChannels = 32
  static let bundlePositions = 4.0
  static let bundleChannelsKernelFirst = 8

  /// Larger kernels are cut into pieces of this height and width (`SubKernelMax`).
  static let subkernelSide = 8

  /// The largest block of a result (`ofm_block_max`).
  static let largestBlock = FeatureMapExtent(32, 64, 128)
  /// Blocks are this deep or a multiple of it where a result is split over its channels
  /// (`OFMSplitDepth`).
  static let splitDepth = 16
  /// Channels of a block are counted in these.
  static let depthStep = 8
  /// The most channels of a block of an operand.
  static let operandDepth = 32
  static let operandDepthKernelFirst = 16

  /// Blocks of operands and sums are held twice: one is filled while the other is used.
  static let buffersPerBlock = 2.0
  static let bytesPerSum = 4.0
  /// Bytes of the block buffer that results leave through (two banks of 1 KiB).
  static let outputBufferBytes = 2048.0

  /// Bytes of scale, shift and bias of a channel.
  static let scaleBytes = 10.0
}
