#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Why carbon cannot be computed as asked.
package struct CarbonError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  /// Creates an error.
  package init(_ description: String) { self.description = description }
}

/// Decodes a data file that was embedded at build time; the tests decode every one.
func embedded<T: Decodable>(_ name: String, folder: String = "Data/", as type: T.Type) -> T {
  guard let contents = EmbeddedResources.contents(folder + name) else {
    preconditionFailure("data file \(name).json was not embedded")
  }
  do {
    return try JSONDecoder().decode(type, from: contents.withUTF8Buffer { Data($0) })
  } catch {
    preconditionFailure("data file \(name).json: \(error)")
  }
}
