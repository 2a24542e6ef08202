import Quantities

/// Checks the place of a tensor's elements in another file without opening that file.
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
    if let target = resolvedPath(folder + location),
      let base = resolvedPath(folder.isEmpty ? "." : folder),
      !target.hasPrefix(base == "/" ? base : base + "/")
    {
      return "'\(location)' with the elements of '\(tensor.name)' is a link out of the model's "
        + "folder; it is not followed, they are not needed"
    }
    guard let size = fileSize(at: folder + location) else {
      return "'\(location)' with the elements of '\(tensor.name)' is missing; they are not needed"
    }
    let (end, overflow) = offset.addingReportingOverflow(length)
    guard !overflow, end <= size else {
      throw Problem(
        place: "tensor '\(tensor.name)'",
        "external data of \(length) bytes at \(offset) in '\(location)', which has \(size) bytes")
    }
    return nil
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
