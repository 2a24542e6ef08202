import Carbon
import Quantities
import Reports

/// The questions of `products new`: the facts that most pages of products tell.
extension ProductsCommand.New {
  /// A fact that is asked for.
  private struct Question {
    var text: String
    /// Whether there is nothing to estimate without it.
    var isNeeded = false
    /// Takes an answer, with the checks of the flag.
    var take: (inout ProductsCommand.New, String) throws(Problem) -> Void
  }

  /// Asks for the facts that no flag states; an empty answer leaves a fact out.
  ///
  /// On a terminal a wrong answer is asked for again. From a file or a pipe it is an error, since the answers behind
  /// it would be those of other questions.
  /// - Throws: `Problem` that names the question and the answer.
  mutating func askForFacts() throws(Problem) {
    Terminal.standardError("An empty answer leaves a fact out; 0 states that there is none.\n")
    for question in questions {
      while true {
        Terminal.standardError(question.text + ": ")
        guard let answer = try Terminal.answer() else {
          Terminal.standardError("\n")
          return
        }
        do throws(Problem) {
          if !answer.isEmpty { try question.take(&self, answer) }
          if !answer.isEmpty || !question.isNeeded { break }
          throw Problem("nothing can be estimated without it")
        } catch {
          guard Terminal.isAnswering else { throw error.placed(at: question.text) }
          Terminal.standardError("  \(printable("\(error)"))\n")
        }
      }
    }
  }

  private var questions: [Question] {
    var questions: [Question] = []
    func ask(
      _ text: String, unless isStated: Bool, isNeeded: Bool = false,
      _ take: @escaping (inout Self, String) throws(Problem) -> Void
    ) {
      guard !isStated else { return }
      questions.append(Question(text: text, isNeeded: isNeeded, take: take))
    }
    func askNumber(
      _ text: String, _ fact: WritableKeyPath<Self, Double?>, _ form: NumberForm,
      isNeeded: Bool = false
    ) {
      ask(text, unless: self[keyPath: fact] != nil, isNeeded: isNeeded) {
        (command, answer) throws(Problem) in command[keyPath: fact] = try form.number(answer)
      }
    }
    let kinds = SpecSheet.Sort.allCases.map(\.rawValue).joined(separator: ", ")
    ask("Kind of product (\(kinds))", unless: kind != nil) { (command, answer) throws(Problem) in
      let kind: SpecSheet.Sort = try Self.word(answer)
      command.kind = kind
    }
    askNumber(
      "Mass of the device without what else lies in the box, such as 300g", \.mass, .grams,
      isNeeded: true)
    askNumber("Energy of the battery, such as 12Wh", \.battery, .wattHours)
    askNumber("Area of the display, such as 20cm2", \.display, .squareCentimetres)
    askNumber("Working memory, such as 2GB", \.memory, .gigabytes)
    askNumber("Storage, such as 16GB", \.storage, .gigabytes)
    askNumber("Length of the cables in the box, such as 2m", \.cable, .metres)
    ask("Does it withstand the weather (yes or no)", unless: outdoor) {
      (command, answer) throws(Problem) in
      switch answer.lowercased() {
      case "yes", "y": command.outdoor = true
      case "no", "n": command.outdoor = false
      default: throw Problem("'\(abridged(answer, to: 40))'", expected: "yes or no")
      }
    }
    return questions
  }
}
