import Testing

@testable import Policies

@Suite struct NamePatternTests {
  /// Pattern, text, and whether they match: as `fnmatch` of the C library finds, but for characters instead of bytes and
  /// a backslash at the end.
  static let cases: [(String, String, Bool)] = [
    ("", "", true), ("", "a", false), ("a", "", false), ("conv", "conv", true),
    ("conv", "conv1", false), ("conv", "Conv", false),
    ("*", "", true), ("*", "a/b", true), ("**", "a", true), ("a*", "a", true), ("a*", "ba", false),
    ("*a", "aba", true), ("*a", "ab", false), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false),
    ("a*b*c", "abcbc", true), ("*ab", "aab", true), ("*aab", "aaaab", true),
    ("?", "a", true), ("?", "", false), ("?", "ab", false), ("?", "é", true), ("??", "é", false),
    ("?x", "日x", true), ("a?c", "abc", true), ("*?", "é", true), ("é*", "éa", true),
    ("é", "è", false), ("*é", "aé", true), ("?*?", "a", false), ("?*?", "éé", true),
    ("[abc]", "b", true), ("[abc]", "d", false), ("[a-c]x", "cx", true), ("[a-c]", "d", false),
    ("[a-cx-z]", "y", true), ("[!a-c]", "d", true), ("[^a-c]", "a", false), ("[!a]", "", false),
    ("[!a]b", "éb", true), ("[]a]", "]", true), ("[!]]", "]", false), ("[a-]", "-", true),
    ("[-a]", "-", true), ("[c-a]", "b", false), ("[[]", "[", true), ("[]", "[]", true),
    ("[a", "[a", true), ("[a", "a", false), ("*[0-9]", "conv7", true), ("*[0-9]", "conv", false),
    ("[?]", "?", true), ("[?]", "a", false), ("[*]x", "*x", true),
    ("layer.[0-9]*/q", "layer.12/q", true),
    ("\\*", "*", true), ("\\*", "a", false), ("a\\?", "a?", true), ("\\[a]", "[a]", true),
    ("\\\\", "\\", true), ("a\\", "a\\", true), ("\\é", "é", true),
  ]

  @Test(arguments: cases) func matches(pattern: String, text: String, expected: Bool) {
    #expect(NamePattern(pattern).matches(text) == expected)
  }

  /// Patterns of more places than a word has bits.
  @Test(arguments: [0, 1, 62, 63, 64, 65, 127, 128, 129, 200])
  func patternsMayBeLong(count: Int) {
    let text = String(repeating: "a", count: count)
    #expect(NamePattern(text).matches(text))
    #expect(!NamePattern(text).matches(text + "a"))
    #expect(NamePattern(text + "*b").matches(text + text + "b"))
    #expect(!NamePattern(text + "?b").matches(text + "b"))
    #expect(NamePattern("*" + text + "*").matches("b" + text + "b"))
    #expect(NamePattern("*" + text + "b").matches("a" + text + "b"))
  }

  /// The C library's takes some power of the length of this text.
  @Test func nothingIsTriedAgain() {
    let pattern = NamePattern(String(repeating: "a*", count: 60) + "b")
    let text = String(repeating: "a", count: 5000)
    #expect(!pattern.matches(text) && pattern.matches(text + "b"))
  }

  @Test(arguments: [
    ("a/b.c-1", true), ("a*", false), ("a?", false), ("[a]", false), ("a\\b", false),
  ])
  func isNameAsItStands(pattern: String, expected: Bool) {
    #expect(NamePattern.isName(pattern) == expected)
  }
}
