import Quantities
import OpGraph

/// Checks the place of a tensor's elements in another file, which is opened for a few sizes only.
enum ONNXExternalData {
  /// A problem of the place that does not prevent an import without the elements.
  static func problem(_ tensor: ONNXTensor, folder: String) throws(Problem) -> String? {
    guard let entries = tensor.external else { return nil }
    guard let location = entries["location"], !location.isEmpty else {
      throw Problem(place: "tensor '\(tensor.name)'", "external data without a location")
    }
    let components = location.split(separator: "/", omittingEmptySubsequences: false)
    let hasScheme = location.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
      .contains { $0.hasPrefix("//") }
    guard !location.hasPrefix("/"), !components.contains(".."), !location.contains("\\"),
      !location.contains("\0"), !hasScheme
    else {
      throw Problem(
        place: "tensor '\(tensor.name)'",
        "external data at '\(location)', expected a path inside the model's folder")
    }
    let offset = try number(entries["offset"], "offset", tensor)
    let length = try number(entries["length"], "length", tensor)
    let loss =
      tensor.isListOfIntegers ? "sizes that it holds stay open" : "they are not needed"
    if isLinkedOutside(folder, location) {
      return "'\(location)' with the elements of '\(tensor.name)' is a link out of the model's "
        + "folder; it is not followed, \(loss)"
    }
    guard let size = fileSize(at: folder + location) else {
      return
        "'\(location)' with the elements of '\(tensor.name)' is missing or no regular file; \(loss)"
    }
    if length > 0, let needed = tensor.storedBytes, needed != length {
      return
        "external data of \(counted(length, "byte")) for '\(tensor.name)', whose shape takes \(needed)"
    }
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= size else {
      throw Problem(
        place: "tensor '\(tensor.name)'",
        "external data of \(counted(length, "byte")) at \(offset) in '\(location)', which has \(counted(size, "byte"))"
      )
    }
    return nil
  }

  /// A location without what does not change it.
  static func path(_ location: String) -> String {
    location.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Where the elements lie.
  ///
  /// Requires: `problem` has thrown none.
  static func place(of tensor: ONNXTensor) -> ElementPlace? {
    guard let entries = tensor.external, let location = entries["location"] else { return nil }
    return .external(location: location, offset: Int(entries["offset"] ?? "0") ?? 0)
  }

  /// The elements of a small list of integers, which may be sizes, from the model's folder.
  ///
  /// Requires: `problem` has found none.
  static func sizes(of tensor: ONNXTensor, folder: String) -> ConstantValue? {
    guard tensor.mayBeSizes, let entries = tensor.external, let location = entries["location"],
      let offset = Int(entries["offset"] ?? "0"), !isLinkedOutside(folder, location),
      let count = tensor.storedBytes,
      let bytes = bytes(at: offset, count: count, of: folder + location)
    else { return nil }
    return bytes.withUnsafeBytes { raw in
      let numbers =
        tensor.elementType == .int64
        ? ONNXTensor.load(raw, as: Int64.self).map(Int.init)
        : ONNXTensor.load(raw, as: Int32.self).map(Int.init)
      return .integers(numbers.map(SymbolicInt.fixed))
    }
  }

  /// Whether a path leads out of the folder over a link.
  static func isLinkedOutside(_ folder: String, _ location: String) -> Bool {
    guard let target = resolvedPath(folder + location),
      let base = resolvedPath(folder.isEmpty ? "." : folder)
    else { return false }
    return !target.hasPrefix(base == "/" ? base : base + "/")
  }

  private static func number(
    _ text: String?, _ name: String, _ tensor: ONNXTensor
  ) throws(Problem) -> Int {
    guard let text else { return 0 }
    guard let number = Int(text), number >= 0 else {
      throw Problem(
        place: "tensor '\(tensor.name)'",
        "external data's \(name) is '\(text)', expected a number of bytes")
    }
    return number
  }
}

/// How much of the files beside a model its tensors take.
///
/// Tensors can lie in each other, so that a short file stands for any number of elements.
struct ONNXExternalBytes {
  /// By file, what tensors take of it, those at one place once.
  private var ofFiles: [String: SymbolicInt] = [:]
  /// By place in a file that several values can have, the most that one of them takes.
  private var ofPlaces: [Int32: Int] = [:]

  /// Tensors that take more than this many times a file are not read.
  private static let mostUses = 4

  /// Where the elements of a tensor lie that can be read.
  /// - Parameter storage: The number of the place, where other values can lie there too.
  mutating func place(
    of tensor: ONNXTensor, storage: Int32?, folder: String
  ) -> ElementPlace? {
    let place = tensor.place
    // A file that is missing is an error where it is read.
    guard case .external(let location, _)? = place, let size = fileSize(at: folder + location)
    else { return place }
    let bytes = min(tensor.type.elementBytes.fixedValue ?? size, size)
    let before = storage.flatMap { ofPlaces[$0] } ?? 0
    if let storage { ofPlaces[storage] = max(bytes, before) }
    let file = ONNXExternalData.path(location)
    let sum = ofFiles[file, default: 0] + .fixed(max(0, bytes - before))
    ofFiles[file] = sum
    guard let taken = sum.fixedValue, taken / Self.mostUses <= size else { return nil }
    return place
  }
}

extension ONNXTensor {
  /// As many integers as 4 KiB hold; no more are read of other files.
  static let maximumExternalElements = 512

  /// Whether the elements are few integers, as the sizes that a Reshape reads are.
  fileprivate var mayBeSizes: Bool { isListOfIntegers && storedBytes ?? .max <= 512 }

  fileprivate var isListOfIntegers: Bool {
    [.int64, .int32].contains(elementType) && dimensions.count <= 1
  }

  /// The bytes that the shape takes; nil where that is not known.
  fileprivate var storedBytes: Int? { type.storageBytes.fixedValue }
}
