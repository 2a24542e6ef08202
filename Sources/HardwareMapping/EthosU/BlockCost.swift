import DeviceProfiles

/// Cycles of a block array for one operator, and the bytes that it moves.
struct BlockCost {
  /// Of the multipliers and the output stage.
  var cycles = 0.0
  /// Of a pass that follows when all has been read.
  var tailCycles = 0.0
  /// Bytes from and to the memory for feature maps, and the one behind it.
  var nearBytes = 0.0, externalBytes = 0.0

  /// Cycles of the memory that takes longest.
  func memoryCycles(nearBytesPerCycle: Double, externalBytesPerCycle: Double) -> Double {
    max(nearBytes / nearBytesPerCycle, externalBytes / externalBytesPerCycle)
  }

  /// Cycles of the whole: what takes longest sets the pace.
  func total(nearBytesPerCycle: Double, externalBytesPerCycle: Double) -> Double {
    let memory = memoryCycles(
      nearBytesPerCycle: nearBytesPerCycle, externalBytesPerCycle: externalBytesPerCycle)
    return max(cycles, memory) + tailCycles
  }
}

/// The formulas of `docs/method/ethos-u.md`.
struct BlockCostModel {
  let array: BlockArray
  /// Bytes a cycle of the memory for feature maps, and of the one behind it.
  let nearBytesPerCycle: Double, externalBytesPerCycle: Double
  /// Bytes for feature maps, where others go to the memory behind.
  let capacity: Double?

  /// The cost of an operation.
  /// - Parameter earlier: Cycles of the operation before it in which the memory for weights was idle.
  func cost(of operation: BlockOperation, after earlier: Double) -> BlockCost {
    let output = operation.output
    let elements = output.floatingElements
    // Bricks of 16 channels move whole.
    let moved =
      operation.destination.isInRows
      ? elements : elements / Double(output.channels) * roundedUp(Double(output.channels), to: 16)
    let read = moved * burst(operation.source, output.channels)
    let written = moved * burst(operation.destination, output.channels)
    var cost = BlockCost()
    switch operation.kind {
    case .nothing: break
    case .convolution, .depthwise, .pooling, .mean:
      cost = windowCost(operation, after: earlier)
    case .addition(let operands, let constants), .multiplication(let operands, let constants):
      let isSum = operation.kind == .addition(read: operands, constants: constants)
      cost.cycles = (isSum ? array.cyclesPerAddition : array.cyclesPerMultiplication) * moved
      add(read * Double(operands), written, operation, &cost)
      cost.externalBytes += constantBytes(constants, output)
    case .copy(let count):
      // Short copies out of the memory behind do not wait for each other.
      let isShort = capacity != nil && operation.source.isExternal && elements < 1e5
      cost.cycles = (isShort ? 0.6 : array.cyclesPerCopy) * Double(count) + 100
      add(Double(count), Double(count), operation, &cost)
    case .transposition(let passes):
      add(2 * elements * Double(passes), elements * Double(passes), operation, &cost)
    case .interpolation:
      cost.cycles = array.cyclesPerInterpolation / Double(array.cores) * elements
      add(read, written, operation, &cost)
    case .argMax: cost.cycles = array.cyclesPerArgMax * operation.input.floatingElements
    case .softmax:
      let rows = elements / Double(output.channels)
      cost.cycles =
        array.softmax.start + array.softmax.perRow * (rows - 1)
        + array.softmax.perElement * elements
    case .pad(let count, let isLastAxis):
      let added = Double(count)
      cost.cycles = added * array.cyclesPerCopy * (isLastAxis ? 11 : 2.2) + 400
      cost.externalBytes = added * (isLastAxis ? 12 : 5.5)
    }
    return cost
  }

  private func add(
    _ read: Double, _ written: Double, _ operation: BlockOperation, _ cost: inout BlockCost
  ) {
    if operation.source.isExternal { cost.externalBytes += read } else { cost.nearBytes += read }
    if operation.destination.isExternal {
      cost.externalBytes += written
    } else {
      cost.nearBytes += written
    }
  }

  /// A constant operand is read at each position.
  private func constantBytes(_ count: Int, _ output: BlockArray.Extent) -> Double {
    let channels = Double(output.channels)
    let waste =
      output.channels % 16 == 0 ? 1 : min(16, 128 * (channels / 16).rounded(.up) / channels)
    return Double(count) * output.floatingElements * waste
  }

  /// How many times as much is moved when a feature map in rows is read in runs of few channels.
  private func burst(_ residence: BlockOperation.Residence, _ channels: Int) -> Double {
    guard residence.isInRows, channels % 16 != 0 else { return 1 }
    return channels < 8 ? residence.isExternal ? 16 : 4 : residence.isExternal ? 5 : 2
  }

  // MARK: Windows

  private func windowCost(_ operation: BlockOperation, after earlier: Double) -> BlockCost {
    let (input, output) = (operation.input, operation.output)
    let isPool = operation.kind == .pooling
    let isDepthwise = operation.kind == .depthwise || operation.kind == .mean
    let isConvolution = operation.kind == .convolution
    let kernelElements = Double(operation.kernelSize.height) * Double(operation.kernelSize.width)
    let (steps, isKernelFirst) = steps(operation, kernelElements)
    var block = BlockChoice(array: array).choose(operation, isKernelFirst: isKernelFirst)
    block.clip(to: operation)

    // Multipliers.
    let micro = array.microblock
    let depth = Double(micro.channels)
    let isWhole = block.output.channels >= output.channels
    let channels = roundedUp(Double(output.channels), to: isWhole ? depth : max(depth, 16))
    let plane = count(output.height, micro.height) * count(output.width, micro.width)
    let blockPlane =
      count(block.output.height, micro.height) * count(block.output.width, micro.width)
    let perMicroblock = isPool ? array.cyclesPerPoolPosition : 4
    let decoder = isPool ? 0.0 : micro.channels == 8 ? 32 : 16
    let wait =
      isPool || blockPlane > 1 ? 0.0 : isDepthwise ? 8 : kernelElements > 1 || steps > 2 ? 6 : 0
    let cores = Double(array.cores)
    func cycles(_ microblocks: Double, _ blocks: Double) -> Double {
      max(perMicroblock * microblocks, (decoder + wait) * blocks) * steps / cores
    }
    let multiplying = cycles(plane, block.inPlane) * channels / depth
    let firstMultiplying = cycles(blockPlane, 1) * count(block.output.channels, micro.channels)
    let storing = array.cyclesPerOutput * output.floatingElements
    let lastStoring = array.cyclesPerOutput * block.output.floatingElements

    // Feature maps.
    let inputBurst = burst(operation.source, input.channels)
    let outputBurst = burst(operation.destination, output.channels)
    let load =
      latency(operation.source).read
      + block.input.floatingElements * inputBurst / bytesPerCycle(operation.source)
    let store =
      latency(operation.destination).write
      + block.output.floatingElements * outputBurst / bytesPerCycle(operation.destination)
    let inputChannels = moved(input.channels, operation.source)
    let outputChannels = moved(output.channels, operation.destination)
    // Kernels are cut into pieces of 8 x 8.
    let pieces = count(operation.kernelSize.height, 8) * count(operation.kernelSize.width, 8)
    var read =
      block.inPlane * (isConvolution ? block.inDepth : 1) * Double(block.input.height)
      * Double(block.input.width) * inputChannels * pieces * inputBurst
    if let capacity, kernelElements > 1, input.floatingElements + output.floatingElements > capacity
    {
      // Stripes read their edges twice.
      read *= operation.stride.height > 1 || operation.stride.width > 1 ? 1.3 : 1.1
    }
    let written =
      output.floatingElements / Double(output.channels) * outputChannels * outputBurst

    // Weights.
    var cost = BlockCost()
    var late = 0.0
    if !isPool {
      let perWeight = operation.kind == .mean ? 0.1 : isConvolution ? 0.9 : 1.15
      let encoded =
        kernelElements * Double(output.channels) * (isConvolution ? Double(input.channels) : 1)
        * perWeight
        + 40
      let scales = 10 * Double(output.channels)
      let hidden = earlier * externalBytesPerCycle
      if block.inPlane == 1, capacity == nil || encoded > hidden {
        // Used once, so streamed.
        cost.externalBytes += encoded + scales
      } else {
        late = max(0, encoded - hidden)
        cost.nearBytes += encoded * block.inPlane
        cost.externalBytes += scales * block.inPlane + 0.8 * late
      }
    }
    // The slower stage sets the pace; the other is paid for once.
    cost.cycles =
      max(multiplying, storing) + (multiplying >= storing ? lastStoring : firstMultiplying) + load
      + store + (isPool ? 0 : array.cyclesPerStart)
    cost.cycles = max(cost.cycles, 0.8 * late / externalBytesPerCycle)
    add(read, written, operation, &cost)
    if operation.kind == .mean {
      cost.tailCycles = array.cyclesPerWideMultiplication * output.floatingElements
    }
    return cost
  }

  /// Steps of an element of the result, of 32 products each, and whether kernel positions come
  /// before channels in them.
  private func steps(
    _ operation: BlockOperation, _ kernelElements: Double
  ) -> (steps: Double, isKernelFirst: Bool) {
    switch operation.kind {
    case .depthwise, .mean: return ((kernelElements / 4).rounded(.up), false)
    case .convolution:
      let channels = operation.input.channels
      let depthFirst = kernelElements * count(channels, 32)
      let kernelFirst =
        (kernelElements / 4).rounded(.up) * (channels <= 8 ? 1 : 2 * count(channels, 16))
      return (min(depthFirst, kernelFirst), kernelFirst <= depthFirst)
    default: return (kernelElements, false)
    }
  }

  private func moved(_ channels: Int, _ residence: BlockOperation.Residence) -> Double {
    residence.isInRows ? Double(channels) : roundedUp(Double(channels), to: 16)
  }

  private func latency(_ residence: BlockOperation.Residence) -> BlockArray.Latency {
    residence.isExternal ? array.externalLatency : array.latency
  }

  private func bytesPerCycle(_ residence: BlockOperation.Residence) -> Double {
    residence.isExternal ? externalBytesPerCycle : nearBytesPerCycle
  }
}

/// How many parts of a size cover a length.
func count(_ length: Int, _ part: Int) -> Double { (Double(length) / Double(part)).rounded(.up) }

/// The least multiple of a step that is not below a value.
func roundedUp(_ value: Double, to step: Double) -> Double { (value / step).rounded(.up) * step }
