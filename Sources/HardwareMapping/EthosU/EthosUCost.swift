import DeviceProfiles
import Quantities

/// Cycles of an Ethos-U for one operator, and the bytes that it moves.
struct OperationCost {
  /// Of the multipliers and the output stage.
  var cycles = 0.0
  /// Of a pass that follows when all has been read.
  var tailCycles = 0.0
  /// Bytes from and to the memory for feature maps, and the external one.
  var nearBytes = 0.0, externalBytes = 0.0

  /// Cycles of the memory that takes longest.
  func memoryCycles(in memories: EthosUMemories) -> Double {
    max(nearBytes / memories.nearBytesPerCycle, externalBytes / memories.externalBytesPerCycle)
  }

  /// Total cycles: the maximum of the parts.
  func total(in memories: EthosUMemories) -> Double {
    max(cycles, memoryCycles(in: memories)) + tailCycles
  }
}

/// The formulas of `docs/method/ethos-u.md`.
struct EthosUFormulas {
  private typealias Architecture = EthosUArchitecture

  let configuration: EthosUConfiguration
  let constants: EthosUConstants
  let memories: EthosUMemories

  /// The cost of an operation.
  /// - Parameter earlier: Cycles of the operation before it in which the memory for weights was idle.
  func cost(of operation: EthosUOperation, after earlier: Double) -> OperationCost {
    let output = operation.output
    let elements = output.floatingElements
    // Bricks move whole.
    let moved =
      operation.destination.isInRows
      ? elements : elements / Double(output.channels) * inBricks(output.channels)
    let read = moved * rowWaste(operation.source, output.channels)
    let written = moved * rowWaste(operation.destination, output.channels)
    var cost = OperationCost()
    switch operation.kind {
    case .nothing: break
    case .convolution, .depthwise, .pooling, .mean:
      cost = windowCost(operation, after: earlier)
    case .addition(let operands, let constants), .multiplication(let operands, let constants):
      let isSum = operation.kind == .addition(read: operands, constants: constants)
      let perElement =
        isSum ? configuration.cyclesPerAddition : configuration.cyclesPerMultiplication
      cost.cycles = perElement.value * moved
      add(read * Double(operands), written, operation, &cost)
      cost.externalBytes += constantBytes(constants, output)
    case .copy(let count):
      // Short copies out of the external memory do not wait for each other.
      let isShort =
        memories.capacity != nil && operation.source.isExternal
        && elements < constants.shortCopy.elements.value
      let perElement =
        isShort ? constants.shortCopy.cyclesPerElement : configuration.cyclesPerCopy
      cost.cycles = perElement.value * Double(count) + constants.copyStart.value
      add(Double(count), Double(count), operation, &cost)
    case .transposition(let passes):
      add(2 * elements * Double(passes), elements * Double(passes), operation, &cost)
    case .interpolation:
      cost.cycles =
        configuration.cyclesPerInterpolation.value / Double(configuration.cores) * elements
      add(read, written, operation, &cost)
    case .argMax:
      cost.cycles = configuration.cyclesPerArgMax.value * operation.input.floatingElements
    case .softmax:
      let rows = elements / Double(output.channels)
      let softmax = configuration.softmax
      cost.cycles =
        softmax.start.value + softmax.perRow.value * (rows - 1)
        + softmax.perElement.value * elements
    case .pad(let count, let isLastAxis):
      let added = Double(count)
      let element = isLastAxis ? constants.pad.lastAxis : constants.pad.otherAxes
      cost.cycles =
        added * configuration.cyclesPerCopy.value * element.copies.value
        + constants.pad.start.value
      cost.externalBytes = added * element.bytes.value
    }
    return cost
  }

  private func add(
    _ read: Double, _ written: Double, _ operation: EthosUOperation, _ cost: inout OperationCost
  ) {
    if operation.source.isExternal { cost.externalBytes += read } else { cost.nearBytes += read }
    if operation.destination.isExternal {
      cost.externalBytes += written
    } else {
      cost.nearBytes += written
    }
  }

  /// A constant operand is read at each position.
  private func constantBytes(_ operands: Int, _ output: FeatureMapExtent) -> Double {
    let constant = constants.constantOperand
    let bricks = Architecture.brickChannels
    let waste =
      output.channels.isMultiple(of: bricks)
      ? 1
      : min(
        constant.greatestWaste.value,
        constant.brickBytes.value * count(output.channels, bricks)
          / Double(output.channels))
    return Double(operands) * output.floatingElements * waste
  }

  /// How many times as much is moved when a feature map in rows is read in runs of few channels.
  private func rowWaste(_ residence: EthosUOperation.Residence, _ channels: Int) -> Double {
    guard residence.isInRows, !channels.isMultiple(of: Architecture.brickChannels) else {
      return 1
    }
    let waste = residence.isExternal ? constants.externalRowWaste : constants.rowWaste
    return (channels < Architecture.leastChannelsInBricks ? waste.narrow : waste.wide).value
  }

  // MARK: Windows

  private func windowCost(_ operation: EthosUOperation, after earlier: Double) -> OperationCost {
    let (input, output) = (operation.input, operation.output)
    let isPool = operation.kind == .pooling
    let isDepthwise = operation.kind == .depthwise || operation.kind == .mean
    let isConvolution = operation.kind == .convolution
    let kernelElements = Double(operation.kernelSize.height) * Double(operation.kernelSize.width)
    let (steps, isKernelFirst) = steps(operation, kernelElements)
    var block = BlockChoice(configuration).choose(operation, isKernelFirst: isKernelFirst)
    block.clip(to: operation)

    // Multipliers.
    let micro = configuration.microblock
    let depth = Double(micro.channels)
    let isWhole = block.output.channels >= output.channels
    let channels = roundedUp(
      Double(output.channels), to: isWhole ? depth : max(depth, Double(Architecture.splitDepth)))
    let plane = count(output.height, micro.height) * count(output.width, micro.width)
    let blockPlane =
      count(block.output.height, micro.height) * count(block.output.width, micro.width)
    let perMicroblock =
      isPool ? configuration.cyclesPerPoolPosition.value : Architecture.bundleCycles
    let decoder = isPool ? 0 : constants.decoderCyclesPerChannel.value * depth
    let wait =
      isPool || blockPlane > 1
      ? 0 : decoderWait(isDepthwise: isDepthwise, kernelElements: kernelElements, steps: steps)
    let cores = Double(configuration.cores)
    func cycles(_ microblocks: Double, _ blocks: Double) -> Double {
      max(perMicroblock * microblocks, (decoder + wait) * blocks) * steps / cores
    }
    let multiplying = cycles(plane, block.inPlane) * channels / depth
    let firstMultiplying = cycles(blockPlane, 1) * count(block.output.channels, micro.channels)
    let perOutput = configuration.cyclesPerOutput.value
    let storing = perOutput * output.floatingElements
    let lastStoring = perOutput * block.output.floatingElements

    // Feature maps.
    let inputWaste = rowWaste(operation.source, input.channels)
    let outputWaste = rowWaste(operation.destination, output.channels)
    let load =
      latency(operation.source).read.value
      + block.input.floatingElements * inputWaste / memories.bytesPerCycle(operation.source)
    let store =
      latency(operation.destination).write.value
      + block.output.floatingElements * outputWaste
      / memories.bytesPerCycle(operation.destination)
    let inputChannels = moved(input.channels, operation.source)
    let outputChannels = moved(output.channels, operation.destination)
    let side = Architecture.subkernelSide
    let pieces =
      count(operation.kernelSize.height, side) * count(operation.kernelSize.width, side)
    var read =
      block.inPlane * (isConvolution ? block.inDepth : 1) * Double(block.input.height)
      * Double(block.input.width) * inputChannels * pieces * inputWaste
    if let capacity = memories.capacity, kernelElements > 1,
      input.floatingElements + output.floatingElements > capacity
    {
      // Stripes read their edges twice.
      let isStrided = operation.stride.height > 1 || operation.stride.width > 1
      let overlap = constants.stripeOverlap
      read *= (isStrided ? overlap.strided : overlap.unitStride).value
    }
    let written =
      output.floatingElements / Double(output.channels) * outputChannels * outputWaste

    // Weights.
    var cost = OperationCost()
    var late = 0.0
    if !isPool {
      let weights = constants.encodedWeights
      let perWeight =
        operation.kind == .mean
        ? weights.mean : isConvolution ? weights.convolution : weights.depthwise
      let encoded =
        kernelElements * Double(output.channels) * (isConvolution ? Double(input.channels) : 1)
        * perWeight.value
        + weights.start.value
      let scales = Architecture.scaleBytes * Double(output.channels)
      let hidden = earlier * memories.externalBytesPerCycle
      if block.inPlane == 1, memories.capacity == nil || encoded > hidden {
        // Used once, so streamed.
        cost.externalBytes += encoded + scales
      } else {
        late = max(0, encoded - hidden)
        cost.nearBytes += encoded * block.inPlane
        cost.externalBytes += scales * block.inPlane + constants.lateWeightShare.value * late
      }
    }
    // The slower stage sets the pace; the other is paid for once.
    cost.cycles =
      max(multiplying, storing) + (multiplying >= storing ? lastStoring : firstMultiplying) + load
      + store + (isPool ? 0 : configuration.cyclesPerStart.value)
    cost.cycles = max(
      cost.cycles, constants.lateWeightShare.value * late / memories.externalBytesPerCycle)
    add(read, written, operation, &cost)
    if operation.kind == .mean {
      cost.tailCycles =
        configuration.cyclesPerWideMultiplication.value * output.floatingElements
    }
    return cost
  }

  /// Cycles by which weights come late to a block of one microblock in the plane.
  private func decoderWait(isDepthwise: Bool, kernelElements: Double, steps: Double) -> Double {
    let wait = constants.decoderWait
    if isDepthwise { return wait.depthwise.value }
    return kernelElements > 1 || steps > wait.stepsWithoutWait.value ? wait.other.value : 0
  }

  /// Steps of an element of the result, of 32 products each, and whether kernel positions come
  /// before channels in them.
  private func steps(
    _ operation: EthosUOperation, _ kernelElements: Double
  ) -> (steps: Double, isKernelFirst: Bool) {
    let positionSteps = (kernelElements / Architecture.bundlePositions).rounded(.up)
    switch operation.kind {
    case .depthwise, .mean: return (positionSteps, false)
    case .convolution:
      let channels = operation.input.channels
      let depthFirst = kernelElements * count(channels, Architecture.bundleChannels)
      // More channels come in operand blocks of 16, which take two steps each.
      let kernelFirst =
        positionSteps
        * (channels <= Architecture.bundleChannelsKernelFirst
          ? 1 : 2 * count(channels, Architecture.operandDepthKernelFirst))
      return (min(depthFirst, kernelFirst), kernelFirst <= depthFirst)
    default: return (kernelElements, false)
    }
  }

  private func moved(_ channels: Int, _ residence: EthosUOperation.Residence) -> Double {
    residence.isInRows ? Double(channels) : inBricks(channels)
  }

  private func latency(
    _ residence: EthosUOperation.Residence
  ) -> EthosUConfiguration.Latency {
    residence.isExternal ? configuration.externalLatency : configuration.latency
  }
}

/// How many parts of a size cover a length.
func count(_ length: Int, _ part: Int) -> Double { (Double(length) / Double(part)).rounded(.up) }

/// Channels in whole bricks.
func inBricks(_ channels: Int) -> Double {
  roundedUp(Double(channels), to: Double(EthosUArchitecture.brickChannels))
}

/// The least multiple of a step that is not below a value.
func roundedUp(_ value: Double, to step: Double) -> Double { (value / step).rounded(.up) * step }
