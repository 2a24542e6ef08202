#if canImport(FoundationEssentials)
  package import FoundationEssentials
#else
  package import Foundation
#endif

/// Why a device profile cannot be used.
package struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence that names the profile, the place and the fact.
  package var description: String

  /// Creates an error.
  package init(_ description: String) { self.description = description }
}

/// The device profiles that this library carries, and the loader of a user's own.
package enum DeviceCatalog {
  /// Identifiers of the built-in profiles, sorted.
  package static var names: [String] {
    EmbeddedResources.files.filter { $0.name.hasPrefix(folder) }
      .map { String($0.name.dropFirst(folder.count)) }.sorted()
  }

  private static let folder = "Devices/"

  /// A built-in profile by its identifier.
  /// - Throws: `ProfileError` that lists the known ones.
  package static func profile(named name: String) throws(ProfileError) -> DeviceProfile {
    guard let contents = EmbeddedResources.contents(folder + name) else {
      throw ProfileError(
        "device '\(name)' is not known; known: \(names.joined(separator: ", ")); "
          + "a profile of your own is given by its file's path")
    }
    let json = contents.withUTF8Buffer { Data($0) }
    return try decode(json, from: "\(name).json")
  }

  /// Decodes and checks a profile.
  /// - Parameter origin: The file's name, for errors.
  package static func decode(_ json: Data, from origin: String) throws(ProfileError)
    -> DeviceProfile
  {
    do {
      let profile = try JSONDecoder().decode(DeviceProfile.self, from: json)
      if let problem = profile.problems().first { throw ProfileError("\(origin): \(problem)") }
      return profile
    } catch let error as ProfileError {
      throw error
    } catch let error as DecodingError {
      throw ProfileError("\(origin): \(describe(error))")
    } catch {
      throw ProfileError("\(origin): \(error)")
    }
  }

  private static func describe(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
      return path.isEmpty ? "the file" : String(path.joined().drop { $0 == "." })
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context)): '\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      return "\(place(context)): \(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }
}

/// Decodes a data file that was embedded at build time; the tests decode every one.
func embedded<T: Decodable>(_ name: String, as type: T.Type) -> T {
  guard let contents = EmbeddedResources.contents("Data/\(name)"),
    let decoded = try? JSONDecoder().decode(type, from: contents.withUTF8Buffer { Data($0) })
  else { preconditionFailure("Data/\(name).json of this module is damaged") }
  return decoded
}
