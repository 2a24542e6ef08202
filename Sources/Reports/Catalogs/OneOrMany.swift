/// What was asked for by name: one is an object in JSON, several are a list.
package struct OneOrMany<Content: Encodable>: Encodable {
  private let contents: [Content]

  init(_ contents: [Content]) { self.contents = contents }

  package func encode(to encoder: any Encoder) throws {
    if let only = contents.first, contents.count == 1 {
      try only.encode(to: encoder)
    } else {
      try contents.encode(to: encoder)
    }
  }
}
