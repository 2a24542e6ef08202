/// The layers of ranges that a profile's entries name by their first and last layer, and which may overlap.
///
/// A layer is listed for the first range that has it, and later ranges list one for all that are together already. So
/// they take memory and time in proportion to layers plus ranges.
struct LayerRanges {
  /// For each layer a later one of those that are together with it; for the last of them itself.
  private var ends: [Int]

  init(layers: Int) { ends = Array(0..<layers) }

  /// A range's first and last layer, and one of each that are together: with those the range has all of its layers.
  mutating func take(_ range: ClosedRange<Int>) -> [Int] {
    var layers: [Int] = []
    var layer = range.lowerBound
    var before: Int?
    while layer <= range.upperBound {
      layers.append(layer)
      let last = last(with: layer)
      if let before { ends[before] = last }
      before = last
      layer = last + 1
    }
    if let last = layers.last, last < range.upperBound { layers.append(range.upperBound) }
    return layers
  }

  /// The last of the layers that are together with one.
  private mutating func last(with layer: Int) -> Int {
    var last = layer
    while ends[last] != last { last = ends[last] }
    // The way is shorter the next time.
    var passed = layer
    while passed != last {
      let next = ends[passed]
      ends[passed] = last
      passed = next
    }
    return last
  }
}
