#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Decodes a data file that was embedded at build time.
///
/// That is fast and has no line numbers: tests read every such file as strictly as users' files.
/// - Parameters:
///   - contents: The file in JSON; nil when none of the name was embedded.
///   - name: Name of the file in the failure.
package func embeddedData<Content: Decodable>(
  _ contents: StaticString?, named name: String, as type: Content.Type = Content.self
) -> Content {
  guard let contents else { preconditionFailure("\(name) was not embedded") }
  do {
    return try JSONDecoder().decode(type, from: contents.withUTF8Buffer { Data($0) })
  } catch {
    preconditionFailure("\(name) is damaged: \(error)")
  }
}
