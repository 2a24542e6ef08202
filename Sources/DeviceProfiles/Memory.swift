package import Quantities

/// A memory of a device.
package struct Memory: Codable, Sendable {
  /// What a memory is used for.
  package enum Contents: String, Codable, Sendable, CaseIterable {
    case weights, activations, both
  }

  package var name: MemoryName
  package var holds: Contents
  package var capacity: Estimate<Bytes>
}

/// The name of one of the memories of a profile; validation checks that it exists.
package struct MemoryName: RawRepresentable, Hashable, Sendable, Codable, CodingKeyRepresentable {
  package var rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }
}

extension MemoryName: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self.init(rawValue: value) }
}
