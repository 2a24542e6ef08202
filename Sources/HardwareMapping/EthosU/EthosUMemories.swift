import DeviceProfiles
import Quantities

/// The memory for feature maps and the external one, which may be the same.
struct EthosUMemories {
  var near: MemoryName, external: MemoryName
  var nearBytesPerCycle: Double, externalBytesPerCycle: Double
  /// Bytes for feature maps, where others go to the external memory.
  var capacity: Double?

  init(
    near: MemoryName = "", external: MemoryName = "", nearBytesPerCycle: Double,
    externalBytesPerCycle: Double, capacity: Double? = nil
  ) {
    (self.near, self.external) = (near, external)
    (self.nearBytesPerCycle, self.externalBytesPerCycle) =
      (nearBytesPerCycle, externalBytesPerCycle)
    self.capacity = capacity
  }

  /// The first and the last memory that a unit uses; nil when it uses none.
  init?(_ assignment: UnitAssignment) {
    let (unit, memories) = (assignment.unit, assignment.memories)
    guard let first = memories.first, let last = memories.last,
      let nearRate = unit.bandwidth[first.name], let externalRate = unit.bandwidth[last.name]
    else { return nil }
    let spills = memories.count > 1 && last.holds != .weights
    self.init(
      near: first.name, external: last.name,
      nearBytesPerCycle: nearRate.value / unit.clock.value,
      externalBytesPerCycle: externalRate.value / unit.clock.value,
      capacity: spills ? first.capacity.value : nil)
  }

  func bytesPerCycle(_ residence: EthosUOperation.Residence) -> Double {
    residence.isExternal ? externalBytesPerCycle : nearBytesPerCycle
  }
}
