package import Quantities

/// A memory of a device.
package struct Memory: Codable, Sendable {
  /// What a memory is used for.
  package enum Contents: String, Codable, Sendable { case weights, activations, both }

  package var name: String
  package var holds: Contents
  package var capacity: Estimate<Bytes>
}
