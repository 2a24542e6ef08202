import Foundation

/// An error in the files to embed.
struct ResourceError: Error, Equatable {
  let message: String

  init(_ message: String) { self.message = message }
}

/// The names of files, each its path below a folder without its extension: `Devices/rp2040`.
///
/// Code asks for a file by its name, so two files of one name are an error: one of them could not be
/// reached.
func resourceNames(of paths: [String], below folder: String) throws(ResourceError) -> [String] {
  let prefix = folder.hasSuffix("/") ? folder : folder + "/"
  var pathsByName: [String: String] = [:]
  var names: [String] = []
  for path in paths {
    guard path.hasPrefix(prefix) else {
      throw ResourceError("\(path) does not lie below \(folder)")
    }
    let name = (String(path.dropFirst(prefix.count)) as NSString).deletingPathExtension
    if let other = pathsByName.updateValue(path, forKey: name) {
      throw ResourceError("\(other) and \(path) would both be embedded as '\(name)'")
    }
    names.append(name)
  }
  return names
}
