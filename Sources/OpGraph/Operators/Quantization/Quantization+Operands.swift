extension Quantization {
  /// How integers stand for floats by a scale and a zero point of some shape.
  package init(scale: Operand?, zeroPoint: Operand?, axis: Int, blockSize: Int, rank: Int) {
    let count = scale?.type.elementCount.fixedValue ?? 1
    let place = (try? resolvedAxis(axis, rank: rank)) ?? 0
    let granularity: Granularity =
      blockSize > 0 && scale?.type.shape?.rank ?? 0 > 1
      ? .perBlock(axis: place, size: blockSize) : count > 1 ? .perAxis(place) : .perTensor
    self.init(
      granularity: granularity, scales: scale?.value?.floats?.map(Float.init) ?? [],
      zeroPoints: zeroPoint?.value?.integers?.compactMap(\.fixedValue) ?? [])
  }
}
