/// Words that a file may have at a key; the loader answers a wrong one with the right ones.
package protocol Choice: Codable, CaseIterable, RawRepresentable where RawValue == String {}
