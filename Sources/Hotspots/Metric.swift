/// What layers are ranked by.
public enum Metric: String, CaseIterable, Sendable {
  case energy, latency, carbon, macs, traffic, memory

  /// Whether a device is needed to know it.
  public var needsDevice: Bool { [.energy, .latency, .carbon].contains(self) }

  /// Whether the cost of a model is the sum of its layers'; memory is the most that any needs.
  public var isSum: Bool { self != .memory }

  /// The unit of its values.
  public var unit: String {
    switch self {
    case .energy: return "J"
    case .latency: return "s"
    case .carbon: return "gCO2e"
    case .macs: return "MAC"
    case .traffic, .memory: return "B"
    }
  }
}
