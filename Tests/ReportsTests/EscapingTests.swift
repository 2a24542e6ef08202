import Quantities
import Testing

@testable import Reports

@Suite struct EscapingTests {
  /// A mark that joins a character hides it from comparisons of what people see.
  @Test(arguments: [
    ("a<b", "a&lt;b"), ("\u{600}<", "\u{600}&lt;"), ("<\u{301}", "&lt;\u{301}"), ("plain", "plain"),
    ("\u{600}\"&", "\u{600}&quot;&amp;"), ("\u{1B}[1m\u{202E}", "\u{FFFD}[1m\u{FFFD}"),
  ])
  func markup(text: String, escaped: String) {
    #expect(Array(Markup.escaped(text).unicodeScalars) == Array(escaped.unicodeScalars))
  }

  /// What is put into a line of Markdown is text.
  @Test(arguments: [
    ("plain", "plain"), ("<!--", "\\<!--"), ("<img src=x>", "\\<img src=x\\>"), ("a|b", "a\\|b"),
    ("\u{600}|", "\u{600}\\|"), ("a\nb", "a\u{FFFD}b"), ("[x](y)", "\\[x\\](y)"),
    ("\u{2028}", "\u{FFFD}"),
  ])
  func markdown(text: String, escaped: String) {
    let line: Markdown = "# \(text)"
    #expect(Array(line.markup.unicodeScalars) == Array("# \(escaped)".unicodeScalars))
    let row = Markdown.row([text])
    #expect(Array(row.markup.unicodeScalars) == Array("| \(escaped) |".unicodeScalars))
  }

  /// A code span cannot be left from inside.
  @Test(arguments: [
    ("a_b", "`a_b`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("\n", "`\u{FFFD}`"),
  ])
  func codeSpans(name: String, span: String) {
    let line: Markdown = "\(code: name)"
    #expect(line.markup == span)
  }

  /// No field is a formula for a spreadsheet, and no number is changed.
  @Test(arguments: [
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+x", "'+x"), ("-x", "'-x"), ("-", "-"),
    ("-1.5", "-1.5"),
    ("+1e3", "+1e3"), ("-8% (x)", "'-8% (x)"), ("a=b", "a=b"), ("=a,b", "\"'=a,b\""),
    ("\u{1B}[1m", "\u{FFFD}[1m"),
    ("a\nb", "a\u{FFFD}b"),
  ])
  func csvFields(field: String, written: String) { #expect(CSV.escaped(field) == written) }

  /// Names of any length stay names in reports and errors.
  @Test func lengths() {
    #expect(abridged("abc", to: 3) == "abc")
    #expect(abridged("abcd", to: 3) == "ab…")
    #expect(abridged("äöü", to: 3) == "äöü")
    #expect(abridgedStart("abcd", to: 3) == "…cd")
    #expect(abridgedStart("abc", to: 3) == "abc")
    // Accents on one letter are one character, however many they are.
    #expect(abridged("a" + String(repeating: "\u{301}", count: 1000)).utf8.count < 410)
    let name = String(repeating: "x", count: 1_000_000)
    #expect(Problem("node '\(name)'", at: name).description.utf8.count < 2100)
  }
}
