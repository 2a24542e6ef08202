import Quantities

/// Height, width and channels of a feature map, or of a part of one.
package struct FeatureMapExtent: Codable, Hashable, Sendable {
  package var height, width, channels: Int

  package init(_ height: Int, _ width: Int, _ channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  package var elements: Int { [height, width, channels].reduce(1, saturatingProduct) }

  /// The number of elements, which may be beyond every integer.
  package var floatingElements: Double { Double(height) * Double(width) * Double(channels) }
}
