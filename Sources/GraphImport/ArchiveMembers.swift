package import Quantities

/// The unpacked members of a ZIP archive by their names.
/// - Throws: `Problem` where it is damaged.
package func membersOfArchive(_ bytes: [UInt8]) throws(Problem) -> [String: [UInt8]] {
  // A closure cannot throw typed errors through the standard library's call.
  let result = bytes.withUnsafeBytes { bytes in
    Result { () throws(Problem) in
      guard let archive = ZipArchive(bytes) else { throw Problem("is no ZIP archive") }
      var members: [String: [UInt8]] = [:]
      for member in archive.members {
        switch try archive.contents(of: member) {
        case .part(let range): members[member.name] = Array(bytes[range])
        case .unpacked(let contents):
          members[member.name] = Array(contents)
          contents.deallocate()
        }
      }
      return members
    }
  }
  return try result.get()
}
