import Quantities

/// Checks the identifier of a file that a command writes.
/// - Throws: `Problem` with the characters that it may have.
func checkIdentifier(_ name: String) throws(Problem) {
  let isName = name.allSatisfy {
    $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
  }
  guard isName, name.first.map({ $0.isLetter || $0.isNumber }) ?? false else {
    throw Problem("'\(name)' is no identifier", expected: "letters, digits, '-', '_' and '.'")
  }
}
