/// A failure with the exit code that it is promised to have.
struct CommandFailure: Error, CustomStringConvertible {
  enum Code: Int32 {
    case brokenPolicy = 1
    case badInput = 2
    case environment = 3
  }

  var code: Code
  var message: String

  var description: String { message }
}
