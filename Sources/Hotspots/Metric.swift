/// What layers are ranked by.
package enum Metric: String, CaseIterable, Sendable {
  case energy, latency, carbon, macs, traffic, memory

  /// Whether a device is needed to know it.
  package var needsDevice: Bool { [.energy, .latency, .carbon].contains(self) }

  /// Whether the cost of a model is the sum of its layers'; memory is the most that any needs.
  package var isSum: Bool { self != .memory }

  /// The unit of its values.
  package var unit: String {
    switch self {
    case .energy: return "J"
    case .latency: return "s"
    case .carbon: return "gCO2e"
    case .macs: return "MAC"
    case .traffic, .memory: return "B"
    }
  }
}
