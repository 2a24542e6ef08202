package import Analysis
package import DeviceProfiles

/// The layers of one compute unit of a runtime: the input of a cost model.
package struct UnitAssignment: Sendable {
  package let workload: Workload
  package let flow: DataFlow
  package let device: DeviceProfile
  package let unit: ComputeUnit
  /// For each layer, whether the unit runs it.
  package let isOnUnit: [Bool]

  /// The memories that the unit moves data to and from, nearest first.
  package var memories: [Memory] { device.memories.filter { unit.bandwidth[$0.name] != nil } }
}
