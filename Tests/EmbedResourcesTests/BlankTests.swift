import Testing

@testable import embed_resources

struct BlankTests {
  /// Blanks stay in texts, also after an escaped quotation mark and before one that an escaped backslash precedes.
  @Test(arguments: [
    (#"{ "a" : [ 1,\#n  2 ] }"#, #"{"a":[1,2]}"#),
    (#"{ "a b" : "c \" d" , "e" : "\\" }"#, #"{"a b":"c \" d","e":"\\"}"#),
    ("\t[ ]\r\n", "[]"),
  ])
  func areLeftOut(json: String, expected: String) {
    #expect(withoutBlanks(json) == expected)
  }
}
