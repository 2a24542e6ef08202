import Quantities

/// The data of a page's table of models: columns, and rows of values that the page sorts.
struct FleetData: Encodable {
  var columns: [Column]
  /// Whether the sorted column starts with its largest number.
  var isDescending = false
  var rows: [[Cell]] = []

  struct Column: Encodable {
    var title: String
    /// The unit of numbers, which get a prefix; nil for text.
    var unit: String?
    /// Whether it holds numbers.
    var number: Bool
    /// Whether it is left out on a narrow page.
    var minor: Bool
    /// Whether rows are sorted by it at first.
    var isSorted: Bool

    static func text(_ title: String, minor: Bool = false) -> Column {
      Column(title: title, number: false, minor: minor, isSorted: false)
    }

    static func number(
      _ title: String, _ unit: String = "", minor: Bool = false, isSorted: Bool = false
    ) -> Column {
      Column(title: title, unit: unit, number: true, minor: minor, isSorted: isSorted)
    }
  }

  enum Cell: Encodable {
    case text(String)
    case number(Double?)

    static func count(_ number: Int?) -> Cell { .number(number.map(Double.init)) }
    static func value<U>(_ estimate: Estimate<U>?) -> Cell { .number(estimate?.value) }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(printable(text))
      case .number(let number?): try container.encode(number)
      case .number(nil): try container.encodeNil()
      }
    }
  }
}
